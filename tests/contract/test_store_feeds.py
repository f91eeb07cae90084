from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import LeaseLost
from bot.model.feed import Feed, FeedOrigin, FeedSpec, PollState, Validators
from bot.model.hints import PollHints
from bot.model.rhythm import Rhythm
from bot.stores.store import Store
from tests.contract.world import HOUR, MINUTE, NOW, SECOND, World, alert, fresh


async def by_url(store: Store, url: str) -> Feed:
    found = await store.feed(url)
    assert found is not None
    return found


async def test_a_new_feed_is_due_at_once_and_bears_its_host_as_title(store: Store) -> None:
    spec = FeedSpec("HTTPS://News.Example:443#top", tags=("asia", "日本"), interval=HOUR)
    feed, new = await store.add_feed(spec, origin=FeedOrigin.CONFIG, now=NOW)
    assert new
    assert feed == Feed(
        id=feed.id,
        url="https://news.example/",
        title="news.example",
        origin=FeedOrigin.CONFIG,
        added_at=NOW,
        poll=PollState(next_poll_at=NOW),
        tags=("asia", "日本"),
        interval=HOUR,
    )
    assert await store.feeds() == [feed]


async def test_a_feed_is_added_once_however_its_address_is_written(store: Store) -> None:
    first, _ = await store.add_feed(FeedSpec("https://news.example"), origin=FeedOrigin.CLI, now=NOW)
    again, new = await store.add_feed(
        FeedSpec("HTTPS://NEWS.EXAMPLE/#x", title="Mine"), origin=FeedOrigin.CHAT, now=NOW + HOUR
    )
    assert (again, new) == (first, False)
    assert await store.feed("https://NEWS.example:443") == first
    assert await store.feed("https://other.example") is None


async def test_feeds_are_listed_by_title_whatever_its_case(world: World, store: Store) -> None:
    for title in ("beta", "Alpha", "Gamma"):
        await world.feed(f"https://{title}.example/", title=title)
    assert [feed.title for feed in await store.feeds()] == ["Alpha", "beta", "Gamma"]


async def test_a_feed_can_be_configured_without_touching_its_polls(world: World, store: Store) -> None:
    feed = await world.feed()
    state = PollState(
        next_poll_at=NOW + HOUR, validators=Validators('"a"', "Sat"), failures=3, failure="It hangs."
    )
    await world.poll(feed, state=state)
    spec = FeedSpec("https://elsewhere.example/", title="My own", tags=("x",), interval=MINUTE)
    await store.configure_feed(feed.id, spec, enabled=False)
    changed = await by_url(store, feed.url)
    assert (changed.title, changed.tags, changed.interval, changed.enabled) == (
        "My own",
        ("x",),
        MINUTE,
        False,
    )
    assert changed.poll == state


async def test_a_feed_tells_its_title_but_the_operators_own_stays(world: World, store: Store) -> None:
    plain, named = (
        await world.feed("https://a.example/"),
        await world.feed("https://b.example/", title="Mine"),
    )
    told: dict[str, Any] = {
        "title": "Its own",
        "site": "https://site.example/",
        "language": "ja",
        "icon": "https://site.example/i.png",
    }
    await world.poll(plain, **told)
    await world.poll(named, at=NOW + SECOND, **told)
    one, other = await by_url(store, plain.url), await by_url(store, named.url)
    assert one.icon == "https://site.example/i.png"
    assert (one.title, one.site, one.language) == ("Its own", "https://site.example/", "ja")
    assert (other.title, other.site, other.language) == ("Mine", "https://site.example/", "ja")
    await world.poll(plain, at=NOW + HOUR)
    assert (await by_url(store, plain.url)).title == "Its own"


async def test_due_feeds_are_claimed_longest_due_first_and_once(world: World, store: Store) -> None:
    late, later, future = [await world.feed(f"https://{name}.example/") for name in "abc"]
    for feed, due in ((late, NOW + MINUTE), (later, NOW), (future, NOW + HOUR)):
        await world.poll(feed, state=PollState(next_poll_at=due))
    claimed = await store.claim_feeds(NOW + MINUTE, limit=5, lease=HOUR)
    assert [claim.feed.id for claim in claimed] == [later.id, late.id]
    assert await store.claim_feeds(NOW + MINUTE, limit=5, lease=HOUR) == []


async def test_a_claim_takes_no_more_than_asked_for_and_no_disabled_feed(world: World, store: Store) -> None:
    feeds = [await world.feed(f"https://{name}.example/") for name in "abc"]
    await store.configure_feed(feeds[0].id, FeedSpec(feeds[0].url), enabled=False)
    [claim] = await store.claim_feeds(NOW, limit=1, lease=HOUR)
    assert claim.feed.id == feeds[1].id
    [claim] = await store.claim_feeds(NOW, limit=5, lease=HOUR)
    assert claim.feed.id == feeds[2].id


async def test_a_feed_whose_lease_ran_out_is_due_again_and_its_first_poller_writes_nothing(
    world: World, store: Store
) -> None:
    feed, place = await world.feed(), await world.place()
    slow = await world.claim(feed)
    quick = await world.claim(feed, NOW + MINUTE)
    assert quick.lease != slow.lease
    record = world.record(slow, fresh("a"), alerts=(alert(place),), title="Slow", seen=("old",))
    with pytest.raises(LeaseLost, match=f"feed {feed.id}"):
        await store.record_poll(record)
    assert await world.entries() == []
    assert await store.deliveries() == []
    assert (await by_url(store, feed.url)).title == "news.example"
    assert await store.known_identities(feed.id, ["a"]) == frozenset()
    await store.record_poll(world.record(quick, fresh("a")))
    assert len(await world.entries()) == 1


async def test_a_poll_is_not_written_twice(world: World, store: Store) -> None:
    claim = await world.claim(await world.feed())
    await store.record_poll(world.record(claim))
    with pytest.raises(LeaseLost):
        await store.record_poll(world.record(claim, fresh("a")))
    assert await world.entries() == []


async def test_a_poll_of_a_feed_removed_meanwhile_is_dropped(world: World, store: Store) -> None:
    feed = await world.feed()
    claim = await world.claim(feed)
    await store.remove_feed(feed.id)
    with pytest.raises(LeaseLost):
        await store.record_poll(world.record(claim, fresh("a")))


async def test_poll_state_comes_back_as_it_was_even_validators_that_are_no_unicode(
    world: World, store: Store
) -> None:
    feed = await world.feed()
    state = PollState(
        next_poll_at=NOW + timedelta(microseconds=1),
        validators=Validators(
            etag='W/"caf\udce9\x00 \\udce9"', last_modified="Sat, 14 Mar 2026 15:09:26 GMT"
        ),
        body_hash="abc",
        polled_at=NOW,
        succeeded_at=NOW - SECOND,
        changed_at=NOW - MINUTE,
        seeded_at=NOW - HOUR,
        failures=2,
        failure="Die Antwort war kein Feed: 台湾 🗞",
        gone=True,
        moved_to="https://new.example/",
        moved_polls=3,
        moved_since=NOW - HOUR,
        hints=PollHints(90 * MINUTE, (0, 7), (5, 6)),
        rhythm=Rhythm(NOW - HOUR, NOW, tuple(n / 8 for n in range(24)), tuple(n / 3 for n in range(7))),
        next_poll_why="its document asks for 90 min",
    )
    await world.poll(feed, state=state)
    assert (await by_url(store, feed.url)).poll == state


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"validators": Validators(etag='"b"')},
        {"failures": 1, "failure": "It is down."},
        {"rhythm": Rhythm(NOW)},
        {"changed_at": NOW + HOUR, "body_hash": "new"},
    ],
)
async def test_a_poll_that_says_what_it_found_changes_all_that_it_leaves_behind(
    world: World, store: Store, more: dict[str, Any]
) -> None:
    feed = await world.feed()
    before = PollState(
        NOW, Validators(etag='"a"'), body_hash="old", polled_at=NOW, succeeded_at=NOW, seeded_at=NOW
    )
    await world.poll(feed, state=before)
    claim = await world.claim(feed)
    later: dict[str, Any] = {
        "next_poll_at": NOW + 2 * HOUR,
        "next_poll_why": "as usual",
        "polled_at": NOW + HOUR,
    }
    after = replace(before, **later, succeeded_at=NOW + HOUR, **more)
    record = replace(world.record(claim, at=NOW + HOUR, state=after), before=claim.feed.poll)
    assert record.is_calm
    await store.record_poll(record)
    assert (await by_url(store, feed.url)).poll == after
    assert len(await store.claim_feeds(NOW + 2 * HOUR, limit=1, lease=MINUTE)) == 1


async def test_a_removed_feed_takes_its_entries_along_but_not_what_was_alerted(
    world: World, store: Store
) -> None:
    feed, place = await world.feed(), await world.place()
    await world.poll(feed, fresh("a"), alerts=(alert(place),))
    await store.remove_feed(feed.id)
    assert await store.feeds() == []
    assert await world.entries() == []
    assert len(await store.alerts()) == 1
    assert len(await world.claims()) == 1


async def test_a_confirmed_move_changes_the_address(world: World, store: Store) -> None:
    feed = await world.feed("https://old.example/")
    await world.poll(feed, url="HTTPS://New.Example")
    assert await store.feed("https://old.example/") is None
    assert (await by_url(store, "https://new.example/")).id == feed.id


async def test_a_move_to_an_address_on_the_list_leaves_one_feed_polled(world: World, store: Store) -> None:
    moved = await world.feed("https://old.example/", tags=("asia", "news"))
    there = await world.feed("https://new.example/", title="The new", tags=("news", "first"))
    await store.configure_feed(there.id, FeedSpec(there.url, "The new", ("news", "first")), enabled=False)
    await world.poll(moved, fresh("a"), url=there.url)
    old, new = await by_url(store, moved.url), await by_url(store, there.url)
    assert (old.enabled, new.enabled) == (False, True)
    assert (
        old.poll.failure == f"It moved to the address of feed {there.id} (The new), which is polled instead."
    )
    assert new.tags == ("news", "first", "asia")
    assert len(await world.entries()) == 1


async def test_two_stores_never_claim_the_same_feed(world: World, store: Store, second: Store) -> None:
    await world.feed()
    first = await store.claim_feeds(NOW, limit=5, lease=HOUR)
    assert len(first) == 1
    assert await second.claim_feeds(NOW, limit=5, lease=HOUR) == []


async def test_freed_leases_can_be_taken_at_once(world: World, store: Store) -> None:
    feed = await world.feed()
    await world.deliver(await world.place())
    await world.claim(feed)
    assert len(await world.claims()) == 1
    assert await store.release_leases(NOW) == 2
    assert (await world.claim(feed)).feed.id == feed.id
    [delivery] = await world.claims()
    assert delivery.attempts == 2


async def test_a_claimed_feed_is_not_due_again_before_the_floor_even_if_its_poll_was_lost(
    world: World, store: Store
) -> None:
    feed = await world.feed()
    [claim] = await store.claim_feeds(NOW, limit=5, lease=HOUR, floor=MINUTE)
    assert claim.feed == feed
    await store.release_leases(NOW)
    assert await store.claim_feeds(NOW + 59 * SECOND, limit=5, lease=HOUR, floor=MINUTE) == []
    assert len(await store.claim_feeds(NOW + MINUTE, limit=5, lease=HOUR, floor=MINUTE)) == 1


async def test_a_floor_brings_no_feed_forward(world: World, store: Store) -> None:
    feed = await world.feed()
    await world.poll(feed, state=PollState(next_poll_at=NOW + HOUR))
    assert await store.claim_feed(feed.id, NOW, lease=MINUTE, floor=MINUTE) is not None
    assert (await by_url(store, feed.url)).poll.next_poll_at == NOW + HOUR


async def test_one_feed_is_claimed_due_or_not_but_not_within_the_floor(world: World, store: Store) -> None:
    feed, other = await world.feed(), await world.feed("https://other.example/")
    await world.poll(feed, state=PollState(next_poll_at=NOW + HOUR, polled_at=NOW))
    assert await store.claim_feed(feed.id, NOW + 59 * SECOND, lease=MINUTE, floor=MINUTE) is None
    claim = await store.claim_feed(feed.id, NOW + MINUTE, lease=MINUTE, floor=MINUTE)
    assert claim is not None
    assert claim.feed.id == feed.id
    await store.record_poll(world.record(claim, fresh("a"), at=NOW + MINUTE))
    assert (await by_url(store, other.url)).poll == other.poll


async def test_a_feed_that_another_polls_is_not_claimed(world: World, store: Store, second: Store) -> None:
    feed = await world.feed()
    assert await second.claim_feed(feed.id, NOW, lease=HOUR, floor=MINUTE) is not None
    assert await store.claim_feed(feed.id, NOW + 2 * MINUTE, lease=HOUR, floor=MINUTE) is None
    assert await store.claim_feeds(NOW + 2 * MINUTE, limit=5, lease=HOUR) == []
    assert await store.claim_feed(feed.id + 1, NOW, lease=HOUR, floor=MINUTE) is None


async def test_due_times_go_back_with_a_clock_that_was_set_back(world: World, store: Store) -> None:
    feeds = [await world.feed(f"https://{name}.example/") for name in "abc"]
    for number, feed in enumerate(feeds):
        polled = NOW - number * MINUTE
        await world.poll(feed, state=PollState(next_poll_at=polled + 5 * MINUTE, polled_at=polled))
    earlier = NOW - 2 * HOUR
    assert await store.turn_back(earlier) == 2 * HOUR
    due = [(await by_url(store, feed.url)).poll.next_poll_at - earlier for feed in feeds]
    assert due == [5 * MINUTE, 4 * MINUTE, 3 * MINUTE]
    assert await store.turn_back(earlier) == timedelta(0)


async def test_leases_end_with_a_clock_that_was_set_back(world: World, store: Store) -> None:
    polled = await world.feed()
    await world.poll(polled, state=PollState(next_poll_at=NOW + HOUR, polled_at=NOW))
    held = await world.feed("https://b.example/")
    assert await store.claim_feed(held.id, NOW, lease=MINUTE, floor=SECOND) is not None
    await store.turn_back(NOW - HOUR)
    assert len(await store.claim_feeds(NOW - HOUR + MINUTE, limit=5, lease=HOUR)) == 1


async def test_a_clock_that_only_goes_on_moves_nothing(world: World, store: Store) -> None:
    feed = await world.feed()
    assert await store.turn_back(NOW) == timedelta(0)
    await world.poll(feed, state=PollState(next_poll_at=NOW + HOUR, polled_at=NOW))
    for now in (NOW + HOUR, NOW, NOW - 30 * SECOND):
        assert await store.turn_back(now) == timedelta(0)
    assert (await by_url(store, feed.url)).poll.next_poll_at == NOW + HOUR
