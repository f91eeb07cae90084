"""Two writers, one file: the second waits, whatever it costs, and nothing is lost or written twice."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.database import Database
from bot.adapters.storage.engine import make_engine, read_url
from bot.adapters.storage.store import SqlStore, open_store
from bot.errors import StorageError
from tests.contract.world import NOW, World, fresh


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


@pytest.fixture
async def store(file: Path) -> AsyncIterator[SqlStore]:
    async with await open_store(f"sqlite:///{file}") as opened:
        yield opened


@pytest.fixture
def other(file: Path, store: SqlStore) -> Iterator[sqlite3.Connection]:
    """Another program on the same file."""
    del store
    connection = sqlite3.connect(file, isolation_level=None)
    yield connection
    connection.close()


async def until_busy(logs: list[structlog.typing.EventDict]) -> None:
    async with asyncio.timeout(60):
        while not any(line["event"] == "database_busy" for line in logs):  # noqa: ASYNC110  # logs set no event
            await asyncio.sleep(0.01)


async def test_a_write_waits_for_another_program(store: SqlStore, other: sqlite3.Connection) -> None:
    world = World(store)
    feed = await world.feed()
    claim = await world.claim(feed)
    other.execute("BEGIN IMMEDIATE")
    with structlog.testing.capture_logs() as logs:
        write = asyncio.create_task(store.record_poll(world.record(claim, fresh("a"))))
        await until_busy(logs)
        assert not write.done()
        assert await store.feeds() != []
        other.execute("COMMIT")
        await write
    assert len(await world.entries()) == 1


async def test_readers_do_not_wait_for_a_writer(store: SqlStore, other: sqlite3.Connection) -> None:
    await World(store).feed()
    other.execute("BEGIN IMMEDIATE")
    other.execute("UPDATE feeds SET given_title = 'unseen'")
    assert [feed.title for feed in await store.feeds()] == ["news.example"]
    other.execute("ROLLBACK")


async def test_a_glance_sees_what_another_program_wrote_last_and_is_in_nobodys_way(
    store: SqlStore, other: sqlite3.Connection
) -> None:
    world = World(store)
    subscription = await world.subscribe(await world.place(), "Takaichi")
    for text in ("Takaichi Sanae", "Sanae Takaichi"):
        assert await store.known_items(1) is None
        other.execute("UPDATE queries SET text = ?", (text,))
        assert (await store.query_changes(0)).added == ((subscription.query_id, text),)
        emptied, *_ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert emptied == 0


async def test_a_glance_that_fails_leaves_the_next_one_well(store: SqlStore) -> None:
    async def broken(connection: AsyncConnection) -> None:
        await connection.execute(sa.text("SELECT 1 FROM missing"))

    with pytest.raises(StorageError):
        await store._database.glance(broken)
    assert await store.known_items(1) is None


async def test_who_glances_again_and_again_lets_others_go_on(store: SqlStore) -> None:
    went_on = asyncio.Event()
    asyncio.get_running_loop().call_soon(went_on.set)
    for _ in range(20):
        assert await store.known_items(1) is None
    assert went_on.is_set()


async def test_a_waiting_write_can_be_given_up(store: SqlStore, other: sqlite3.Connection) -> None:
    other.execute("BEGIN IMMEDIATE")
    with structlog.testing.capture_logs() as logs:
        write = asyncio.create_task(World(store).feed())
        await until_busy(logs)
        write.cancel()
        with pytest.raises(asyncio.CancelledError):
            await write
    other.execute("COMMIT")
    assert await store.feeds() == []
    await World(store).feed()
    assert len(await store.feeds()) == 1


async def test_a_write_cancelled_at_any_moment_is_whole_or_not_at_all(database_url: str) -> None:
    """Moments are counted in steps of the event loop, up to the end of the write and a little beyond."""
    async with await open_store(database_url) as store:
        world = World(store)
        feed = await world.feed()
        whole = 0
        for steps in range(40):
            claim = await world.claim(feed)
            names = [fresh(f"{steps}-{part}") for part in range(3)]
            write = asyncio.create_task(store.record_poll(world.record(claim, *names)))
            for _ in range(steps):
                await asyncio.sleep(0)
            write.cancel()
            await asyncio.gather(write, return_exceptions=True)
            known = await store.known_identities(feed.id, [name.identities[0] for name in names])
            assert len(known) in (0, 3)
            whole += len(known)
            await store.release_leases(NOW)
            assert len(await world.entries()) == whole


async def test_work_that_met_a_deadlock_is_done_again(postgres_url: str) -> None:
    database = Database(make_engine(read_url(postgres_url)))
    await database.write(lambda connection: connection.execute(sa.text("CREATE TABLE t (id int, n int)")))
    await database.write(
        lambda connection: connection.execute(sa.text("INSERT INTO t VALUES (1, 0), (2, 0)"))
    )
    both = asyncio.Barrier(2)
    tries = 0

    async def add(connection: AsyncConnection, first: int, second: int) -> None:
        nonlocal tries
        tries += 1
        change = sa.text("UPDATE t SET n = n + 1 WHERE id = :id")
        await connection.execute(change, {"id": first})
        if tries <= 2:
            await both.wait()
        await connection.execute(change, {"id": second})

    await asyncio.gather(
        database.write(lambda connection: add(connection, 1, 2)),
        database.write(lambda connection: add(connection, 2, 1)),
    )
    total = await database.read(lambda connection: connection.execute(sa.text("SELECT sum(n) FROM t")))
    await database.close()
    assert (total.scalar_one(), tries) == (4, 3)
