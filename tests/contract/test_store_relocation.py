from dataclasses import replace

import pytest

from bot.model.address import Address
from bot.model.cadence import Cadence
from bot.model.delivery import DeliveryStatus
from bot.model.subscription import SubscriptionOptions
from bot.stores.store import Store
from tests.contract.world import HOUR, NOW, World, alert, fresh, settled

PENDING = DeliveryStatus.PENDING
NEW = Address.parse("telegram:-1009")


async def move(world: World, store: Store, address: Address = NEW) -> None:
    [claimed] = await world.claims(limit=1)
    moved = settled(claimed, PENDING, at=NOW, due_at=NOW, relocate_to=address, not_before=NOW + HOUR)
    await store.settle(moved)


async def test_a_chat_that_moved_is_written_to_at_its_new_address(world: World, store: Store) -> None:
    old = await world.place("telegram:-9")
    subscription = await world.subscribe(old, "Takaichi")
    await world.deliver(old)
    await move(world, store)
    assert await store.destination(old.address) is None
    assert await store.destination(NEW) == replace(old, address=NEW, not_before=NOW + HOUR)
    assert [each.subscription for each in await store.subscriptions(old.id)] == [subscription]
    [delivery] = await world.claims(NOW + HOUR)
    assert delivery.destination.address == NEW


async def test_a_move_to_a_chat_on_the_list_joins_the_two(world: World, store: Store) -> None:
    old, new = await world.place("telegram:-9"), await world.place(str(NEW))
    both = await world.subscribe(
        new, "Takaichi", options=SubscriptionOptions(cadence=Cadence.parse("hourly"))
    )
    await world.subscribe(old, "Takaichi")
    own = await world.subscribe(old, '"Taiwan Strait"')
    await world.deliver(old)
    before = await store.query_changes(0)
    await move(world, store)
    assert await store.destinations() == [replace(new, not_before=NOW + HOUR)]
    held = [each.subscription for each in await store.subscriptions()]
    assert held == [both, replace(own, destination_id=new.id)]
    assert await store.query_changes(0) == before
    assert [each.destination_id for each in await store.alerts()] == [new.id]
    [delivery] = await world.claims(NOW + HOUR)
    assert delivery.destination.id == new.id


async def test_of_a_story_that_both_chats_were_to_get_one_message_goes_out(
    world: World, store: Store
) -> None:
    old, new = await world.place("telegram:-9"), await world.place(str(NEW))
    await world.deliver(old, new)
    await world.deliver(old)
    await move(world, store)
    assert {each.destination_id for each in await store.alerts()} == {new.id}
    assert [delivery.nonce for delivery in await store.deliveries()] == ["2-0", "1-1"]


async def test_work_begun_before_a_move_reaches_the_chat_that_took_over(world: World, store: Store) -> None:
    old, new = await world.place("telegram:-9"), await world.place(str(NEW))
    await world.deliver(old)
    feed = await world.feed()
    claim = await world.claim(feed)
    await move(world, store)
    await store.record_poll(world.record(claim, fresh("late"), alerts=(alert(old, nonce="late"),)))
    late = next(each for each in await store.deliveries() if each.nonce == "late")
    assert late.destination.id == new.id
    subscription = await world.subscribe(old, "Takaichi")
    assert subscription.destination_id == new.id
    await store.save_destination(replace(old, title="Renamed"))
    assert [place.title for place in await store.destinations()] == ["Renamed"]


async def test_moves_add_up(world: World, store: Store) -> None:
    first, second = await world.place("telegram:-9"), await world.place("telegram:-8")
    third = await world.place("telegram:-7")
    await world.deliver(first)
    await move(world, store, second.address)
    await store.save_destination(second)
    await move(world, store, third.address)
    assert (await world.subscribe(first, "Takaichi")).destination_id == third.id


async def test_an_alert_for_a_place_that_never_was_is_left_out(world: World, store: Store) -> None:
    place = await world.place()
    nowhere = replace(place, id=place.id + 1)
    await world.poll(
        await world.feed(), fresh("a"), alerts=(alert(nowhere, nonce="a"), alert(place, nonce="b"))
    )
    assert [each.nonce for each in await store.deliveries()] == ["b"]


@pytest.mark.parametrize("address", ["telegram:-9"])
async def test_a_move_to_where_it_is_changes_nothing(world: World, store: Store, address: str) -> None:
    old = await world.place(address)
    await world.deliver(old)
    await move(world, store, old.address)
    assert await store.destinations() == [replace(old, not_before=NOW + HOUR)]
    assert len(await world.claims(NOW + HOUR)) == 1
