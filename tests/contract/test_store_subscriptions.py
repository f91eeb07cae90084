import asyncio
from dataclasses import replace

from bot.model.cadence import Cadence
from bot.model.destination import DestinationState
from bot.model.subscription import (
    Priority,
    QueryChanges,
    Subscriber,
    Subscription,
    SubscriptionOptions,
    SubscriptionOrigin,
)
from bot.stores.store import Store
from tests.contract.world import HOUR, NOW, World

OPTIONS = SubscriptionOptions(
    Cadence.parse("daily@08:00"), ("NHK", "https://a.example/"), ("<@&5>", "@here"), Priority.PRIORITY
)


async def test_a_subscription_comes_back_as_it_was(world: World, store: Store) -> None:
    place = await world.place()
    subscription, new = await store.subscribe(
        place.id,
        query="Takaichi  OR 高市",
        canonical="takaichi OR 高市",
        options=OPTIONS,
        origin=SubscriptionOrigin.CHAT,
        now=NOW,
    )
    assert new
    assert subscription == Subscription(
        id=subscription.id,
        destination_id=place.id,
        query_id=subscription.query_id,
        query="Takaichi  OR 高市",
        canonical="takaichi OR 高市",
        options=OPTIONS,
        origin=SubscriptionOrigin.CHAT,
        created_at=NOW,
    )
    assert await store.subscriptions(place.id) == [Subscriber(subscription, place)]


async def test_an_equal_query_of_a_destination_is_one_subscription(world: World, store: Store) -> None:
    place = await world.place()
    first = await world.subscribe(place, "Takaichi")
    again, new = await store.subscribe(
        place.id,
        query="TAKAICHI",
        canonical="takaichi",
        options=OPTIONS,
        origin=SubscriptionOrigin.CLI,
        now=NOW + HOUR,
    )
    assert not new
    assert again == replace(first, options=OPTIONS)


async def test_configuration_takes_a_subscription_over_and_a_chat_does_not_take_it_back(
    world: World,
) -> None:
    place = await world.place()
    await world.subscribe(place, "Takaichi")
    taken = await world.subscribe(place, "Takaichi", origin=SubscriptionOrigin.CONFIG)
    assert taken.origin is SubscriptionOrigin.CONFIG
    assert (await world.subscribe(place, "Takaichi")).origin is SubscriptionOrigin.CONFIG


async def test_equal_queries_of_many_destinations_are_one_query(world: World, store: Store) -> None:
    one, two = await world.place("telegram:1"), await world.place("telegram:2")
    first, second = await world.subscribe(one, "Takaichi"), await world.subscribe(two, "TAKAICHI")
    assert first.query_id == second.query_id
    assert first.id != second.id
    assert [each.subscription for each in await store.subscriptions()] == [first, second]
    assert await store.query_changes(0) == QueryChanges(1, added=((first.query_id, "Takaichi"),))
    assert (await store.totals()).queries == 1


async def test_unsubscribing_tells_what_went_and_only_once(world: World, store: Store) -> None:
    subscription = await world.subscribe(await world.place(), "Takaichi")
    assert await store.unsubscribe(subscription.id) == subscription
    assert await store.unsubscribe(subscription.id) is None
    assert await store.subscriptions() == []


async def test_changes_tell_first_and_last_subscriptions_only(world: World, store: Store) -> None:
    one, two = await world.place("telegram:1"), await world.place("telegram:2")
    first = await world.subscribe(one, "Takaichi")
    seen = await store.query_changes(0)
    second = await world.subscribe(two, "Takaichi")
    other = await world.subscribe(two, '"Taiwan Strait"')
    await store.unsubscribe(first.id)
    changes = await store.query_changes(seen.revision)
    assert changes == QueryChanges(changes.revision, added=((other.query_id, '"Taiwan Strait"'),))
    await store.unsubscribe(second.id)
    later = await store.query_changes(changes.revision)
    assert later == QueryChanges(later.revision, removed=(first.query_id,))
    assert seen.revision < changes.revision < later.revision
    assert await store.query_changes(later.revision) == QueryChanges(later.revision)


async def test_many_changes_at_once_are_all_told_in_their_order(world: World, store: Store) -> None:
    place = await world.place()
    made = [await world.subscribe(place, f"word{number}") for number in range(70)]
    changes = await store.query_changes(0)
    assert changes.added == tuple((each.query_id, each.query) for each in made)
    assert await store.query_changes(changes.revision) == QueryChanges(changes.revision)


async def test_a_query_that_comes_back_has_the_number_it_had(world: World, store: Store) -> None:
    place = await world.place()
    first = await world.subscribe(place, "Takaichi")
    await store.unsubscribe(first.id)
    again = await world.subscribe(place, "Takaichi")
    assert again.query_id == first.query_id
    assert again.id > first.id
    assert (await store.query_changes(0)).added == ((first.query_id, "Takaichi"),)


async def test_a_remembered_query_is_no_live_query(world: World, store: Store) -> None:
    number = await store.remember_query("Takaichi  ", "takaichi")
    assert await store.remember_query("TAKAICHI", "takaichi") == number
    assert await store.query(number) == "Takaichi  "
    assert await store.query(number + 1) is None
    assert await store.query_changes(0) == QueryChanges(0)
    assert (await store.totals()).queries == 0
    assert (await world.subscribe(await world.place(), "Takaichi")).query_id == number


async def test_subscribers_of_many_queries_leave_out_what_is_off(world: World, store: Store) -> None:
    active, paused, off = [await world.place(f"telegram:{number}") for number in (1, 2, 3)]
    await store.save_destination(replace(paused, state=DestinationState.PAUSED))
    await store.save_destination(replace(off, state=DestinationState.OFF))
    kept = [await world.subscribe(place, "Takaichi") for place in (active, paused)]
    await world.subscribe(off, "Takaichi")
    await world.subscribe(active, "other")
    asked = [kept[0].query_id, kept[0].query_id, *range(10_000, 50_000)]
    found = await store.subscribers(asked)
    assert [each.subscription for each in found] == kept
    assert [each.destination.state for each in found] == [DestinationState.ACTIVE, DestinationState.PAUSED]
    assert await store.subscribers([]) == []


async def test_no_change_of_a_query_is_missed_while_many_subscribe_at_once(
    world: World, store: Store, second: Store
) -> None:
    places = [await world.place(f"telegram:{number}") for number in range(1, 5)]
    known: set[int] = set()
    revision = 0
    stop = asyncio.Event()

    async def follow() -> None:
        nonlocal revision
        while True:
            last = stop.is_set()
            changes = await store.query_changes(revision)
            assert changes.revision >= revision
            revision = changes.revision
            known.difference_update(changes.removed)
            known.update(number for number, _ in changes.added)
            if last:
                return

    async def churn(user: Store, place: int) -> None:
        theirs = World(user)
        for number in range(12):
            subscription = await theirs.subscribe(places[place], f"query {number % 5}")
            if number % 3:
                await user.unsubscribe(subscription.id)

    follower = asyncio.create_task(follow())
    await asyncio.gather(*(churn((store, second)[place % 2], place) for place in range(4)))
    stop.set()
    await follower
    assert known == {each.subscription.query_id for each in await store.subscriptions()}
    assert known == {number for number, _ in (await store.query_changes(0)).added}
