"""Fixtures for every test: real databases."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.storage.store import migrate
from tests.standins.postgres import Postgres, running_postgres


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
    name = server.fresh(request.getfixturevalue("migrated_postgres"))
    yield server.url(name)
    server.drop(name)
