"""Which of several deliveries that are due goes first."""

from datetime import datetime

from bot.model.address import Platform
from bot.model.delivery import Delivery, DeliveryKind, DeliveryStatus, NewChange
from bot.model.destination import Destination
from bot.model.hold import DigestPage, Held, HoldReason, NewDigest
from bot.stores.store import Store
from tests.contract.world import HOUR, MESSAGE, MINUTE, NOW, SECOND, World, settled

BEHIND = 2 * MINUTE


async def digest(world: World, place: Destination, *nonces: str, at: datetime = NOW) -> None:
    """Write a digest of one alert, with a page for each nonce."""
    await world.hold(place, Held(at, HoldReason.CADENCE))
    [hold] = await world.store.holds(place.id)
    pages = [DigestPage(MESSAGE, nonce, () if number else (hold.id,)) for number, nonce in enumerate(nonces)]
    assert await world.store.write_digest(NewDigest(place.id, at, tuple(pages)))


async def claim(store: Store, now: datetime, limit: int = 10) -> list[Delivery]:
    return await store.claim_deliveries(
        now, platform=Platform.TELEGRAM, limit=limit, lease=MINUTE, behind=BEHIND
    )


async def told(store: Store, now: datetime) -> list[Delivery]:
    """Send what is due to the only destination, one after the other."""
    found: list[Delivery] = []
    while claimed := await claim(store, now):
        [delivery] = claimed
        await store.settle(settled(delivery))
        found.append(delivery)
    return found


async def test_notices_go_before_alerts_and_alerts_before_digests(world: World, store: Store) -> None:
    place = await world.place()
    await digest(world, place, "page 1", "page 2", at=NOW - HOUR)
    await world.deliver(place, due_at=NOW - SECOND)
    await store.post(place.id, MESSAGE, nonce="notice", now=NOW)
    nonces = [delivery.nonce for delivery in await told(store, NOW)]
    assert nonces[0] == "notice"
    assert nonces[2:] == ["page 1", "page 2"]


async def test_an_alert_of_one_place_goes_before_the_digests_of_others(world: World, store: Store) -> None:
    places = [await world.place(f"telegram:{number}") for number in (1, 2, 3)]
    for number, place in enumerate(places[:2]):
        await digest(world, place, f"digest {number}", at=NOW - HOUR)
    await world.deliver(places[2])
    [first] = await claim(store, NOW, limit=1)
    assert first.destination.id == places[2].id
    assert {each.nonce for each in await claim(store, NOW)} == {"digest 0", "digest 1"}


async def test_an_alert_that_waits_for_its_next_attempt_does_not_hold_a_digest_up(
    world: World, store: Store
) -> None:
    place = await world.place()
    await world.deliver(place, due_at=NOW - MINUTE)
    [failed] = await claim(store, NOW)
    again = settled(failed, DeliveryStatus.PENDING, outcome="retry", due_at=NOW + HOUR)
    await store.settle(again)
    await digest(world, place, "digest")
    assert [delivery.nonce for delivery in await told(store, NOW)] == ["digest"]


async def test_where_a_place_is_behind_its_newest_alert_goes_first(world: World, store: Store) -> None:
    place = await world.place()
    ages = [HOUR, 30 * MINUTE, 3 * MINUTE, MINUTE, SECOND]
    for age in ages:
        await world.deliver(place, due_at=NOW - age)
    dues = [NOW - delivery.due_at for delivery in await told(store, NOW)]
    assert dues == sorted(ages)


async def test_where_a_place_is_not_behind_its_alerts_go_in_order(world: World, store: Store) -> None:
    place = await world.place()
    ages = [2 * MINUTE, MINUTE, SECOND]
    for age in ages:
        await world.deliver(place, due_at=NOW - age)
    assert [NOW - delivery.due_at for delivery in await told(store, NOW)] == ages


async def test_what_is_due_later_is_not_the_newest(world: World, store: Store) -> None:
    place = await world.place()
    for due in (NOW - HOUR, NOW - SECOND, NOW + SECOND):
        await world.deliver(place, due_at=due)
    [first] = await claim(store, NOW)
    assert first.due_at == NOW - SECOND


async def test_the_pages_of_a_late_digest_keep_their_order(world: World, store: Store) -> None:
    place = await world.place()
    await digest(world, place, "page 1", "page 2", "page 3", at=NOW - HOUR)
    assert [delivery.nonce for delivery in await told(store, NOW)] == ["page 1", "page 2", "page 3"]


async def test_a_late_reply_does_not_go_before_what_it_answers(world: World, store: Store) -> None:
    place = await world.place()
    await world.deliver(place, due_at=NOW - HOUR)
    [found] = await store.alerts()
    reply = NewChange(found.id, DeliveryKind.REPLY, MESSAGE, "reply", NOW - SECOND)
    await world.poll(await world.feed(), changes=(reply,))
    assert [delivery.kind for delivery in await told(store, NOW)] == [DeliveryKind.SEND, DeliveryKind.REPLY]
