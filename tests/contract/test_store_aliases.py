"""One chat is one destination, whether it is written by its number or by its name."""

from bot.model.address import Address
from bot.model.subscription import SubscriptionOrigin
from bot.stores.store import Store
from tests.contract.world import World

NAMED, NUMBERED = Address.parse("telegram:@News_Today"), Address.parse("telegram:-1005")


async def test_a_name_finds_the_chat_that_goes_by_it(world: World, store: Store) -> None:
    place = await world.place("telegram:-1005")
    assert await store.destination(NAMED) is None
    await store.know_as(NUMBERED, "@news_today", numbered=NUMBERED)
    assert await store.destination(NAMED) == place
    assert await world.place("telegram:@News_Today") == place
    assert len(await store.destinations()) == 1


async def test_a_named_destination_becomes_that_of_the_number(world: World, store: Store) -> None:
    place = await world.place("telegram:@News_Today")
    await store.know_as(NAMED, "@News_Today", numbered=NUMBERED)
    [known] = await store.destinations()
    assert (known.id, known.address) == (place.id, NUMBERED)
    assert await store.destination(NAMED) == known


async def test_two_destinations_of_one_chat_become_one(world: World, store: Store) -> None:
    numbered, named = await world.place("telegram:-1005"), await world.place("telegram:@News_Today")
    await world.subscribe(numbered, "Xi")
    await world.subscribe(named, "Xi", origin=SubscriptionOrigin.CONFIG)
    await world.subscribe(named, "Takaichi", origin=SubscriptionOrigin.CONFIG)
    await store.know_as(NAMED, "@news_today", numbered=NUMBERED)
    [known] = await store.destinations()
    assert known.id == numbered.id
    queries = [each.subscription.query for each in await store.subscriptions(known.id)]
    assert sorted(queries) == ["Takaichi", "Xi"]


async def test_a_name_belongs_to_the_chat_that_had_it_last(world: World, store: Store) -> None:
    await world.place("telegram:-1005")
    other = await world.place("telegram:-1006")
    await store.know_as(NUMBERED, "@news_today", numbered=NUMBERED)
    await store.know_as(other.address, "@news_today", numbered=other.address)
    assert await store.destination(NAMED) == other


async def test_a_topic_of_a_named_group_is_a_place_of_its_own(world: World, store: Store) -> None:
    place = await world.place("telegram:@News_Today:7")
    numbered = Address.parse("telegram:-1005:7")
    await store.know_as(place.address, "@news_today", numbered=numbered)
    assert await store.destination(NAMED) is None
    found = await store.destination(place.address)
    assert found is not None
    assert found.address == numbered


async def test_a_chat_that_is_not_stored_is_left_alone(store: Store) -> None:
    await store.know_as(NAMED, "@news_today", numbered=NUMBERED)
    assert await store.destinations() == []
