import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.storage.store import SqlStore
from bot.errors import LeaseLost
from bot.model.address import Address, Platform
from bot.model.alert import MatchedSubscription, NewAlert
from bot.model.delivery import Delivery, DeliveryStatus, Moved, Rejected, RetryLater, Scope, SendOutcome, Sent
from bot.model.destination import DestinationState
from bot.model.entry import FreshEntry
from bot.model.feed import FeedOrigin, FeedSpec, PollState
from bot.model.message import Message, Run
from bot.model.poll import PollOutcome, PollRecord
from bot.model.subscription import SubscriptionOptions, SubscriptionOrigin
from bot.pipeline.deliver import Deliverer
from bot.pipeline.lane import LaneBounds
from bot.stores.store import OutboxStore
from tests.unit.pipeline.fakes import Gate, HandClock, Keeper, ScriptedMessenger
from tests.unit.pipeline.samples import HOUR, MINUTE, NOW, SECOND, entry

BOUNDS = LaneBounds(settle_pauses=(0.0,))


async def enqueue(store: SqlStore, clock: HandClock, *addresses: str, batch: str = "") -> None:
    """Write one entry with an alert to each of these addresses; one named twice gets two entries.

    A further call needs a ``batch`` of its own.
    """
    now = clock.now()
    feed, _ = await store.add_feed(
        FeedSpec(f"https://news.example/{batch}rss"), origin=FeedOrigin.CLI, now=now
    )
    alerts = []
    for number, address in enumerate(addresses):
        place = await store.ensure_destination(
            Address.parse(address), title=address, timezone="UTC", language="en", now=now
        )
        subscription, _ = await store.subscribe(
            place.id,
            query="Takaichi",
            canonical="takaichi",
            options=SubscriptionOptions(),
            origin=SubscriptionOrigin.CHAT,
            now=now,
        )
        alerts.append(
            NewAlert(
                entry=number,
                destination_id=place.id,
                matches=(MatchedSubscription(subscription.id, "Takaichi", ("Takaichi",)),),
                message=Message(title=(Run(f"Alert {number}"),)),
                nonce=f"{batch}nonce-{number}",
                due_at=now + timedelta(microseconds=number),
            )
        )
    (claimed,) = await store.claim_feeds(now, limit=1, lease=MINUTE)
    fresh = tuple(
        FreshEntry(replace(entry(f"Entry {n}"), published=now - MINUTE), (f"{batch}guid:{n}",))
        for n in range(len(addresses))
    )
    record = PollRecord(
        feed.id,
        claimed.lease,
        now,
        PollOutcome.NEW,
        PollState(next_poll_at=now + HOUR),
        fresh,
        (),
        tuple(alerts),
    )
    await store.record_poll(record)
    clock.advance(SECOND)


def deliverer(
    store: OutboxStore,
    clock: HandClock,
    *messengers: ScriptedMessenger,
    bounds: LaneBounds = BOUNDS,
    observer: Keeper | None = None,
) -> Deliverer:
    return Deliverer(
        store,
        {messenger.platform: messenger for messenger in messengers},
        clock,
        bounds=bounds,
        observer=observer,
    )


async def by_address(store: SqlStore) -> dict[str, Delivery]:
    return {str(each.destination.address): each for each in await store.deliveries()}


async def test_what_is_due_is_sent_and_recorded(store: SqlStore, clock: HandClock) -> None:
    await enqueue(store, clock, "telegram:1", "telegram:2")
    messenger, keeper = ScriptedMessenger(), Keeper()
    await deliverer(store, clock, messenger, observer=keeper).idle()
    assert sorted(messenger.addresses) == ["telegram:1", "telegram:2"]
    found = await by_address(store)
    assert {each.status for each in found.values()} == {DeliveryStatus.SENT}
    assert found["telegram:1"].platform_message_id is not None
    assert keeper.deliveries == [(Platform.TELEGRAM, "sent")] * 2
    assert keeper.latencies == [(MINUTE, SECOND)] * 2


async def test_the_nonce_reaches_the_messenger(store: SqlStore, clock: HandClock) -> None:
    await enqueue(store, clock, "telegram:1")
    messenger = ScriptedMessenger()
    await deliverer(store, clock, messenger).idle()
    assert [nonce for _, _, nonce in messenger.sent] == ["nonce-0"]


async def test_a_destinations_messages_go_one_after_the_other_in_order(
    store: SqlStore, clock: HandClock
) -> None:
    await enqueue(store, clock, *["telegram:1"] * 5)
    messenger = ScriptedMessenger()
    await deliverer(store, clock, messenger).idle()
    assert [message.title[0].text for _, message, _ in messenger.sent] == [f"Alert {n}" for n in range(5)]


async def test_a_pause_is_kept_between_messages_to_one_chat(store: SqlStore, clock: HandClock) -> None:
    await enqueue(store, clock, "telegram:1", "telegram:1", "telegram:2")
    messenger = ScriptedMessenger(pause=HOUR)
    working = deliverer(store, clock, messenger)
    await working.idle()
    assert sorted(messenger.addresses) == ["telegram:1", "telegram:2"]
    clock.advance(HOUR)
    await working.idle()
    assert messenger.addresses.count("telegram:1") == 2
    await working.stop()


async def test_a_chat_that_hangs_delays_no_other(store: SqlStore, clock: HandClock) -> None:
    gate = Gate()

    async def hang() -> SendOutcome:
        await gate.passed()
        return Sent("late")

    await enqueue(store, clock, "telegram:1", "telegram:1", "telegram:2", "telegram:3")
    messenger = ScriptedMessenger(script={"telegram:1": [hang]})
    working = deliverer(store, clock, messenger)
    await working.tick(Platform.TELEGRAM)
    await gate.waiting.wait()
    await messenger.reached(3)
    assert sorted(messenger.addresses) == ["telegram:1", "telegram:2", "telegram:3"]
    gate.open()
    await working.idle()
    assert messenger.addresses.count("telegram:1") == 2


async def test_a_platform_that_hangs_delays_no_other(store: SqlStore, clock: HandClock) -> None:
    gate = Gate()

    async def hang() -> SendOutcome:
        await gate.passed()
        return Sent("late")

    await enqueue(store, clock, *[f"telegram:{n}" for n in range(1, 9)], "discord:5")
    stuck = ScriptedMessenger(script={f"telegram:{n}": [hang] for n in range(1, 9)})
    free = ScriptedMessenger(Platform.DISCORD)
    working = deliverer(store, clock, stuck, free, bounds=LaneBounds(concurrency=2))
    await working.tick(Platform.TELEGRAM)
    await gate.waiting.wait()
    await working.tick(Platform.DISCORD)
    await free.reached(1)
    assert len(stuck.sent) <= 2
    gate.open()
    await working.idle()
    assert len(stuck.sent) == 8


async def test_no_more_than_the_bound_is_in_flight(store: SqlStore, clock: HandClock) -> None:
    running = most = 0

    async def counted() -> SendOutcome:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return Sent("1")

    places = [f"telegram:{n}" for n in range(1, 20)]
    await enqueue(store, clock, *places)
    messenger = ScriptedMessenger(script={place: [counted] for place in places})
    await deliverer(store, clock, messenger, bounds=LaneBounds(concurrency=4)).idle()
    assert len(messenger.sent) == 19
    assert most <= 4


async def test_where_repeats_show_a_result_is_recorded_before_the_next_message_goes(
    store: SqlStore, clock: HandClock
) -> None:
    recorded: list[int] = []

    async def looked() -> SendOutcome:
        recorded.append(len(await store.deliveries(statuses=[DeliveryStatus.SENT])))
        return Sent(str(len(recorded)))

    places = [f"telegram:{n}" for n in range(1, 9)]
    await enqueue(store, clock, *places)
    messenger = ScriptedMessenger(script={place: [looked] for place in places}, knows_nonces=False)
    messenger.most_a_second = 1000.0
    await deliverer(store, clock, messenger).idle()
    assert recorded[:5] == [0, 1, 2, 3, 4]
    assert len(messenger.sent) == 8


async def test_a_send_without_an_answer_is_cut_and_tried_again(store: SqlStore, clock: HandClock) -> None:
    async def hang() -> SendOutcome:
        await asyncio.Event().wait()
        raise AssertionError

    await enqueue(store, clock, "telegram:1")
    messenger = ScriptedMessenger(script={"telegram:1": [hang]})
    working = deliverer(store, clock, messenger, bounds=LaneBounds(timeout=timedelta(milliseconds=5)))
    await working.idle()
    waiting = (await by_address(store))["telegram:1"]
    assert waiting.status is DeliveryStatus.PENDING
    assert waiting.error == "no answer within 0 s (it may have arrived)"
    clock.advance(MINUTE)
    await working.idle()
    assert (await by_address(store))["telegram:1"].status is DeliveryStatus.SENT
    await working.stop()


async def test_a_messenger_that_raises_is_survived(store: SqlStore, clock: HandClock) -> None:
    await enqueue(store, clock, "telegram:1", "telegram:2")
    messenger = ScriptedMessenger(script={"telegram:1": [RuntimeError("bot123:SECRET")]})
    working = deliverer(store, clock, messenger)
    await working.idle()
    found = await by_address(store)
    assert found["telegram:1"].error == "the messenger failed (RuntimeError) (it may have arrived)"
    assert found["telegram:2"].status is DeliveryStatus.SENT
    await working.stop()


async def test_flood_control_of_one_chat_stops_that_chat_alone(store: SqlStore, clock: HandClock) -> None:
    await enqueue(store, clock, "telegram:1", "telegram:1", "telegram:2")
    messenger = ScriptedMessenger(script={"telegram:1": [RetryLater("flood control", after=43_838 * SECOND)]})
    working = deliverer(store, clock, messenger)
    await working.idle()
    assert sorted(messenger.addresses) == ["telegram:1", "telegram:2"]
    clock.advance(43_837 * SECOND)
    await working.idle()
    assert len(messenger.sent) == 2
    clock.advance(SECOND)
    await working.idle()
    assert messenger.addresses.count("telegram:1") == 3
    await working.stop()


async def test_a_platforms_wish_holds_that_platform_alone(store: SqlStore, clock: HandClock) -> None:
    await enqueue(store, clock, "telegram:1", "telegram:2", "discord:5")
    wait = RetryLater("global limit", after=HOUR, scope=Scope.PLATFORM)
    held = ScriptedMessenger(script={"telegram:1": [wait]})
    free = ScriptedMessenger(Platform.DISCORD)
    working = deliverer(store, clock, held, free, bounds=LaneBounds(concurrency=1))
    await working.idle()
    assert (held.addresses, free.addresses) == (["telegram:1"], ["discord:5"])
    clock.advance(HOUR)
    await working.idle()
    assert sorted(held.addresses) == ["telegram:1", "telegram:1", "telegram:2"]
    await working.stop()


async def test_nothing_is_claimed_that_could_not_go_when_the_platform_asks_to_wait(
    store: SqlStore, clock: HandClock
) -> None:
    await enqueue(store, clock, "telegram:1", "telegram:2", "telegram:3")
    patience = RetryLater("flood control", after=HOUR, scope=Scope.PLATFORM)
    messenger = ScriptedMessenger(script={"telegram:1": [patience]}, knows_nonces=False)
    working = deliverer(store, clock, messenger)
    await working.idle()
    assert messenger.addresses == ["telegram:1"]
    found = await by_address(store)
    assert {each.status for each in found.values()} == {DeliveryStatus.PENDING}
    assert [found[f"telegram:{number}"].attempts for number in (1, 2, 3)] == [1, 0, 0]
    clock.advance(HOUR + MINUTE)
    await working.idle()
    assert sorted(messenger.addresses[1:]) == ["telegram:1", "telegram:2", "telegram:3"]
    assert [each.outcome for each in await store.attempts(found["telegram:2"].id)] == ["sent"]


async def test_a_closed_chat_is_switched_off_with_all_that_waits_for_it(
    store: SqlStore, clock: HandClock
) -> None:
    await enqueue(store, clock, "telegram:1", "telegram:1")
    messenger = ScriptedMessenger(script={"telegram:1": [Rejected("bot was blocked", destination_off=True)]})
    await deliverer(store, clock, messenger).idle()
    assert len(messenger.sent) == 1
    assert {each.status for each in await store.deliveries()} == {DeliveryStatus.DEAD}
    place = await store.destination(Address.parse("telegram:1"))
    assert place is not None
    assert (place.state, place.reason) == (DestinationState.OFF, "bot was blocked")


async def test_a_message_that_is_refused_does_not_block_the_next(store: SqlStore, clock: HandClock) -> None:
    await enqueue(store, clock, "telegram:1", "telegram:1")
    messenger = ScriptedMessenger(script={"telegram:1": [Rejected("bad entity")]})
    await deliverer(store, clock, messenger).idle()
    assert [each.status for each in await store.deliveries()] == [DeliveryStatus.SENT, DeliveryStatus.DEAD]


async def test_a_chat_that_moved_is_followed(store: SqlStore, clock: HandClock) -> None:
    await enqueue(store, clock, "telegram:-1", "telegram:-1")
    moved = Moved(Address.parse("telegram:-1001"))
    messenger = ScriptedMessenger(script={"telegram:-1": [moved]})
    await deliverer(store, clock, messenger).idle()
    assert messenger.addresses == ["telegram:-1", "telegram:-1001", "telegram:-1001"]


class Ailing:
    """A store whose ``settle`` fails as told, and otherwise is the real one."""

    def __init__(self, store: SqlStore, *faults: Exception) -> None:
        self._store = store
        self._faults = list(faults)
        self.claim_deliveries = store.claim_deliveries

    async def settle(self, settlement: object) -> None:
        if self._faults:
            raise self._faults.pop(0)
        await self._store.settle(settlement)  # type: ignore[arg-type]  # handed through as it came


async def test_a_result_that_could_not_be_written_is_written_again(store: SqlStore, clock: HandClock) -> None:
    await enqueue(store, clock, "telegram:1")
    messenger = ScriptedMessenger()
    ailing = Ailing(store, OSError("disk full"))
    await deliverer(ailing, clock, messenger).idle()  # type: ignore[arg-type]  # two methods are enough
    assert len(messenger.sent) == 1
    assert (await by_address(store))["telegram:1"].status is DeliveryStatus.SENT


async def test_a_lost_lease_is_dropped_in_peace(store: SqlStore, clock: HandClock) -> None:
    await enqueue(store, clock, "telegram:1")
    messenger, keeper = ScriptedMessenger(), Keeper()
    ailing = Ailing(store, LeaseLost("taken over"))
    working = deliverer(ailing, clock, messenger, observer=keeper)  # type: ignore[arg-type]  # as above
    await working.idle()
    assert keeper.deliveries == []
    assert (await by_address(store))["telegram:1"].status is DeliveryStatus.SENDING


async def test_a_fresh_alert_needs_no_tick(store: SqlStore, clock: HandClock) -> None:
    messenger = ScriptedMessenger()
    working = deliverer(store, clock, messenger)
    await enqueue(store, clock, "telegram:1")
    working.notify()
    await messenger.reached(1)
    await working.stop()


async def test_stopping_waits_for_what_is_in_flight_and_begins_nothing(
    store: SqlStore, clock: HandClock
) -> None:
    gate = Gate()

    async def hang() -> SendOutcome:
        await gate.passed()
        return Sent("1")

    await enqueue(store, clock, "telegram:1", "telegram:1")
    messenger = ScriptedMessenger(script={"telegram:1": [hang]})
    working = deliverer(store, clock, messenger)
    await working.tick(Platform.TELEGRAM)
    await gate.waiting.wait()
    stopping = asyncio.create_task(working.stop())
    gate.open()
    await stopping
    working.notify()
    await working.tick(Platform.TELEGRAM)
    assert len(messenger.sent) == 1
    statuses = sorted(each.status for each in await store.deliveries())
    assert statuses == [DeliveryStatus.PENDING, DeliveryStatus.SENT]


async def test_what_hangs_when_stopping_is_cut_and_due_again_later(store: SqlStore, clock: HandClock) -> None:
    async def hang() -> SendOutcome:
        await asyncio.Event().wait()
        raise AssertionError

    await enqueue(store, clock, "telegram:1")
    messenger = ScriptedMessenger(script={"telegram:1": [hang]})
    first = deliverer(store, clock, messenger)
    await first.tick(Platform.TELEGRAM)
    await first.stop(grace=timedelta(0))
    clock.advance(BOUNDS.lease)
    await deliverer(store, clock, messenger).idle()
    assert (await by_address(store))["telegram:1"].status is DeliveryStatus.SENT


@pytest.mark.parametrize("workers", [2])
async def test_two_processes_send_each_delivery_once(store: SqlStore, clock: HandClock, workers: int) -> None:
    await enqueue(store, clock, *[f"telegram:{n % 7 + 1}" for n in range(40)])
    messenger = ScriptedMessenger()
    await asyncio.gather(*(deliverer(store, clock, messenger).idle() for _ in range(workers)))
    assert sorted(nonce for _, _, nonce in messenger.sent) == sorted(f"nonce-{n}" for n in range(40))


def test_a_deliverer_names_its_platforms_in_order() -> None:
    working = deliverer(None, HandClock(NOW), ScriptedMessenger(Platform.DISCORD), ScriptedMessenger())  # type: ignore[arg-type]  # nothing is stored here
    assert working.platforms == (Platform.DISCORD, Platform.TELEGRAM)
