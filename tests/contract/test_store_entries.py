from dataclasses import replace

import pytest
from sqlalchemy.exc import StatementError

from bot.adapters.storage.entries import PAGE
from bot.model.alert import Alert, MatchedSubscription
from bot.model.decision import NewDecision, Verdict
from bot.model.delivery import DeliveryStatus
from bot.model.entry import ParsedEntry
from bot.model.feed import FeedSpec
from bot.stores.store import Store
from tests.contract.world import DAY, HOUR, MESSAGE, MINUTE, NOW, SECOND, World, alert, fresh


async def test_an_entry_comes_back_as_it_was(world: World) -> None:
    feed = await world.feed(title="NHK")
    whole = ParsedEntry(
        guid="urn:1",
        title="高市首相が会見 🗾 עברית",
        link="https://news.example/1?a=b&c=d",
        summary="First.\n\nSecond: “quoted”",
        published=NOW - HOUR,
        updated=NOW - MINUTE,
        authors=("A. Writer", "記者"),
        categories=("politics", "日本"),
        language="ja",
        image="https://news.example/1.jpg",
    )
    bare = ParsedEntry(guid=None, title="", link=None)
    await world.poll(feed, replace(fresh("a"), entry=whole), replace(fresh("b"), entry=bare))
    second, first = await world.entries()
    assert (first.content, second.content) == (whole, bare)
    assert (first.source, first.feed_id, first.seen_at) == ("NHK", feed.id, NOW)


async def test_text_that_no_database_can_hold_does_not_cost_the_poll(world: World) -> None:
    await world.poll(
        await world.feed(), fresh("a\x00\ud83d", title="nul\x00 lone \ud83d", categories=("x\x00", "\udc00"))
    )
    [entry] = await world.entries()
    assert entry.content.title == "nul lone ?"
    assert entry.content.guid == "a?"
    assert entry.content.categories == ("x\x00", "\udc00")


async def test_alerts_deliveries_and_decisions_stand_on_their_entry(world: World, store: Store) -> None:
    feed, place = await world.feed(title="NHK"), await world.place()
    subscription = await world.subscribe(place, "Takaichi")
    content = {"title": "Takaichi speaks", "published": NOW - HOUR}
    await world.poll(
        feed,
        fresh("a"),
        fresh("b", **content),
        alerts=(alert(place, entry=1, due_at=NOW + MINUTE),),
        decisions=(
            NewDecision(1, subscription.id, Verdict.SENT),
            NewDecision(0, 99, Verdict.MUTED, "paused"),
        ),
    )
    entry = next(entry for entry in await world.entries() if entry.content.guid == "b")
    [stored] = await store.alerts()
    assert stored == Alert(
        id=stored.id,
        destination_id=place.id,
        story_id=stored.story_id,
        entry_id=entry.id,
        title="Takaichi speaks",
        link="https://news.example/b",
        source="NHK",
        matches=(MatchedSubscription(1, "Takaichi", ("TAKAICHI", "高市")),),
        created_at=NOW,
    )
    [delivery] = await store.deliveries()
    assert (delivery.destination, delivery.message, delivery.nonce) == (place, MESSAGE, "n1")
    assert (delivery.status, delivery.attempts, delivery.lease) == (DeliveryStatus.PENDING, 0, None)
    assert (delivery.due_at, delivery.created_at, delivery.seen_at) == (NOW + MINUTE, NOW, NOW)
    assert delivery.published_at == NOW - HOUR


async def test_an_alert_of_an_entry_without_a_title_is_called_as_its_message(
    world: World, store: Store
) -> None:
    await world.poll(await world.feed(), fresh("a", title=""), alerts=(alert(await world.place()),))
    [stored] = await store.alerts()
    assert stored.title == "Takaichi speaks"


async def test_identities_are_known_by_every_name_and_only_to_their_feed(world: World, store: Store) -> None:
    feed, other = await world.feed("https://a.example/"), await world.feed("https://b.example/")
    await world.poll(feed, fresh("guid", "link", "\ud800 hash"))
    asked = ["guid", "link", "\ud800 hash", "unknown", "guid"]
    assert await store.known_identities(feed.id, asked) == {"guid", "link", "\ud800 hash"}
    assert await store.known_identities(other.id, asked) == frozenset()
    assert await store.known_identities(feed.id, []) == frozenset()


async def test_an_entry_known_by_one_name_is_not_stored_again_but_its_new_name_is_learnt(
    world: World, store: Store
) -> None:
    feed, place = await world.feed(), await world.place()
    await world.poll(feed, fresh("old guid", "link"))
    decision = NewDecision(0, 1, Verdict.SENT)
    renamed = fresh("new guid", "link")
    await world.poll(feed, renamed, fresh("b"), alerts=(alert(place, nonce="x"),), decisions=(decision,))
    assert [entry.content.guid for entry in await world.entries()] == ["b", "old guid"]
    assert await store.alerts() == []
    assert await store.deliveries() == []
    await world.poll(feed, fresh("new guid", "new link"))
    assert len(await world.entries()) == 2


async def test_the_same_identity_twice_in_one_poll_is_one_entry(world: World, store: Store) -> None:
    place = await world.place()
    alerts = (
        alert(place, entry=0, nonce="a"),
        alert(place, entry=1, nonce="b"),
        alert(place, entry=2, nonce="c"),
    )
    await world.poll(await world.feed(), fresh("a", "x"), fresh("b", "x"), fresh("c", "b"), alerts=alerts)
    assert [entry.content.guid for entry in await world.entries()] == ["a"]
    assert [delivery.nonce for delivery in await store.deliveries()] == ["a"]


async def test_a_delivery_that_exists_is_not_written_again(world: World, store: Store) -> None:
    feed, place = await world.feed(), await world.place()
    await world.poll(feed, fresh("a"), alerts=(alert(place, nonce="same"),))
    await world.poll(feed, fresh("b"), alerts=(alert(place, nonce="same"),))
    assert len(await store.deliveries()) == 1
    assert len(await store.alerts()) == 1
    assert len(await world.entries()) == 2


async def test_a_story_is_alerted_once_a_destination(world: World, store: Store) -> None:
    place = await world.place()
    await world.poll(
        await world.feed(), fresh("a"), alerts=(alert(place, nonce="a"), alert(place, nonce="b"))
    )
    assert len(await store.alerts()) == 1
    assert len(await store.deliveries()) == 1


async def test_a_wrong_alert_leaves_nothing_of_its_poll_behind(world: World, store: Store) -> None:
    feed, place = await world.feed(), await world.place()
    claim = await world.claim(feed)
    naive = alert(place, due_at=NOW.replace(tzinfo=None))
    with pytest.raises(StatementError, match="aware"):
        await store.record_poll(world.record(claim, fresh("a"), alerts=(naive,), title="New title"))
    assert await world.entries() == []
    assert await store.known_identities(feed.id, ["a"]) == frozenset()
    assert (await store.totals()).alerts == 0
    await store.record_poll(world.record(claim, fresh("a"), alerts=(alert(place),)))
    assert len(await store.deliveries()) == 1


async def test_entries_are_streamed_newest_first_over_many_pages(world: World, store: Store) -> None:
    feed = await world.feed()
    total = PAGE + 7
    names = [fresh(f"{number:04}") for number in range(total)]
    await world.poll(feed, *names[:9])
    await world.poll(feed, *names[9:], at=NOW + SECOND)
    streamed = [entry.content.guid async for entry in store.entries_since(NOW)]
    assert streamed == [f"{number:04}" for number in reversed(range(total))]


async def test_writes_go_on_while_entries_are_streamed(world: World, store: Store, second: Store) -> None:
    feed = await world.feed()
    await world.poll(feed, *(fresh(str(number)) for number in range(PAGE + 1)))
    stream = store.entries_since(NOW)
    await anext(stream)
    _, new = await second.add_feed(FeedSpec("https://b.example/"), origin=feed.origin, now=NOW)
    await world.poll(feed, fresh("later"), at=NOW + SECOND)
    rest = [entry.content.guid async for entry in stream]
    assert new
    assert len(rest) == PAGE
    assert "later" not in rest


async def test_entries_of_some_feeds_since_some_time(world: World) -> None:
    one, two = await world.feed("https://a.example/"), await world.feed("https://b.example/")
    await world.poll(one, fresh("old"), at=NOW)
    await world.poll(two, fresh("b"), at=NOW + SECOND)
    await world.poll(one, fresh("a"), at=NOW + SECOND)
    late = NOW + SECOND
    assert [entry.content.guid for entry in await world.entries(late)] == ["a", "b"]
    assert [entry.content.guid for entry in await world.entries(late, feed_ids=[one.id])] == ["a"]
    assert [entry.content.guid for entry in await world.entries(NOW, feed_ids=[one.id])] == ["a", "old"]
    assert await world.entries(late, feed_ids=[]) == []
    many = [two.id, *range(1_000_000, 1_040_000)]
    assert [entry.content.guid for entry in await world.entries(NOW, feed_ids=many)] == ["b"]


async def test_old_identities_are_forgotten_once_their_feed_has_long_not_shown_them(
    world: World, store: Store
) -> None:
    feed = await world.feed()
    await world.poll(feed, fresh("kept"), fresh("gone"))
    assert await store.prune(NOW + 91 * DAY, retention=400 * DAY) == 0
    await world.poll(feed, at=NOW + 89 * DAY, seen=("kept",))
    await world.poll(feed, at=NOW + 91 * DAY, seen=("kept",))
    assert await store.prune(NOW + 91 * DAY, retention=400 * DAY) == 1
    assert await store.known_identities(feed.id, ["kept", "gone"]) == {"kept"}


async def test_a_feed_that_was_silent_for_a_year_is_not_new_again(world: World, store: Store) -> None:
    feed = await world.feed()
    await world.poll(feed, fresh("a"))
    await world.poll(feed, at=NOW + 400 * DAY)
    await store.prune(NOW + 400 * DAY)
    assert await store.known_identities(feed.id, ["a"]) == {"a"}


async def test_stories_without_entries_and_alerts_are_forgotten(world: World, store: Store) -> None:
    feed = await world.feed()
    await world.poll(feed, fresh("a"), fresh("b"), alerts=(alert(await world.place()),))
    await store.remove_feed(feed.id)
    assert await store.prune(NOW) == 1
    assert len(await store.alerts()) == 1
