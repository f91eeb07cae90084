"""What the bot's admins are told of, once."""

from bot.adapters.storage.store import SqlStore
from bot.model.address import Address
from bot.model.delivery import Moved, Rejected, Sent
from bot.model.message import plain
from bot.pipeline.deliver import Deliverer
from bot.pipeline.lane import LaneBounds
from bot.pipeline.notices import Notices
from tests.unit.pipeline.fakes import HandClock, ScriptedMessenger
from tests.unit.pipeline.samples import MINUTE
from tests.unit.pipeline.test_deliver import enqueue

ADMIN = "telegram:99"
UNFIT = Rejected("The message is refused.")
CLOSED = Rejected("The channel is gone.", destination_off=True)


async def deliver(store: SqlStore, clock: HandClock, messenger: ScriptedMessenger) -> list[str]:
    """Deliver what waits, and return what the admin was told."""
    await store.ensure_destination(
        Address.parse(ADMIN), title="Ada", timezone="UTC", language="en", now=clock.now()
    )
    sender = Deliverer(
        store,
        {messenger.platform: messenger},
        clock,
        bounds=LaneBounds(settle_pauses=(0.0,)),
        notices=Notices(store, clock, [Address.parse(ADMIN)]),
    )
    await sender.idle()
    clock.advance(MINUTE)
    await sender.idle()
    return [plain(message.summary[0]) for address, message, _ in messenger.sent if address == ADMIN]


async def test_a_refused_alert_is_told_once_for_each_place_and_reason(
    store: SqlStore, clock: HandClock
) -> None:
    await enqueue(store, clock, "telegram:1", "telegram:1", "telegram:2")
    messenger = ScriptedMessenger()
    messenger.script = {"telegram:1": [UNFIT, UNFIT], "telegram:2": [UNFIT]}
    told = await deliver(store, clock, messenger)
    assert sorted(told) == [
        f"An alert for telegram:{chat} (telegram:{chat}) was refused and is kept: The message is refused."
        for chat in (1, 2)
    ]


async def test_a_channel_that_closed_is_told_and_a_person_who_left_is_not(
    store: SqlStore, clock: HandClock
) -> None:
    await enqueue(store, clock, "telegram:1", "telegram:-1002")
    messenger = ScriptedMessenger()
    messenger.script = {"telegram:1": [CLOSED], "telegram:-1002": [CLOSED]}
    assert await deliver(store, clock, messenger) == [
        "Alerts for telegram:-1002 (telegram:-1002) are switched off: The channel is gone."
    ]


async def test_a_refused_notice_is_not_told_to_the_same_chat(store: SqlStore, clock: HandClock) -> None:
    await enqueue(store, clock, "telegram:1")
    messenger = ScriptedMessenger()
    messenger.script = {"telegram:1": [UNFIT], ADMIN: [UNFIT, UNFIT]}
    assert len(await deliver(store, clock, messenger)) == 1


async def test_a_deleted_topic_sends_its_alerts_to_the_group_after_a_word_about_it(
    store: SqlStore, clock: HandClock
) -> None:
    await enqueue(store, clock, "telegram:-1002:7")
    messenger = ScriptedMessenger()
    group = Address.parse("telegram:-1002")
    messenger.script = {"telegram:-1002:7": [Moved(group, "The topic was deleted.")]}
    await deliver(store, clock, messenger)
    at_last = [message for address, message, _ in messenger.sent if address == "telegram:-1002"]
    assert [plain(message.title) or plain(message.summary[0]) for message in at_last] == [
        "The topic was deleted.",
        "Alert 0",
    ]
    places = {str(each.address) for each in await store.destinations()}
    assert places == {"telegram:-1002", ADMIN}


async def test_a_message_that_cannot_be_passed_on_to_followers_is_told(
    store: SqlStore, clock: HandClock
) -> None:
    await enqueue(store, clock, "telegram:-1002")
    messenger = ScriptedMessenger()
    messenger.script = {"telegram:-1002": [Sent("1", publish=True), Rejected("The message is gone.")]}
    assert await deliver(store, clock, messenger) == [
        "A message in telegram:-1002 (telegram:-1002) could not be passed on to the channel's followers: The message is gone."
    ]
