"""A process killed while it writes: what it wrote is there whole, or not at all."""

import asyncio
import random
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.adapters.storage.outbox_tables import deliveries
from bot.adapters.storage.store import SqlStore, open_store
from bot.adapters.storage.tables import entries, feeds, identities
from tests.contract.world import NOW, World

KILLS = 8
ENTRIES_A_POLL = 5

WRITE = """
import asyncio, sys
from tests.contract.world import DAY, NOW, SECOND, World, alert, fresh
from bot.adapters.storage.store import open_store
from bot.model.feed import PollState

async def main() -> None:
    store = await open_store(sys.argv[1])
    await store.release_leases(NOW)
    world = World(store)
    feed, place = await world.feed(), await world.place()
    begun = feed.poll.failures
    print("writing", flush=True)
    for number in range(begun, begun + 100_000):
        names = [fresh(f"{number}-{part}") for part in range(int(sys.argv[2]))]
        alerts = tuple(alert(place, entry=part, nonce=f"{number}-{part}") for part in range(len(names)))
        # The count of polls goes with the poll, as a validator does.
        state = PollState(next_poll_at=NOW, failures=number + 1)
        await world.poll(feed, *names, alerts=alerts, state=state)

asyncio.run(main())
"""


@pytest.fixture
async def checked(database_url: str) -> AsyncIterator[SqlStore]:
    async with await open_store(database_url) as store:
        yield store


async def killed_writer(url: str, patience: float) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITE, url, str(ENTRIES_A_POLL), stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    assert await child.stdout.readline() == b"writing\n"
    await asyncio.sleep(patience)
    child.send_signal(signal.SIGKILL)
    assert await child.wait() == -signal.SIGKILL


async def counts(store: SqlStore) -> list[int]:
    tables = (entries, identities, deliveries)
    wanted = [sa.select(sa.func.count()).select_from(table).scalar_subquery() for table in tables]
    polls = sa.select(feeds.c.failures).scalar_subquery()
    row = await store._database.read(lambda connection: connection.execute(sa.select(polls, *wanted)))
    return list(row.one())


async def test_a_poll_is_written_whole_or_not_at_all_wherever_the_process_dies(
    database_url: str, checked: SqlStore
) -> None:
    dice = random.Random(20260314)  # noqa: S311  # the moments of kills, the same in every run
    before, kills, longest = 0, 0, 0.12
    while kills < KILLS or not before:
        await killed_writer(database_url, dice.uniform(0.01, longest))
        polls, *rows = await counts(checked)
        assert rows == [polls * ENTRIES_A_POLL] * 3
        assert polls >= before
        if polls == before:  # a busy machine: nothing was written in so short a time
            longest *= 1.5
        before = polls
        kills += 1
    claimed = await World(checked).claims(NOW + timedelta(hours=1))
    assert len(claimed) == 1


async def test_a_database_file_is_sound_after_kills(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    for patience in (0.01, 0.05, 0.1):
        await killed_writer(url, patience)
    with sqlite3.connect(tmp_path / "a.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
