from datetime import timedelta

from bot.model.activity import Activity
from bot.stores.store import Store
from tests.contract.world import DAY, HOUR, NOW, World, fresh

WEEK = 7 * DAY


async def test_entries_are_counted_by_feed_and_by_when_they_were_published(
    world: World, store: Store
) -> None:
    busy, calm, empty = [await world.feed(f"https://{name}.example/") for name in ("busy", "calm", "empty")]
    await world.poll(
        busy,
        fresh("a", published=NOW - HOUR),
        fresh("b", published=NOW - 3 * DAY),
        fresh("old", published=NOW - 30 * DAY),
    )
    await world.poll(calm, fresh("undated"), at=NOW - DAY)
    assert await store.activity(NOW - WEEK) == {
        busy.id: Activity(2, NOW - 3 * DAY),
        calm.id: Activity(1, NOW - DAY),
    }
    assert empty.id not in await store.activity(NOW - 100 * DAY)
    assert await store.activity(NOW + timedelta(seconds=1)) == {}


async def test_a_date_ahead_of_its_time_counts_when_it_was_seen(world: World, store: Store) -> None:
    feed = await world.feed()
    await world.poll(feed, fresh("ahead", published=NOW + 900 * DAY))
    assert await store.activity(NOW - WEEK) == {feed.id: Activity(1, NOW)}
