"""For every test: real databases, and an order in which those of the whole are spread among the others."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import uvloop

from bot.adapters.storage.store import migrate
from tests.standins.postgres import Postgres, running_postgres

_WHOLE = Path(__file__).with_name("e2e")
_EARLY = 0.85
"""Within this part of a run, tests of the whole begin, so that none of them is left alone at the end."""


def pytest_xdist_auto_num_workers() -> int:
    """Two workers a core: tests of the whole mostly wait."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 2 * cores


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop that the daemon runs on."""
    return {"uvloop": uvloop.new_event_loop}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the tests of the whole evenly among the others, which keep their order."""
    whole = [item for item in items if item.path.is_relative_to(_WHOLE)]
    others = [item for item in items if not item.path.is_relative_to(_WHOLE)]
    stride = max(1.0, _EARLY * len(others) / max(1, len(whole)))
    ranks = [(number * stride, 0, item) for number, item in enumerate(whole)]
    ranks += [(float(number), 1, item) for number, item in enumerate(others)]
    items[:] = [item for *_, item in sorted(ranks, key=lambda rank: rank[:2])]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The address of a fresh, empty PostgreSQL database."""
    name = postgres.fresh()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> str:
    """The name of a database with tables, to copy from."""
    name = postgres.fresh()
    asyncio.run(migrate(postgres.url(name)))
    return name


@pytest.fixture(scope="session")
def migrated_databases(
    postgres: Postgres, migrated_postgres: str
) -> Callable[[], AbstractContextManager[str]]:
    """Lends names of databases with tables and no rows, again and again while their schema stays as it was."""
    spare: list[str] = []
    schema = postgres.empty(migrated_postgres)

    @contextmanager
    def lent() -> Iterator[str]:
        name = spare.pop() if spare else postgres.fresh(migrated_postgres)
        yield name
        if postgres.empty(name) == schema:
            spare.append(name)
        else:
            postgres.drop(name)

    return lent


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with tables, to copy from."""
    file = tmp_path_factory.mktemp("migrated") / "newsbell.db"
    asyncio.run(migrate(f"sqlite:///{file}"))
    return file


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with tables, on each kind in turn."""
    if request.param == "sqlite":
        file = tmp_path / "newsbell.db"
        migrated: Path = request.getfixturevalue("migrated_sqlite")
        file.write_bytes(migrated.read_bytes())
        yield f"sqlite:///{file}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with request.getfixturevalue("migrated_databases")() as name:
        yield server.url(name)
