from dataclasses import replace
from datetime import time

from bot.model.address import Address
from bot.model.burst import Burst
from bot.model.cadence import Cadence
from bot.model.delivery import DeliveryStatus
from bot.model.destination import Destination, DestinationSettings, DestinationState
from bot.model.hold import DigestPage, Held, Hold, HoldReason, NewDigest
from bot.model.message import Message, Run
from bot.model.quiet import QuietHours
from bot.stores.store import Store
from tests.contract.world import DAY, HOUR, MESSAGE, MINUTE, NOW, SECOND, World, alert, fresh, settled

LATER = Held(NOW + HOUR, HoldReason.CADENCE)
DIGEST = Message(title=(Run("Digest"),))


def digest(place: Destination, *holds: Hold, nonce: str = "d1", dropped: tuple[int, ...] = ()) -> NewDigest:
    page = DigestPage(DIGEST, nonce, tuple(hold.id for hold in holds))
    return NewDigest(place.id, NOW + HOUR, (page,), dropped)


async def test_the_settings_of_a_place_come_back_as_they_were(world: World, store: Store) -> None:
    place = await world.place()
    assert place.settings == DestinationSettings()
    quiet = QuietHours(time(22), time(7), (0, 4))
    changed = replace(
        place, settings=DestinationSettings(Cadence.parse("weekly@sun 18:30"), quiet, silent_digests=True)
    )
    await store.save_destination(changed)
    assert await store.destination(place.address) == changed


async def test_a_held_alert_waits_in_place_of_a_delivery(world: World, store: Store) -> None:
    place = await world.place()
    await world.hold(place, LATER)
    assert await store.deliveries() == []
    [hold] = await store.holds(place.id)
    [told] = await store.alerts()
    assert (hold.alert_id, hold.held, hold.message) == (told.id, LATER, MESSAGE)
    assert (hold.subscriptions, hold.queries, hold.created_at) == ((1,), ("Takaichi",), NOW)
    assert await store.hold_of(told.id) == hold
    assert await store.due_digests(NOW + HOUR - SECOND, limit=10) == []
    [due] = await store.due_digests(NOW + HOUR, limit=10)
    assert (due.destination, due.holds) == (place, (hold,))


async def test_a_held_alert_is_not_written_again(world: World, store: Store) -> None:
    place = await world.place()
    await world.hold(place, LATER)
    feed = await world.feed("https://news.example/other")
    await world.poll(feed, fresh("same"), alerts=(alert(place, nonce="1-0"),))
    assert await store.deliveries() == []
    assert len(await store.holds(place.id)) == 1


async def test_a_digest_takes_its_holds_and_is_delivered(world: World, store: Store) -> None:
    place = await world.place()
    await world.hold(place, LATER, LATER)
    holds = await store.holds(place.id)
    assert await store.write_digest(digest(place, *holds))
    assert await store.holds(place.id) == []
    assert await store.due_digests(NOW + DAY, limit=10) == []
    [delivery] = await world.claims(NOW + HOUR)
    assert (delivery.message, delivery.nonce, delivery.destination) == (DIGEST, "d1", place)
    taken = await store.hold_of(holds[0].alert_id)
    assert taken is not None
    assert taken.delivery_id == delivery.id


async def test_of_two_processes_with_the_same_digest_one_writes_it(
    world: World, store: Store, second: Store
) -> None:
    place = await world.place()
    await world.hold(place, LATER, LATER)
    holds = await store.holds(place.id)
    assert await second.write_digest(digest(place, holds[0], nonce="d2"))
    assert not await store.write_digest(digest(place, *holds))
    assert [each.nonce for each in await store.deliveries()] == ["d2"]
    assert [each.id for each in await store.holds(place.id)] == [holds[1].id]


async def test_what_nobody_wants_any_more_goes_with_its_digest(world: World, store: Store) -> None:
    place = await world.place()
    await world.hold(place, LATER, LATER)
    first, other = await store.holds(place.id)
    assert await store.write_digest(NewDigest(place.id, NOW, (), dropped=(first.id,)))
    assert await store.holds(place.id) == [other]
    assert await store.deliveries() == []


async def test_places_that_are_paused_or_off_get_no_digest(world: World, store: Store) -> None:
    place = await world.place()
    await world.hold(place, LATER)
    for state in (DestinationState.PAUSED, DestinationState.OFF):
        await store.save_destination(replace(place, state=state))
        assert await store.due_digests(NOW + DAY, limit=10) == []
    await store.save_destination(place)
    assert len(await store.due_digests(NOW + DAY, limit=10)) == 1


async def test_holds_can_be_planned_anew_until_a_digest_takes_them(world: World, store: Store) -> None:
    place = await world.place()
    await world.hold(place, LATER, LATER)
    first, other = await store.holds(place.id)
    await store.write_digest(digest(place, first))
    sooner = Held(NOW + MINUTE, HoldReason.QUIET)
    await store.replan({first.id: sooner, other.id: sooner})
    assert await store.holds(place.id) == [replace(other, held=sooner)]
    taken = await store.hold_of(first.alert_id)
    assert taken is not None
    assert taken.held == LATER


async def test_what_exceeds_a_burst_is_held(world: World, store: Store) -> None:
    place, quiet = await world.place(), await world.place("telegram:6")
    feed = await world.feed()
    entries = [fresh(str(number)) for number in range(5)]
    alerts = [alert(place, entry=number, nonce=str(number)) for number in range(5)]
    alerts.append(alert(quiet, nonce="q"))
    await world.poll(feed, *entries, alerts=tuple(alerts), burst=Burst(3, 10 * MINUTE))
    assert {each.nonce for each in await store.deliveries()} == {"0", "1", "2", "q"}
    assert [hold.held for hold in await store.holds(place.id)] == [Held(NOW, HoldReason.BURST)] * 2


async def test_a_burst_counts_what_earlier_polls_brought(world: World, store: Store) -> None:
    place = await world.place()
    for minute in range(3):
        feed = await world.feed(f"https://news.example/burst/{minute}")
        told = (alert(place, nonce=str(minute)),)
        at = NOW + minute * MINUTE
        await world.poll(feed, fresh("a"), at=at, alerts=told, burst=Burst(2, 10 * MINUTE))
    assert [each.nonce for each in await store.deliveries()] == ["1", "0"]
    [hold] = await store.holds(place.id)
    assert hold.held == Held(NOW + 10 * MINUTE, HoldReason.BURST)


async def test_a_place_with_too_many_waiting_alerts_is_crowded_and_keeps_the_newest(
    world: World, store: Store
) -> None:
    place, calm = await world.place(), await world.place("telegram:6")
    for minute in range(4):
        await world.deliver(place, calm, at=NOW + minute * MINUTE) if not minute else await world.deliver(
            place, at=NOW + minute * MINUTE
        )
    assert await store.crowded(NOW, most=3, limit=10) == [place.id]
    assert await store.crowded(NOW, most=4, limit=10) == []
    assert await store.fold(place.id, Held(NOW, HoldReason.BURST), keep=2) == 2
    assert await store.crowded(NOW, most=3, limit=10) == []
    kept = [each.nonce for each in await store.deliveries() if each.destination.id == place.id]
    assert kept == ["4-0", "3-0"]
    assert {hold.created_at for hold in await store.holds(place.id)} == {NOW, NOW + MINUTE}


async def test_what_was_attempted_is_never_folded(world: World, store: Store) -> None:
    place = await world.place()
    await world.deliver(place)
    await world.deliver(place)
    [claimed] = await world.claims()
    await store.settle(settled(claimed, DeliveryStatus.PENDING, due_at=NOW))
    assert await store.fold(place.id, Held(NOW, HoldReason.BURST), keep=0) == 1
    assert [each.id for each in await store.deliveries()] == [claimed.id]


async def test_alerts_from_before_a_moment_are_folded_but_for_those_of_spared_subscriptions(
    world: World, store: Store
) -> None:
    place, calm = await world.place(), await world.place("telegram:6")
    quiet = replace(place, settings=DestinationSettings(quiet=QuietHours(time(22), time(7))))
    await store.save_destination(quiet)
    for minute in range(3):
        await world.deliver(place, calm, at=NOW + minute * MINUTE)
    assert await store.restless(limit=9) == [quiet]
    plan = Held(NOW + HOUR, HoldReason.QUIET)
    assert await store.fold(place.id, plan, before=NOW + MINUTE, spare={1}) == 0
    assert await store.fold(place.id, plan, before=NOW + MINUTE, spare={2}) == 1
    assert [hold.created_at for hold in await store.holds(place.id)] == [NOW]
    assert await store.fold(place.id, plan) == 2
    assert await store.restless(limit=9) == []


async def test_holds_move_with_their_place(world: World, store: Store) -> None:
    old, new = await world.place("telegram:-9"), await world.place("telegram:-1009")
    await world.hold(old, LATER)
    await world.deliver(old)
    [claimed] = await world.claims()
    moved = settled(
        claimed, DeliveryStatus.PENDING, at=NOW, due_at=NOW, relocate_to=Address.parse("telegram:-1009")
    )
    await store.settle(moved)
    assert [hold.destination_id for hold in await store.holds(new.id)] == [new.id]


async def test_a_forgotten_place_takes_its_holds_along(world: World, store: Store) -> None:
    place = await world.place()
    await world.hold(place, LATER, LATER)
    await store.write_digest(digest(place, (await store.holds(place.id))[0]))
    assert await store.forget(place.id)
    assert await store.due_digests(NOW + DAY, limit=10) == []


async def test_holds_that_a_digest_took_are_pruned_in_the_end(world: World, store: Store) -> None:
    place = await world.place()
    await world.hold(place, LATER, LATER)
    first, other = await store.holds(place.id)
    await store.write_digest(digest(place, first))
    await store.prune(NOW + 31 * DAY)
    assert await store.hold_of(first.alert_id) is None
    assert await store.holds(place.id) == [other]


async def test_a_poll_plans_anew_what_is_held_about_a_story(world: World, store: Store) -> None:
    place = await world.place()
    calm = Held(NOW + 2 * DAY, HoldReason.CALM)
    await world.hold(place, calm, LATER)
    later, earlier = await store.alerts()
    [told] = await store.told_about(earlier.story_id)
    [other] = await store.told_about(later.story_id)
    assert (told.calm, other.calm) == (True, False)
    [hold] = await store.story_holds(told.alert.story_id)
    assert hold.held == calm
    feed = await world.feed("https://news.example/other")
    sooner = Held(NOW, HoldReason.URGENT)
    await world.poll(feed, fresh("other"), plans=((hold.id, sooner),))
    [now] = await store.story_holds(told.alert.story_id)
    assert now.held == sooner
    [due] = await store.due_digests(NOW, limit=10)
    assert due.holds == (now,)


async def test_an_alert_that_nobody_was_told_goes_with_its_dropped_hold(world: World, store: Store) -> None:
    place = await world.place()
    await world.hold(place, LATER, LATER)
    first, second = await store.holds(place.id)
    assert await store.write_digest(digest(place, first, dropped=(second.id,)))
    assert [alert.id for alert in await store.alerts()] == [first.alert_id]
