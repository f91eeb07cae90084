from dataclasses import replace
from datetime import datetime

from bot.model.feed import Feed, FeedSpec, PollState
from bot.model.push import Pushing, PushState
from bot.pipeline.net import WHY
from bot.pipeline.push import begun
from bot.stores.store import Store
from tests.contract.world import DAY, HOUR, MINUTE, NOW, World

HUB, TOPIC = "https://hub.example/", "https://news.example/topic"


async def offering(
    world: World, url: str = "https://news.example/feed", at: datetime = NOW, **state: object
) -> Feed:
    feed = await world.feed(url)
    offer = {"next_poll_at": at, "hub": HUB, "topic": TOPIC, **state}
    await world.poll(feed, at=at, state=PollState(**offer))  # type: ignore[arg-type]  # the fields that a test names
    found = await world.store.feed(url)
    assert found is not None
    return found


async def subscribed(world: World, feed: Feed, name: str = "t1") -> None:
    push = begun(feed, token=name, secret="s", now=NOW)
    assert push is not None
    await world.store.add_push(push)


async def test_an_offer_is_there_until_its_hub_was_asked(world: World, store: Store) -> None:
    feed = await offering(world)
    await world.poll(await world.feed("https://other.example/"))
    assert [each.id for each in await store.unanswered_offers(limit=5)] == [feed.id]
    await subscribed(world, feed)
    await subscribed(world, feed, "t2")
    assert await store.unanswered_offers(limit=5) == []
    assert await store.push_called("t2") is None
    assert await store.push_counts() == {"asked": 1}


async def test_a_push_comes_back_as_it_was_written(world: World, store: Store) -> None:
    feed = await offering(world)
    await subscribed(world, feed)
    found = await store.push_called("t1")
    assert found is not None
    changed = replace(
        found, state=PushState.ACTIVE, due_at=NOW + HOUR, asked_at=NOW, confirmed_at=NOW, until=NOW + DAY,
        delivered_at=NOW, failures=3, problem="it is slow", ignored=7,
    )  # fmt: skip
    assert await store.save_push(changed)
    assert await store.push(found.id) == replace(changed, version=found.version + 1)
    told = await store.feed(feed.url)
    assert told is not None
    assert told.push == Pushing(HUB, NOW + DAY, NOW, "it is slow")


async def test_of_two_changes_the_later_one_is_refused(world: World, store: Store) -> None:
    await subscribed(world, await offering(world))
    found = await store.push_called("t1")
    assert found is not None
    assert await store.save_push(replace(found, ignored=1))
    assert not await store.save_push(replace(found, ignored=2))
    latest = await store.push(found.id)
    assert latest is not None
    assert latest.ignored == 1


async def test_what_is_due_is_claimed_once(world: World, store: Store, second: Store) -> None:
    await subscribed(world, await offering(world))
    assert await store.claim_pushes(NOW - MINUTE, limit=5, lease=MINUTE) == []
    assert len(await store.claim_pushes(NOW, limit=5, lease=MINUTE)) == 1
    assert await second.claim_pushes(NOW, limit=5, lease=MINUTE) == []
    assert len(await second.claim_pushes(NOW + MINUTE, limit=5, lease=MINUTE)) == 1


async def test_a_hub_that_left_news_to_a_poll_is_asked_once_more(world: World, store: Store) -> None:
    feed = await offering(world)
    await subscribed(world, feed)
    found = await store.push_called("t1")
    assert found is not None
    active = replace(found, state=PushState.ACTIVE, asked_at=NOW, due_at=NOW + DAY)
    assert await store.save_push(active)
    assert await store.claim_pushes(NOW + HOUR, limit=5, lease=MINUTE) == []
    await offering(world, at=NOW + HOUR, missed_at=NOW + HOUR)
    (again,) = await store.claim_pushes(NOW + HOUR, limit=5, lease=MINUTE)
    assert await store.save_push(replace(again, asked_at=NOW + HOUR, due_at=NOW + DAY))
    assert await store.claim_pushes(NOW + HOUR, limit=5, lease=MINUTE) == []


async def test_subscriptions_that_no_feed_wants_are_left_and_outlive_their_feed(
    world: World, store: Store
) -> None:
    removed, off, moved, kept = [
        await offering(world, f"https://news.example/{name}") for name in ("removed", "off", "moved", "kept")
    ]
    for feed in (removed, off, moved, kept):
        await subscribed(world, feed, f"t{feed.id}")
    assert await store.leave_unwanted(NOW) == 0
    await store.remove_feed(removed.id)
    await store.configure_feed(off.id, FeedSpec(off.url), enabled=False)
    await offering(world, moved.url, at=NOW + HOUR, hub="https://new.example/")
    assert await store.leave_unwanted(NOW) == 3
    assert await store.leave_unwanted(NOW) == 0
    assert await store.push_counts() == {"asked": 1, "leaving": 3}
    left = await store.push_called(f"t{removed.id}")
    assert left is not None
    assert left.feed_id is None
    told = await store.feed(moved.url)
    assert told is not None
    assert told.push is None
    await store.forget_push(left.id)
    assert await store.push_called(f"t{removed.id}") is None


async def test_a_feed_that_waits_for_its_net_alone_is_polled_sooner(world: World, store: Store) -> None:
    later = NOW + DAY
    netted = await offering(world, "https://news.example/a", next_poll_at=later, next_poll_why=WHY)
    asked = await offering(
        world, "https://news.example/b", next_poll_at=later, next_poll_why="its server asks"
    )
    for feed in (netted, asked):
        await subscribed(world, feed, f"t{feed.id}")
        found = await store.push_called(f"t{feed.id}")
        assert found is not None
        assert await store.save_push(found, poll_by=NOW + HOUR)
    due = {feed.url: feed.poll.next_poll_at for feed in await store.feeds()}
    assert due == {netted.url: NOW + HOUR, asked.url: later}


async def test_entries_that_were_pushed_do_not_make_a_feed_read(world: World, store: Store) -> None:
    feed = await offering(world)
    before = await store.feed(feed.url)
    await world.poll(feed, at=NOW + HOUR, whole=False, state=feed.poll)
    after = await store.feed(feed.url)
    assert before == after
