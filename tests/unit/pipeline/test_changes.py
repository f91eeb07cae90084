"""Edits and replies on their way from the outbox to a platform."""

from dataclasses import replace
from datetime import timedelta

from bot.adapters.storage.store import SqlStore
from bot.model.delivery import DeliveryKind, DeliveryStatus, NewChange, Rejected, RetryLater, Scope, Sent
from bot.model.destination import DestinationSettings
from bot.model.feed import FeedOrigin, FeedSpec, PollState
from bot.model.message import Message, Run
from bot.model.poll import PollOutcome, PollRecord
from tests.unit.pipeline.fakes import HandClock, ScriptedMessenger
from tests.unit.pipeline.samples import HOUR, MINUTE
from tests.unit.pipeline.test_deliver import deliverer, enqueue


async def change(store: SqlStore, clock: HandClock, *kinds: DeliveryKind) -> None:
    """Write changes of the latest alert."""
    [alert] = await store.alerts(limit=1)
    now = clock.now()
    feed, _ = await store.add_feed(FeedSpec("https://other.example/rss"), origin=FeedOrigin.CLI, now=now)
    (claimed,) = await store.claim_feeds(now, limit=1, lease=MINUTE)
    changes = tuple(
        NewChange(alert.id, kind, Message(title=(Run(f"A new {kind}"),)), f"{kind}-1", now) for kind in kinds
    )
    state = PollState(next_poll_at=now + HOUR)
    await store.record_poll(PollRecord(feed.id, claimed.lease, now, PollOutcome.NEW, state, changes=changes))


async def test_an_edit_replaces_and_a_reply_answers_the_message_that_was_sent(
    store: SqlStore, clock: HandClock
) -> None:
    await enqueue(store, clock, "telegram:1")
    messenger = ScriptedMessenger()
    await deliverer(store, clock, messenger).idle()
    await change(store, clock, DeliveryKind.EDIT, DeliveryKind.REPLY)
    await deliverer(store, clock, messenger).idle()
    assert messenger.edited == ["1"]
    assert [message.title[0].text for _, message, _ in messenger.sent] == [
        "Alert 0",
        "A new edit",
        "A new reply",
    ]
    assert messenger.answered[0] is None
    assert messenger.answered[-1] == "1"
    assert {each.status for each in await store.deliveries()} == {DeliveryStatus.SENT}


async def test_an_edit_that_gets_no_answer_is_tried_again(store: SqlStore, clock: HandClock) -> None:
    await enqueue(store, clock, "telegram:1")
    messenger = ScriptedMessenger()
    await deliverer(store, clock, messenger).idle()
    await change(store, clock, DeliveryKind.EDIT)
    messenger.script["telegram:1"] = [RetryLater("no answer", uncertain=True)]
    await deliverer(store, clock, messenger).idle()
    clock.advance(timedelta(hours=2))
    await deliverer(store, clock, messenger).idle()
    assert messenger.edited == ["1", "1"]


async def test_an_edit_of_a_deleted_message_is_given_up_alone(store: SqlStore, clock: HandClock) -> None:
    await enqueue(store, clock, "telegram:1")
    messenger = ScriptedMessenger()
    await deliverer(store, clock, messenger).idle()
    await change(store, clock, DeliveryKind.EDIT)
    messenger.script["telegram:1"] = [Rejected("The message to change was deleted.")]
    await deliverer(store, clock, messenger).idle()
    states = {each.kind: each.status for each in await store.deliveries()}
    assert states == {DeliveryKind.SEND: DeliveryStatus.SENT, DeliveryKind.EDIT: DeliveryStatus.DEAD}


async def test_what_has_followers_is_published_after_it_was_sent(store: SqlStore, clock: HandClock) -> None:
    await enqueue(store, clock, "telegram:1")
    messenger = ScriptedMessenger()
    wait = RetryLater("ten an hour", after=HOUR, scope=Scope.DELIVERY)
    messenger.script["telegram:1"] = [Sent("1", publish=True), wait]
    await deliverer(store, clock, messenger).idle()
    await change(store, clock, DeliveryKind.REPLY)
    await deliverer(store, clock, messenger).idle()
    assert len(messenger.sent) == 3
    assert messenger.crossposted == ["1"]
    clock.advance(HOUR)
    await deliverer(store, clock, messenger).idle()
    assert messenger.crossposted == ["1", "1"]
    assert {each.status for each in await store.deliveries()} == {DeliveryStatus.SENT}


async def test_waiting_crossposts_of_many_channels_hold_no_message(store: SqlStore, clock: HandClock) -> None:
    messenger = ScriptedMessenger()
    wait = RetryLater("ten an hour", after=HOUR, scope=Scope.DELIVERY)
    places = [f"telegram:{number}" for number in range(1, 6)]
    messenger.script = {place: [Sent("1", publish=True), wait] for place in places}
    sender = deliverer(store, clock, messenger)
    await enqueue(store, clock, *places)
    await sender.idle()
    for place in await store.destinations():
        await store.post(place.id, Message(title=(Run("Next"),)), nonce=f"next-{place.id}", now=clock.now())
    await sender.idle()
    assert len(messenger.sent) == 15


async def test_where_a_place_discusses_a_thread_is_opened_and_follow_ups_go_there(
    store: SqlStore, clock: HandClock
) -> None:
    await enqueue(store, clock, "telegram:1")
    [place] = await store.destinations()
    await store.save_destination(replace(place, settings=DestinationSettings(discuss=True)))
    messenger = ScriptedMessenger()
    messenger.script["telegram:1"] = [Sent("1", threads=True)]
    await deliverer(store, clock, messenger).idle()
    assert messenger.discussed == ["1"]
    await change(store, clock, DeliveryKind.REPLY)
    await deliverer(store, clock, messenger).idle()
    assert messenger.in_threads == ["1"]
    kinds = sorted(each.kind for each in await store.deliveries())
    assert kinds == [DeliveryKind.REPLY, DeliveryKind.SEND, DeliveryKind.THREAD]
