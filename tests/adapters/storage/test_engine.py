import logging
import stat
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.database import Database, transact
from bot.adapters.storage.engine import make_engine, read_url
from bot.adapters.storage.outbox_tables import destinations
from bot.adapters.storage.rows import insert_all
from bot.adapters.storage.store import open_store
from bot.errors import StorageError
from bot.model.address import Address
from tests.contract.world import NOW, World
from tests.standins.postgres import Postgres

SECRET = "s3cr3t-webhook-token"


@pytest.mark.parametrize(
    ("given_url", "used"),
    [
        ("sqlite:///newsbell.db", "sqlite+pysqlite:///newsbell.db"),
        ("sqlite:////srv/news bell.db", "sqlite+pysqlite:////srv/news bell.db"),
        (" postgresql://u:p@host/db ", "postgresql+asyncpg://u:p@host/db"),
        ("postgres://u@host:5433/db", "postgresql+asyncpg://u@host:5433/db"),
        ("postgresql+psycopg://u@host/db", "postgresql+asyncpg://u@host/db"),
    ],
)
def test_a_database_address_names_its_driver(given_url: str, used: str) -> None:
    assert read_url(given_url).render_as_string(hide_password=False) == used


@pytest.mark.parametrize(
    ("given_url", "sentence"),
    [
        ("newsbell.db", "cannot be read; write sqlite:///newsbell.db or postgresql://"),
        ("mysql://root@host/db", "does not store in 'mysql'"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("postgresql://host/db?sslmod=require", "not known here: sslmod"),
        ("postgresql://u:hunter2@host:port/db", "cannot be read"),
    ],
)
def test_a_wrong_database_address_is_answered_with_what_to_write(given_url: str, sentence: str) -> None:
    with pytest.raises(StorageError, match=sentence) as caught:
        read_url(given_url)
    assert "hunter2" not in str(caught.value)


async def test_sqlite_is_durable_and_keeps_its_references(tmp_path: Path) -> None:
    database = Database(make_engine(read_url(f"sqlite:///{tmp_path / 'a.db'}")))

    async def work(connection: AsyncConnection) -> list[object]:
        asked = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [(await connection.execute(sa.text(f"PRAGMA {name}"))).scalar_one() for name in asked]

    assert await database.write(work) == ["wal", 2, 1, 1000]
    await database.close()


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


async def test_a_new_database_file_is_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    async with await open_store(f"sqlite:///{file}") as store:
        await World(store).feed()
        found = modes(tmp_path)
    assert found == {"a.db": 0o600, "a.db-wal": 0o600, "a.db-shm": 0o600}


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: folder / "missing" / "a.db", "cannot be opened: No such file"),
        (lambda folder: folder, "cannot be opened: Is a directory"),
    ],
)
async def test_a_file_that_cannot_be_made_is_named(tmp_path: Path, make: object, sentence: str) -> None:
    assert callable(make)
    with pytest.raises(StorageError, match=sentence):
        await open_store(f"sqlite:///{make(tmp_path)}")


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    file.write_text("Dear diary, " * 1000)
    with pytest.raises(StorageError, match="no SQLite database"):
        await open_store(f"sqlite:///{file}")
    assert file.read_text() == "Dear diary, " * 1000


async def test_a_server_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be reached"):
        await open_store(f"postgresql://u:hunter2@/db?host={tmp_path}")


async def test_a_database_that_is_not_on_the_server_is_told_in_a_sentence(postgres: Postgres) -> None:
    with pytest.raises(StorageError, match="does not exist on the server"):
        await open_store(postgres.url("nowhere"))


async def test_a_connection_is_named_for_the_program(postgres: Postgres, postgres_url: str) -> None:
    for url, name in ((postgres_url, "newsbell"), (postgres_url + "&application_name=second", "second")):
        async with await open_store(f"{url}&connect_timeout=5&sslmode=prefer"):
            assert name in postgres.sql("SELECT application_name FROM pg_stat_activity").split()


async def test_a_lost_connection_is_replaced(postgres: Postgres, postgres_url: str) -> None:
    async with await open_store(postgres_url) as store:
        await World(store).feed()
        postgres.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'newsbell'"
        )
        assert len(await store.feeds()) == 1


async def test_no_secret_is_in_a_log_or_an_error(
    database_url: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory())
    database = Database(make_engine(read_url(database_url)))
    async with await open_store(database_url) as store:
        place = await World(store).place(f"discord-webhook:5/{SECRET}")
        taken = {"platform": "discord-webhook", "chat": "5", "thread": "", "secret": SECRET, "title": "x"}
        rest = {"language": "en", "timezone": "UTC", "state": "active", "created_at": NOW}

        with pytest.raises(StorageError) as refused:
            await database.write(lambda connection: insert_all(connection, destinations, [taken | rest]))
        with pytest.raises(StorageError):
            await database.write(lambda connection: connection.execute(sa.text("SELECT 1 FROM missing")))
        assert await store.destination(Address.parse(f"discord-webhook:5/{SECRET}")) == place
    await database.close()
    shown = capsys.readouterr()
    assert "database_refused" in shown.out
    for text in (caplog.text, shown.out, shown.err, str(refused.value), repr(refused.value), repr(place)):
        assert SECRET not in text
    assert refused.value.__suppress_context__


async def test_a_query_that_fails_names_no_values(database_url: str) -> None:
    engine = make_engine(read_url(database_url))
    row = {"platform": "x", "chat": SECRET}
    with pytest.raises(IntegrityError) as failed:
        await transact(engine, lambda connection: connection.execute(sa.insert(destinations), [row]))
    await engine.dispose()
    assert "parameters hidden" in str(failed.value)
