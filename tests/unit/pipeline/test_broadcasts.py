from dataclasses import replace

from bot.adapters.storage.store import SqlStore
from bot.model.address import Address
from bot.model.subscription import SubscriptionOptions, SubscriptionOrigin
from bot.pipeline.broadcasts import Broadcast, Plan, apply, plan
from tests.unit.pipeline.samples import NOW, destination, subscriber

NEWS = Broadcast(Address.parse("telegram:@news"), "Takaichi", "takaichi")
ROOM = Broadcast(Address.parse("discord:42"), "Trump", "trump", SubscriptionOptions(mentions=("<@&7>",)))
CONFIG = SubscriptionOrigin.CONFIG


async def stored(store: SqlStore, *wanted: Broadcast) -> Plan:
    """Carry out what these broadcasts need, and return what that was."""
    changes = plan(await store.subscriptions(), wanted)
    await apply(store, changes, timezone="Asia/Tokyo", language="ja", now=NOW)
    return changes


async def test_wanted_broadcasts_are_made_and_then_left_alone(store: SqlStore) -> None:
    assert await stored(store, NEWS, ROOM) == Plan(write=(NEWS, ROOM))
    assert not await stored(store, NEWS, ROOM)
    found = await store.subscriptions()
    assert [(str(each.destination.address), each.subscription.query) for each in found] == [
        ("telegram:@news", "Takaichi"),
        ("discord:42", "Trump"),
    ]
    assert {(each.destination.timezone, each.destination.language) for each in found} == {
        ("Asia/Tokyo", "ja")
    }
    assert {each.subscription.origin for each in found} == {CONFIG}


async def test_only_what_was_edited_changes(store: SqlStore) -> None:
    await stored(store, NEWS, ROOM)
    before = {each.subscription.id for each in await store.subscriptions()}
    edited = replace(ROOM, options=SubscriptionOptions(feeds=("asia",)))
    assert await stored(store, NEWS, edited) == Plan(write=(edited,))
    after = await store.subscriptions()
    assert {each.subscription.id for each in after} == before
    assert [each.subscription.options for each in after] == [SubscriptionOptions(), edited.options]


async def test_a_removed_broadcast_goes_and_the_others_stay(store: SqlStore) -> None:
    await stored(store, NEWS, ROOM)
    changes = await stored(store, ROOM)
    assert [each.subscription.query for each in changes.remove] == ["Takaichi"]
    assert [each.subscription.query for each in await store.subscriptions()] == ["Trump"]


def test_what_people_subscribed_to_is_never_removed() -> None:
    assert not plan([subscriber()], [])


def test_a_broadcast_takes_over_the_same_subscription_of_a_person() -> None:
    place = replace(destination(), address=NEWS.address)
    assert plan([subscriber(where=place)], [NEWS]) == Plan(write=(NEWS,))
    assert not plan([subscriber(where=place, origin=CONFIG)], [NEWS])


def test_of_two_equal_broadcasts_the_last_counts() -> None:
    edited = replace(NEWS, options=SubscriptionOptions(feeds=("asia",)))
    assert plan([], [NEWS, edited]) == Plan(write=(edited,))
