import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.columns import metadata
from bot.adapters.storage.database import Database
from bot.adapters.storage.engine import make_engine, read_url
from bot.adapters.storage.schema import VERSION_TABLE, newest
from bot.adapters.storage.store import migrate, open_store
from bot.errors import SchemaTooNew, SchemaTooOld


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(make_engine(read_url(database_url)))
    yield opened
    await opened.close()


async def set_revision(database: Database, revision: str) -> None:
    async def work(connection: AsyncConnection) -> None:
        versions = sa.table(VERSION_TABLE, sa.column("version_num"))
        await connection.execute(sa.update(versions).values(version_num=revision))

    await database.write(work)


async def test_migrations_lead_exactly_to_the_tables_of_the_program(database: Database) -> None:
    def differences(connection: sa.Connection) -> list[object]:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": VERSION_TABLE,
                "compare_type": True,
                "include_object": lambda _, name, kind, *__: (
                    not (kind == "table" and name == "sqlite_sequence")
                ),
            },
        )
        return list(compare_metadata(context, metadata))

    async def work(connection: AsyncConnection) -> list[object]:
        return await connection.run_sync(differences)

    assert await database.read(work) == []


@pytest.mark.parametrize(
    ("empty_url", "database_url"), [("sqlite", "sqlite"), ("postgres", "postgres")], indirect=True
)
async def test_keys_indexes_and_conditions_are_those_of_the_program(
    empty_url: str, database: Database
) -> None:
    """What autogenerate does not look at: partial conditions, generated columns, cascades."""
    made = Database(make_engine(read_url(empty_url)))
    await made.write(create_tables)
    told, wanted = await database.read(tell), await made.read(tell)
    await made.close()
    assert len(told) > 25
    assert sorted(told - wanted) == sorted(wanted - told) == []


async def create_tables(connection: AsyncConnection) -> None:
    await connection.run_sync(metadata.create_all)


async def tell(connection: AsyncConnection) -> set[str]:
    rows = await connection.execute(sa.text(DEFINITIONS[connection.dialect.name]))
    return {in_order(str(sql)) for sql in rows.scalars() if VERSION_TABLE not in sql}


def in_order(sql: str) -> str:
    head, _, body = re.sub(r"\s+", " ", sql).partition("(")
    return head + "(" + ", ".join(sorted(part.strip(" )") for part in re.split(r", (?![^(]*\))", body)))


DEFINITIONS = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'",
    "postgresql": """
        SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace
        UNION SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, generation_expression)
            FROM information_schema.columns WHERE table_schema = 'public'
    """,
}


async def test_an_empty_database_is_filled_and_then_left_alone(empty_url: str) -> None:
    assert await migrate(empty_url) == (None, newest())
    assert await migrate(empty_url) == (newest(), newest())
    async with await open_store(empty_url, migrate=False) as store:
        assert await store.feeds() == []


async def test_opening_migrates_only_where_it_may(empty_url: str) -> None:
    with pytest.raises(SchemaTooOld, match="newsbell migrate"):
        await open_store(empty_url, migrate=False)
    await (await open_store(empty_url)).close()
    await (await open_store(empty_url, migrate=False)).close()


async def test_a_newer_database_is_refused_and_not_touched(database: Database, database_url: str) -> None:
    await set_revision(database, "9999")
    for attempt in (open_store(database_url), open_store(database_url, migrate=False), migrate(database_url)):
        with pytest.raises(SchemaTooNew, match="9999"):
            await attempt


async def test_processes_that_start_together_migrate_once(empty_url: str) -> None:
    results = await asyncio.gather(*(migrate(empty_url) for _ in range(4)))
    assert sorted(before or "" for before, _ in results) == ["", newest(), newest(), newest()]


async def test_another_program_with_its_own_migrations_may_live_beside(postgres_url: str) -> None:
    database = Database(make_engine(read_url(postgres_url)))

    async def work(connection: AsyncConnection) -> None:
        await connection.execute(sa.text("CREATE TABLE alembic_version (version_num text)"))
        await connection.execute(sa.text("INSERT INTO alembic_version VALUES ('other')"))

    await database.write(work)
    await database.close()
    assert await migrate(postgres_url) == (None, newest())
