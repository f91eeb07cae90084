"""Threads under alerts: opened once, answered in, and done without where there is none."""

import pytest

from bot.adapters.discord.messenger import DiscordMessenger
from bot.model.delivery import Rejected, RetryLater, Scope, Sent
from bot.model.message import Message, Run
from tests.adapters.discord.messages import alert, at
from tests.standins.discord_server import Channel, DiscordServer, Drop, Limit, Refuse

FOLLOW_UP = Message(title=(Run("A new fact"),), alert=True)


@pytest.fixture
def channel(server: DiscordServer) -> Channel:
    return server.add_channel(server.add_guild(), "alerts")


async def sent(messenger: DiscordMessenger, channel: Channel) -> str:
    outcome = await messenger.send(at(channel), alert(), nonce="n1")
    assert isinstance(outcome, Sent)
    assert outcome.threads
    return outcome.message_id


async def test_a_thread_is_opened_once_and_named_after_its_message(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    message_id = await sent(messenger, channel)
    assert await messenger.discuss(at(channel), message_id, alert()) == Sent(message_id)
    assert await messenger.discuss(at(channel), message_id, alert()) == Sent(message_id)
    thread = server.thread(message_id)
    assert thread.parent is channel
    assert thread.name
    long = Message(title=(Run("Takaichi " * 30),), alert=True)
    other = await messenger.send(at(channel), long, nonce="n2")
    assert isinstance(other, Sent)
    assert await messenger.discuss(at(channel), other.message_id, long) == Sent(other.message_id)
    assert len(server.thread(other.message_id).name) <= 100


async def test_a_lost_answer_to_the_opening_is_asked_again_without_harm(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    message_id = await sent(messenger, channel)
    server.fail("threads", Drop(accept=True))
    lost = await messenger.discuss(at(channel), message_id, alert())
    assert isinstance(lost, RetryLater)
    assert lost.uncertain
    assert await messenger.discuss(at(channel), message_id, alert()) == Sent(message_id)


async def test_an_answer_goes_into_the_thread_once(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    message_id = await sent(messenger, channel)
    await messenger.discuss(at(channel), message_id, alert())
    first = await messenger.answer(at(channel), message_id, FOLLOW_UP, nonce="n2")
    assert await messenger.answer(at(channel), message_id, FOLLOW_UP, nonce="n2") == first
    assert [one.embeds[0]["title"] for one in server.thread(message_id).messages] == ["A new fact"]
    assert len(server.sent(channel)) == 1


async def test_without_an_open_thread_the_answer_stands_beside_its_message(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    message_id = await sent(messenger, channel)
    await messenger.answer(at(channel), message_id, FOLLOW_UP, nonce="n2")
    await messenger.discuss(at(channel), message_id, alert())
    server.thread(message_id).locked = True
    await messenger.answer(at(channel), message_id, FOLLOW_UP, nonce="n3")
    server.delete_channel(server.thread(message_id))
    await messenger.answer(at(channel), message_id, FOLLOW_UP, nonce="n4")
    _, *answers = server.sent(channel)
    assert [one.payload["message_reference"]["message_id"] for one in answers] == [message_id] * 3


async def test_what_ails_a_thread_ails_no_message(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    message_id = await sent(messenger, channel)
    server.fail("threads", Refuse(403, 50013))
    refused = await messenger.discuss(at(channel), message_id, alert())
    assert refused == Rejected(
        "The bot may not open threads here: it needs Create Public Threads and Send Messages in Threads."
    )
    server.fail("threads", Limit(30))
    later = await messenger.discuss(at(channel), message_id, alert())
    assert isinstance(later, RetryLater)
    assert later.scope is Scope.DELIVERY
    assert isinstance(await messenger.send(at(channel), alert(), nonce="n2"), Sent)


async def test_where_there_can_be_no_thread_there_is_nothing_to_do(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    message_id = await sent(messenger, channel)
    await messenger.discuss(at(channel), message_id, alert())
    inside = await messenger.send(at(server.thread(message_id)), alert(), nonce="n2")
    assert isinstance(inside, Sent)
    assert await messenger.discuss(at(server.thread(message_id)), inside.message_id, alert()) == Sent("")
