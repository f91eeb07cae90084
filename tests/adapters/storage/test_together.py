"""Writes that come at the same time are written together, and each of them is answered for itself."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.adapters.storage.store import open_store
from bot.adapters.storage.together import Together
from bot.errors import LeaseLost
from tests.contract.world import HOUR, NOW, World


class Writer:
    """Writes when told to; odd numbers fail."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.open = asyncio.Event()
        self.begun = asyncio.Event()

    async def __call__(self, items: Sequence[int]) -> Sequence[Exception | None]:
        self.batches.append(list(items))
        self.begun.set()
        await self.open.wait()
        if 100 in items:
            raise OSError("The disk is full.")
        return [ValueError(str(item)) if item % 2 else None for item in items]


async def begin(writer: Writer, together: Together[int], *items: int) -> list[asyncio.Task[None]]:
    first = asyncio.create_task(together.write(0))
    await writer.begun.wait()
    tasks = [asyncio.create_task(together.write(item)) for item in items]
    await asyncio.sleep(0)
    return [first, *tasks]


async def test_what_comes_while_one_is_written_is_written_together() -> None:
    writer = Writer()
    tasks = await begin(writer, Together(writer), 1, 2, 3)
    writer.open.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert writer.batches == [[0], [1, 2, 3]]
    assert [str(result) for result in results] == ["None", "1", "None", "3"]


async def test_a_failed_write_is_told_to_all_that_were_in_it_and_the_next_is_tried() -> None:
    writer = Writer()
    together = Together(writer)
    tasks = await begin(writer, together, 100, 2)
    writer.open.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [type(None), OSError, OSError]
    await together.write(4)


async def test_one_that_is_given_up_while_it_waits_is_not_written() -> None:
    writer = Writer()
    tasks = await begin(writer, Together(writer), 2, 4)
    tasks[1].cancel()
    await asyncio.sleep(0)
    writer.open.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert writer.batches == [[0], [4]]
    assert isinstance(results[1], asyncio.CancelledError)


async def test_one_that_is_given_up_on_its_way_is_waited_for() -> None:
    writer = Writer()
    (task,) = await begin(writer, Together(writer))
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    writer.open.set()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_of_many_polls_written_together_only_those_without_a_lease_fail(database_url: str) -> None:
    async with await open_store(database_url) as store:
        world = World(store)
        feeds = [await world.feed(f"https://news.example/{number}") for number in range(6)]
        claims = {claim.feed.id: claim for claim in await store.claim_feeds(NOW, limit=9, lease=HOUR)}
        records = [world.record(claims[feed.id]) for feed in feeds]
        await store.record_poll(records[2])
        results = await asyncio.gather(*map(store.record_poll, records), return_exceptions=True)
        assert [isinstance(result, LeaseLost) for result in results] == [
            False,
            False,
            True,
            False,
            False,
            False,
        ]
        stored = {feed.id: feed.poll for feed in await store.feeds()}
        assert all(stored[record.feed_id] == record.state for record in records)
