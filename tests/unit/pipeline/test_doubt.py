"""Attempts without an answer, and wishes for patience that concern more than one chat."""

from datetime import timedelta

from bot.adapters.storage.store import SqlStore
from bot.model.delivery import DeliveryStatus, RetryLater, Sent
from tests.unit.pipeline.fakes import HandClock, ScriptedMessenger
from tests.unit.pipeline.samples import HOUR, SECOND
from tests.unit.pipeline.test_deliver import by_address, deliverer, enqueue

LOST = RetryLater("no answer", uncertain=True)


async def test_a_message_without_answer_is_repeated_once_where_a_repeat_would_show(
    store: SqlStore, clock: HandClock
) -> None:
    await enqueue(store, clock, "telegram:1", "telegram:2")
    messenger = ScriptedMessenger(knows_nonces=False)
    messenger.script["telegram:1"] = [LOST, LOST, Sent("never reached")]
    sender = deliverer(store, clock, messenger)
    for pause in (timedelta(0), SECOND, timedelta(minutes=1), HOUR, HOUR):
        clock.advance(pause)
        if pause == SECOND:
            await enqueue(store, clock, "telegram:2", batch="more ")
        await sender.idle()
    assert messenger.addresses.count("telegram:1") == 2
    given_up = (await by_address(store))["telegram:1"]
    assert given_up.status is DeliveryStatus.DEAD
    assert given_up.error is not None
    assert "may have arrived" in given_up.error


async def test_where_nothing_is_answered_nothing_is_given_up(store: SqlStore, clock: HandClock) -> None:
    await enqueue(store, clock, "telegram:1")
    messenger = ScriptedMessenger(knows_nonces=False)
    messenger.script["telegram:1"] = [LOST, LOST, LOST, Sent("9")]
    sender = deliverer(store, clock, messenger)
    for _ in range(4):
        await sender.idle()
        clock.advance(HOUR)
    assert (await by_address(store))["telegram:1"].status is DeliveryStatus.SENT


async def test_what_waits_behind_a_lost_answer_is_sent_at_once(store: SqlStore, clock: HandClock) -> None:
    await enqueue(store, clock, "telegram:1", "telegram:1")
    messenger = ScriptedMessenger(knows_nonces=False)
    messenger.script["telegram:1"] = [LOST]
    await deliverer(store, clock, messenger).idle()
    assert sorted(each.status for each in await store.deliveries()) == [
        DeliveryStatus.PENDING,
        DeliveryStatus.SENT,
    ]


async def test_an_hour_of_patience_for_one_chat_stops_no_other(store: SqlStore, clock: HandClock) -> None:
    await enqueue(store, clock, *[f"telegram:{chat}" for chat in range(1, 5)])
    messenger = ScriptedMessenger()
    messenger.script["telegram:1"] = [RetryLater("slow down", after=timedelta(seconds=43_838))]
    sender = deliverer(store, clock, messenger)
    await sender.idle()
    clock.advance(SECOND)
    await enqueue(store, clock, "telegram:2", batch="more ")
    await sender.idle()
    assert messenger.addresses.count("telegram:2") == 2
    assert messenger.addresses.count("telegram:1") == 1
    clock.advance(timedelta(seconds=43_838))
    await sender.idle()
    assert messenger.addresses.count("telegram:1") == 2


async def test_patience_asked_with_many_chats_at_once_holds_the_token_but_not_for_hours(
    store: SqlStore, clock: HandClock
) -> None:
    places = [f"telegram:{chat}" for chat in range(1, 4)]
    await enqueue(store, clock, *places)
    messenger = ScriptedMessenger()
    for place in places:
        messenger.script[place] = [RetryLater("slow down", after=HOUR)]
    sender = deliverer(store, clock, messenger)
    await sender.idle()
    await enqueue(store, clock, "telegram:9", batch="more ")
    await sender.idle()
    assert "telegram:9" not in messenger.addresses
    clock.advance(timedelta(minutes=1))
    await sender.idle()
    assert messenger.addresses.count("telegram:9") == 1
