from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import LeaseLost
from bot.model.address import Platform
from bot.model.delivery import Attempt, DeliveryStatus
from bot.model.destination import DestinationState
from bot.model.outbox import Latency, OutboxStats, Totals
from bot.stores.store import Store
from tests.contract.world import HOUR, MINUTE, NOW, SECOND, World, alert, fresh, settled

_, PENDING, SENDING, SENT, DEAD, DROPPED = DeliveryStatus


async def test_one_delivery_a_destination_is_claimed_oldest_first(world: World) -> None:
    one, two, three = [await world.place(f"telegram:{number}") for number in (1, 2, 3)]
    await world.deliver(one, two, due_at=NOW - MINUTE)
    await world.deliver(one, due_at=NOW - HOUR)
    await world.deliver(three, due_at=NOW - SECOND)
    await world.deliver(three, due_at=NOW + SECOND)
    claimed = await world.claims()
    assert [delivery.destination.id for delivery in claimed] == [one.id, two.id, three.id]
    assert [delivery.due_at for delivery in claimed] == [NOW - HOUR, NOW - MINUTE, NOW - SECOND]
    assert {(delivery.status, delivery.attempts) for delivery in claimed} == {(SENDING, 1)}
    assert await world.claims() == []


async def test_the_next_delivery_of_a_destination_waits_for_the_one_before(
    world: World, store: Store
) -> None:
    place = await world.place()
    await world.deliver(place, due_at=NOW - MINUTE)
    await world.deliver(place, due_at=NOW - SECOND)
    [first] = await world.claims()
    await world.deliver(place, due_at=NOW - HOUR)
    assert await world.claims() == []
    await store.settle(settled(first))
    [second] = await world.claims()
    assert second.due_at == NOW - HOUR


async def test_a_claim_is_for_one_platform_and_no_more_than_asked_for(world: World) -> None:
    places = [await world.place(address) for address in ("telegram:1", "telegram:2", "discord:3", "console:")]
    await world.deliver(*places)
    assert [claim.destination.id for claim in await world.claims(platform=Platform.DISCORD)] == [places[2].id]
    assert [claim.destination.id for claim in await world.claims(limit=1)] == [places[0].id]
    assert [claim.destination.id for claim in await world.claims(limit=1)] == [places[1].id]
    assert await world.claims(platform=Platform.DISCORD_WEBHOOK) == []


async def test_destinations_that_are_off_or_held_back_are_passed_over(world: World, store: Store) -> None:
    off, held, paused, free = [await world.place(f"telegram:{number}") for number in (1, 2, 3, 4)]
    await world.deliver(off, held, paused, free)
    await store.save_destination(replace(off, state=DestinationState.OFF))
    await store.save_destination(replace(held, not_before=NOW + SECOND))
    await store.save_destination(replace(paused, state=DestinationState.PAUSED))
    assert [claim.destination.id for claim in await world.claims(limit=2)] == [paused.id, free.id]
    [delivery] = await world.claims(NOW + SECOND)
    assert delivery.destination.id == held.id


async def test_a_delivery_whose_lease_ran_out_is_due_again_and_its_first_sender_writes_nothing(
    world: World, store: Store
) -> None:
    await world.deliver(await world.place())
    [slow] = await world.claims()
    assert await world.claims(NOW + MINUTE - SECOND) == []
    [quick] = await world.claims(NOW + MINUTE)
    assert (quick.id, quick.attempts) == (slow.id, 2)
    assert quick.lease != slow.lease
    with pytest.raises(LeaseLost, match=f"Delivery {slow.id}"):
        await store.settle(settled(slow))
    assert [each.outcome for each in await store.attempts(slow.id)] == ["interrupted"]
    await store.settle(settled(quick, message_id="99"))
    assert await world.claims(NOW + HOUR) == []


async def test_a_late_sender_may_still_write_while_nobody_took_over(world: World, store: Store) -> None:
    await world.deliver(await world.place())
    [slow] = await world.claims()
    await store.settle(settled(slow, at=NOW + HOUR))
    with pytest.raises(LeaseLost):
        await store.settle(settled(slow))


async def test_a_sent_delivery_knows_its_message_and_its_attempts(world: World, store: Store) -> None:
    await world.deliver(await world.place())
    [first] = await world.claims()
    later = {"outcome": "retry", "detail": "Too many requests.", "due_at": NOW + MINUTE}
    await store.settle(settled(first, PENDING, **later))
    [waiting] = await store.deliveries()
    assert (waiting.status, waiting.due_at, waiting.error) == (PENDING, NOW + MINUTE, "Too many requests.")
    assert await world.claims(NOW + SECOND) == []
    [second] = await world.claims(NOW + MINUTE)
    assert second.attempts == 2
    await store.settle(settled(second, message_id="99", at=NOW + HOUR))
    [sent] = await store.deliveries()
    assert (sent.status, sent.platform_message_id, sent.sent_at) == (SENT, "99", NOW + HOUR)
    assert (sent.error, sent.lease, sent.attempts) == (None, None, 2)
    assert await store.attempts(sent.id) == [
        Attempt(NOW + SECOND, "retry", "Too many requests."),
        Attempt(NOW + HOUR, "sent", ""),
    ]


async def test_a_rejected_delivery_is_kept_with_its_reason(world: World, store: Store) -> None:
    place = await world.place()
    await world.deliver(place)
    await world.deliver(place)
    [claimed] = await world.claims()
    await store.settle(settled(claimed, DEAD, detail="The text is too long."))
    [dead] = await store.deliveries(statuses=[DEAD])
    assert (dead.id, dead.error, dead.sent_at) == (claimed.id, "The text is too long.", None)
    [next_one] = await world.claims()
    assert next_one.id != dead.id


async def test_a_pause_holds_all_deliveries_of_the_destination(world: World, store: Store) -> None:
    place = await world.place()
    await world.deliver(place)
    await world.deliver(place)
    [claimed] = await world.claims()
    await store.settle(settled(claimed, not_before=NOW + MINUTE))
    assert await world.claims(NOW + MINUTE - SECOND) == []
    assert len(await world.claims(NOW + MINUTE)) == 1


async def test_a_closed_place_is_switched_off_and_what_waits_for_it_dies(world: World, store: Store) -> None:
    closed, other = await world.place("telegram:1"), await world.place("telegram:2")
    for _ in range(3):
        await world.deliver(closed, other)
    claimed = next(claim for claim in await world.claims() if claim.destination.id == closed.id)
    reason = "The bot was blocked."
    await store.settle(settled(claimed, DEAD, detail="Forbidden.", destination_off=reason))
    place = await store.destination(closed.address)
    assert place == replace(closed, state=DestinationState.OFF, reason=reason)
    dead = await store.deliveries(statuses=[DEAD])
    assert [delivery.error for delivery in dead] == [reason, reason, "Forbidden."]
    assert {delivery.destination.id for delivery in dead} == {closed.id}
    assert len(await store.deliveries(statuses=[PENDING, SENDING])) == 3


async def test_deliveries_are_listed_newest_first_and_picked_out(world: World, store: Store) -> None:
    for number in range(4):
        await world.deliver(await world.place(f"telegram:{number}"))
    [claimed] = await world.claims(limit=1)
    ids = [delivery.id for delivery in await store.deliveries()]
    assert ids == sorted(ids, reverse=True)
    assert [delivery.id for delivery in await store.deliveries(limit=2)] == ids[:2]
    assert [delivery.id for delivery in await store.deliveries(ids=[ids[3], ids[1], 999])] == [ids[1], ids[3]]
    assert [delivery.id for delivery in await store.deliveries(statuses=[SENDING])] == [claimed.id]
    assert await store.deliveries(statuses=[SENT, DEAD], ids=ids) == []


async def test_dead_letters_can_be_sent_again_from_the_beginning(world: World, store: Store) -> None:
    await world.deliver(await world.place())
    [claimed] = await world.claims()
    assert await store.requeue([claimed.id], now=NOW + HOUR) == 0
    await store.settle(settled(claimed, DEAD, detail="No."))
    assert await store.requeue([claimed.id, 999], now=NOW + HOUR) == 1
    [waiting] = await store.deliveries()
    assert (waiting.status, waiting.due_at, waiting.attempts, waiting.error) == (PENDING, NOW + HOUR, 0, None)
    assert len(await world.claims(NOW + HOUR)) == 1


async def test_waiting_and_dead_deliveries_can_be_dropped_but_not_what_is_being_sent(
    world: World, store: Store
) -> None:
    places = [await world.place(f"telegram:{number}") for number in range(4)]
    await world.deliver(*places)
    [sending, dead] = await world.claims(limit=2)
    await store.settle(settled(dead, DEAD))
    ids = [delivery.id for delivery in await store.deliveries()]
    assert await store.drop(ids) == 3
    assert [delivery.id for delivery in await store.deliveries(statuses=[SENDING])] == [sending.id]
    assert await world.claims(NOW + SECOND) == []
    assert await store.requeue([dead.id], now=NOW) == 1


async def test_the_outbox_is_counted(world: World, store: Store) -> None:
    assert await store.outbox_stats(NOW) == OutboxStats({}, {}, None, None)
    one, two, three = [await world.place(address) for address in ("telegram:1", "discord:2", "telegram:3")]
    await world.deliver(one, two, due_at=NOW - HOUR)
    await world.deliver(one, three, due_at=NOW + HOUR)
    [claimed] = await world.claims()
    stats = await store.outbox_stats(NOW)
    assert stats == OutboxStats(
        {"pending": 3, "sending": 1}, {"telegram": 3, "discord": 1}, NOW - HOUR, NOW + HOUR
    )
    await store.settle(settled(claimed))
    stats = await store.outbox_stats(NOW + HOUR)
    assert stats.by_status == {"pending": 3, "sent": 1}
    assert stats.next_due_at is None


async def test_latencies_are_medians_of_what_was_sent(world: World, store: Store) -> None:
    assert await store.latency(NOW) == Latency(None, None, 0)
    for number, (published, delay) in enumerate(
        [(NOW - HOUR, SECOND), (NOW - MINUTE, MINUTE), (None, 3 * SECOND), (NOW + 9 * HOUR, 5 * SECOND)]
    ):
        place = await world.place(f"telegram:{number}")
        feed = await world.feed(f"https://{number}.example/")
        news = alert(place, nonce=str(number))
        await world.poll(feed, fresh("a", published=published), alerts=(news,))
        [claimed] = await world.claims()
        await store.settle(settled(claimed, at=NOW + delay))
    assert await store.latency(NOW) == Latency(MINUTE, 4 * SECOND, 4)
    assert await store.latency(NOW + 4 * SECOND) == Latency(timedelta(0), (65 * SECOND) / 2, 2)


async def test_everything_is_counted(world: World, store: Store) -> None:
    assert await store.totals() == Totals(0, 0, 0, 0, 0, 0, 0)
    one, two = await world.place("telegram:1"), await world.place("telegram:2")
    await world.subscribe(one, "Takaichi")
    await world.subscribe(two, "Takaichi")
    await world.deliver(one, two)
    broken = await world.feed("https://broken.example/")
    state = replace(broken.poll, failure="It does not answer.", failures=1)
    await world.poll(broken, state=state)
    assert await store.totals() == Totals(
        feeds=2, feeds_failing=1, entries=1, queries=1, subscriptions=2, destinations=2, alerts=2
    )


async def test_alerts_are_listed_newest_first(world: World, store: Store) -> None:
    place = await world.place()
    for _ in range(3):
        await world.deliver(place)
    listed = await store.alerts(limit=2)
    assert [each.title for each in listed] == ["Title of entry-3", "Title of entry-2"]


async def test_an_attempt_that_ended_with_the_program_is_noted_as_one_that_may_have_arrived(
    world: World, store: Store
) -> None:
    await world.deliver(await world.place())
    [begun] = await world.claims()
    await store.release_leases(NOW + SECOND)
    [noted] = await store.attempts(begun.id)
    assert (noted.at, noted.outcome) == (NOW + SECOND, "interrupted")
    assert "it may have arrived" in noted.detail
    [again] = await world.claims(NOW + SECOND)
    await store.settle(settled(again))
    assert [each.outcome for each in await store.attempts(begun.id)] == ["interrupted", "sent"]


async def test_an_attempt_whose_lease_ran_out_is_noted_when_another_takes_it_over(
    world: World, store: Store
) -> None:
    await world.deliver(await world.place())
    [begun] = await world.claims()
    assert await store.attempts(begun.id) == []
    [again] = await world.claims(NOW + HOUR)
    assert again.id == begun.id
    assert [(each.at, each.outcome) for each in await store.attempts(begun.id)] == [
        (NOW + HOUR, "interrupted")
    ]


async def test_the_deliveries_of_one_destination_can_be_asked_for(world: World, store: Store) -> None:
    one, other = await world.place("telegram:1"), await world.place("telegram:2")
    await world.deliver(one, other)
    await world.deliver(one)
    found = await store.deliveries(destination_id=one.id)
    assert [delivery.destination.id for delivery in found] == [one.id] * 2
    assert await store.deliveries(destination_id=one.id, statuses=[SENT]) == []
