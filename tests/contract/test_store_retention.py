"""What is forgotten when, and what never is."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.adapters.storage.rows import CHUNK
from bot.adapters.storage.store import SqlStore
from bot.adapters.storage.trimming import Room, trim
from bot.model.decision import NewDecision, Verdict
from bot.model.delivery import DeliveryStatus
from bot.model.retention import IDENTITIES_KEPT
from bot.stores.store import Store
from tests.contract.world import DAY, HOUR, NOW, SECOND, World, alert, fresh, settled

MONTH = timedelta(days=30)
LATER = NOW + MONTH + 2 * SECOND


async def test_entries_and_what_was_sent_about_them_are_kept_thirty_days(world: World, store: Store) -> None:
    decisions = (NewDecision(0, 1, Verdict.SENT),)
    await world.poll(
        await world.feed(), fresh("a"), alerts=(alert(await world.place()),), decisions=decisions
    )
    [delivery] = await world.claims()
    await store.settle(settled(delivery))
    assert await store.prune(NOW + MONTH) == 0
    # A decision, a delivery with its attempt, an alert, an entry, a story.
    assert await store.prune(LATER) == 5
    assert await world.entries() == []
    assert await store.alerts() == []
    assert await store.deliveries() == []
    assert await store.attempts(delivery.id) == []
    assert await store.prune(LATER) == 0


async def test_retention_may_be_shorter(world: World, store: Store) -> None:
    await world.poll(await world.feed(), fresh("a"))
    assert await store.prune(NOW + 5 * DAY, retention=5 * DAY) == 0
    assert await store.prune(NOW + 5 * DAY + SECOND, retention=5 * DAY) == 2


async def test_the_identity_of_a_forgotten_entry_is_still_known(world: World, store: Store) -> None:
    feed = await world.feed()
    await world.poll(feed, fresh("a"))
    await world.poll(feed, at=LATER)
    assert await store.prune(LATER) == 2
    assert await store.known_identities(feed.id, ["a"]) == {"a"}


@pytest.mark.parametrize("status", [DeliveryStatus.PENDING, DeliveryStatus.DEAD])
async def test_what_is_not_delivered_is_kept_with_its_alert(
    world: World, store: Store, status: DeliveryStatus
) -> None:
    await world.poll(await world.feed(), fresh("a"), alerts=(alert(await world.place()),))
    [delivery] = await world.claims()
    await store.settle(settled(delivery, status, due_at=NOW + HOUR, detail="refused"))
    await store.prune(NOW + 300 * DAY)
    [kept] = await store.deliveries()
    assert kept.status is status
    assert len(await store.alerts()) == 1
    assert await world.entries() == []
    await store.drop([kept.id])
    await store.prune(NOW + 300 * DAY)
    assert await store.deliveries() == []
    assert await store.alerts() == []


async def test_a_live_story_stays_whole_whatever_the_retention(world: World, store: Store) -> None:
    await world.poll(await world.feed(), fresh("a"), alerts=(alert(await world.place()),))
    [delivery] = await world.claims()
    await store.settle(settled(delivery))
    await store.prune(NOW + 47 * HOUR, retention=timedelta(hours=1))
    assert len(await world.entries()) == 1
    assert len(await store.alerts()) == 1
    await store.prune(NOW + 49 * HOUR, retention=timedelta(hours=1))
    assert await world.entries() == []


async def test_many_rows_go_in_many_small_steps(world: World, store: Store) -> None:
    feed = await world.feed()
    await world.poll(feed, *(fresh(f"e{number}") for number in range(2_500)))
    steps = deleting(store)
    assert await store.prune(LATER) == 5_000
    assert await world.entries() == []
    assert sum(map(sum, steps)) == 5_000
    # A transaction deletes once, and few rows: whoever waits to write a poll waits for one of them at most.
    assert all(len(step) == 1 for step in steps)
    assert max(map(sum, steps)) <= CHUNK


def deleting(store: Store) -> list[list[int]]:
    """Note from now on how many rows each statement of each transaction that deletes takes."""
    assert isinstance(store, SqlStore)
    engine = store._database.engine.sync_engine
    begun: dict[Any, list[int]] = {}
    steps: list[list[int]] = []

    def executed(connection: sa.Connection, cursor: Any, statement: str, *_: object) -> None:
        if statement.startswith("DELETE"):
            begun.setdefault(connection, []).append(cursor.rowcount)

    def committed(connection: sa.Connection) -> None:
        if counts := begun.pop(connection, []):
            steps.append(counts)

    sa.event.listen(engine, "after_cursor_execute", executed)
    sa.event.listen(engine, "commit", committed)
    return steps


async def test_identities_are_kept_longer_than_entries_but_not_for_ever(world: World, store: Store) -> None:
    feed = await world.feed()
    await world.poll(feed, fresh("a"))
    for age, known in ((MONTH + SECOND, {"a"}), (IDENTITIES_KEPT, {"a"}), (IDENTITIES_KEPT + SECOND, set())):
        await world.poll(feed, fresh(f"at {age}"), at=NOW + age)
        await store.prune(NOW + age + SECOND)
        assert "a" not in {each.content.guid for each in await world.entries(NOW)}
        assert await store.known_identities(feed.id, ["a"]) == known


async def test_a_poll_has_its_turn_between_two_steps(world: World, store: Store) -> None:
    await world.poll(await world.feed(), *(fresh(f"e{number}") for number in range(6_000)))
    other = await world.feed("https://other.example/")
    claim = await world.claim(other, LATER)
    pruning = asyncio.create_task(store.prune(LATER))
    await store.record_poll(world.record(claim, fresh("new"), at=LATER))
    assert not pruning.done()
    assert await pruning == 12_000
    assert len(await world.entries()) == 1


async def test_a_feed_with_new_guids_at_every_poll_keeps_its_newest_entries_alone(
    world: World, store: Store
) -> None:
    other, churning = await world.feed("https://other.example/"), await world.feed()
    await world.poll(other, fresh("quiet"))
    for poll in range(12):
        names = [f"{poll}-{number}" for number in range(1_000)]
        await world.poll(churning, *map(fresh, names), at=NOW + poll * HOUR)
    assert len(await world.entries(feed_ids=[churning.id])) == 10_000
    assert len(await world.entries(feed_ids=[other.id])) == 1
    # Nor are their stories left behind.
    assert await store.prune(NOW + 12 * HOUR) == 0
    assert await store.known_identities(other.id, ["quiet"]) == {"quiet"}


async def test_its_identities_are_bounded_too_and_the_newest_are_known(world: World, store: Store) -> None:
    feed = await world.feed()
    for poll in range(13):
        entries = [
            fresh(f"{poll}-{n}", f"{poll}-{n}-b", f"{poll}-{n}-c", f"{poll}-{n}-d") for n in range(1_000)
        ]
        await world.poll(feed, *entries, at=NOW + poll * HOUR)
    assert await store.known_identities(feed.id, ["0-0", "0-1-b", "12-5", "12-7-d"]) == {"12-5", "12-7-d"}


async def test_a_feed_with_one_new_entry_now_and_then_is_looked_at_now_and_then(
    world: World, store: Store
) -> None:
    assert isinstance(store, SqlStore)
    slow, other = await world.feed(), await world.feed("https://other.example/")
    names = [f"e{number}" for number in range(400)]
    await world.poll(slow, *map(fresh, names))
    await world.poll(other, fresh("quiet"))
    numbers = sorted(entry.id for entry in await world.entries(feed_ids=[slow.id]))

    async def left_after(number: int) -> int:
        await store._database.write(lambda connection: trim(connection, slow.id, [number], Room(entries=5)))
        return len(await world.entries(feed_ids=[slow.id]))

    counts = [await left_after(number) for number in numbers]
    assert 1 < counts.count(400) < 400
    assert set(counts) == {400, 5}
    assert {entry.id for entry in await world.entries(feed_ids=[slow.id])} == set(numbers[-5:])
    assert len(await world.entries(feed_ids=[other.id])) == 1
