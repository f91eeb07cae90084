"""Which revision a database has, which the program knows, and the way between."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.errors import SchemaTooNew, SchemaTooOld

# A table name of our own: the database may hold another program that uses Alembic, too.
VERSION_TABLE = "newsbell_schema"

_MIGRATIONS = Path(__file__).parent / "migrations"

# Any number will do as long as it stays the same; it keeps two starting processes from migrating at once.
_ADVISORY_LOCK = 6_397_255_322


def newest() -> str:
    """Return the revision that this program works with."""
    head = _scripts().get_current_head()
    if head is None:
        raise AssertionError("the package holds no migrations")
    return head


def current(connection: sa.Connection) -> str | None:
    """Return the revision of a database, None where it is empty."""
    return MigrationContext.configure(
        connection, opts={"version_table": VERSION_TABLE}
    ).get_current_revision()


def require_newest(connection: sa.Connection) -> None:
    """Raise SchemaTooOld or SchemaTooNew unless the database is just right."""
    found = current(connection)
    _refuse_newer(found)
    if found != newest():
        raise SchemaTooOld(
            "The database is from an older Newsbell; run 'newsbell migrate' once, then try again."
        )


def upgrade(connection: sa.Connection) -> tuple[str | None, str]:
    """Lead a database to the newest revision within the transaction at hand; return (from, to)."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
    found = current(connection)
    _refuse_newer(found)
    if found != newest():
        _run(connection)
    return found, newest()


def _run(connection: sa.Connection) -> None:
    scripts = _scripts()

    def steps(revision: Any, context: MigrationContext) -> Any:
        del context
        return scripts._upgrade_revs(newest(), revision)  # noqa: SLF001  # what Alembic's own command calls

    with EnvironmentContext(Config(), scripts, fn=steps, destination_rev=newest()) as environment:
        environment.configure(
            connection=connection, version_table=VERSION_TABLE, transactional_ddl=True, render_as_batch=True
        )
        environment.run_migrations()


def _refuse_newer(found: str | None) -> None:
    known = {script.revision for script in _scripts().walk_revisions()}
    if found is not None and found not in known:
        raise SchemaTooNew(
            f"The database was written by a newer Newsbell (schema {found}, this one knows {newest()}); update Newsbell."
        )


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(_MIGRATIONS))
