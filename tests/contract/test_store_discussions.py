"""Threads as deliveries of their own, planned with the result of the alert."""

from dataclasses import replace

from bot.model.address import Platform
from bot.model.delivery import DeliveryKind, DeliveryStatus
from bot.model.destination import DestinationSettings
from bot.stores.store import Store
from tests.contract.world import HOUR, MESSAGE, NOW, SECOND, World, settled


async def test_that_a_place_discusses_is_remembered(world: World, store: Store) -> None:
    place = replace(await world.place("discord:5"), settings=DestinationSettings(discuss=True))
    await store.save_destination(place)
    assert await store.destination(place.address) == place


async def test_a_sent_alert_gets_its_thread_by_a_step_that_knows_it(world: World, store: Store) -> None:
    await world.deliver(await world.place("discord:5"))
    [message] = await world.claims(platform=Platform.DISCORD)
    await store.settle(settled(message, message_id="90", thread=True))
    [step] = await world.claims(NOW + SECOND, platform=Platform.DISCORD)
    assert step.kind is DeliveryKind.THREAD
    assert step.target is not None
    assert (step.target.id, step.target.message_id, step.message) == (message.id, "90", message.message)
    await store.settle(settled(step, message_id="90"))
    assert await world.claims(NOW + HOUR, platform=Platform.DISCORD) == []


async def test_an_alert_that_is_settled_again_gets_one_thread(world: World, store: Store) -> None:
    await world.deliver(await world.place("discord:5"))
    [message] = await world.claims(platform=Platform.DISCORD)
    await store.settle(settled(message, message_id="90", thread=True))
    [step] = await world.claims(NOW + SECOND, platform=Platform.DISCORD)
    await store.settle(settled(step, message_id="90"))
    await store.requeue([message.id], now=NOW)
    assert [each.kind for each in await store.deliveries()].count(DeliveryKind.THREAD) == 1


async def test_a_message_that_no_alert_stands_behind_gets_no_thread(world: World, store: Store) -> None:
    place = await world.place("discord:5")
    await store.post(place.id, MESSAGE, nonce="digest", now=NOW)
    [message] = await world.claims(platform=Platform.DISCORD)
    await store.settle(settled(message, message_id="90", thread=True))
    [only] = await store.deliveries()
    assert only.status is DeliveryStatus.SENT
