"""Announcement channels: what is sent there is passed on to the servers that follow them."""

from datetime import timedelta

from bot.adapters.discord.messenger import DiscordMessenger
from bot.model.delivery import Rejected, RetryLater, Scope, Sent
from tests.adapters.discord.messages import alert, at
from tests.standins.discord_server import Channel, DiscordServer, Drop, Limit, Refuse


def announcements(server: DiscordServer) -> Channel:
    return server.add_channel(server.add_guild(), "announcements", "announcement")


async def sent(messenger: DiscordMessenger, channel: Channel, nonce: str = "n1") -> Sent:
    outcome = await messenger.send(at(channel), alert(), nonce=nonce)
    assert isinstance(outcome, Sent)
    return outcome


async def test_only_an_announcement_channel_asks_for_publishing(
    server: DiscordServer, messenger: DiscordMessenger
) -> None:
    assert (await sent(messenger, announcements(server))).publish
    quick = DiscordMessenger(server.token, server.url)
    assert not (await sent(quick, server.add_channel(server.add_guild()))).publish
    await quick.close()


async def test_a_message_is_published_once_however_often_it_is_asked(
    server: DiscordServer, messenger: DiscordMessenger
) -> None:
    channel = announcements(server)
    message_id = (await sent(messenger, channel)).message_id
    assert await messenger.crosspost(at(channel), message_id) == Sent(message_id)
    assert await messenger.crosspost(at(channel), message_id) == Sent(message_id)
    assert [one.crossposts for one in server.sent(channel)] == [1]


async def test_a_lost_answer_to_a_crosspost_is_asked_again_without_harm(
    server: DiscordServer, messenger: DiscordMessenger
) -> None:
    channel = announcements(server)
    message_id = (await sent(messenger, channel)).message_id
    server.fail("crosspost", Drop(accept=True))
    lost = await messenger.crosspost(at(channel), message_id)
    assert isinstance(lost, RetryLater)
    assert lost.uncertain
    assert await messenger.crosspost(at(channel), message_id) == Sent(message_id)
    assert [one.crossposts for one in server.sent(channel)] == [1]


async def test_beyond_the_budget_only_the_crosspost_waits(
    server: DiscordServer, messenger: DiscordMessenger
) -> None:
    server.limit_crossposts(1)
    channel = announcements(server)
    first, second = await sent(messenger, channel), await sent(messenger, channel, "n2")
    assert isinstance(await messenger.crosspost(at(channel), first.message_id), Sent)
    later = await messenger.crosspost(at(channel), second.message_id)
    assert isinstance(later, RetryLater)
    assert later.scope is Scope.DELIVERY
    assert later.after is not None
    assert timedelta(minutes=59) < later.after <= timedelta(hours=1)
    assert isinstance(await messenger.send(at(channel), alert(), nonce="n3"), Sent)


async def test_a_global_limit_still_concerns_the_whole_bot(
    server: DiscordServer, messenger: DiscordMessenger
) -> None:
    channel = announcements(server)
    message_id = (await sent(messenger, channel)).message_id
    server.fail("crosspost", Limit(7, "global"))
    later = await messenger.crosspost(at(channel), message_id)
    assert isinstance(later, RetryLater)
    assert later.scope is Scope.PLATFORM


async def test_in_any_other_channel_there_is_nothing_to_publish(
    server: DiscordServer, messenger: DiscordMessenger
) -> None:
    guild = server.add_guild()
    for kind in ("text", "forum"):
        channel = server.add_channel(guild, kind, kind)
        assert await messenger.crosspost(at(channel), "1") == Sent("")
    assert not [call for call in server.calls if call.path.endswith("/crosspost")]


async def test_a_channel_that_became_an_ordinary_one_has_nobody_to_publish_to(
    server: DiscordServer, messenger: DiscordMessenger
) -> None:
    channel = announcements(server)
    message_id = (await sent(messenger, channel)).message_id
    channel.type = 0
    assert await messenger.crosspost(at(channel), message_id) == Sent("")


async def test_a_refused_crosspost_closes_no_channel(
    server: DiscordServer, messenger: DiscordMessenger
) -> None:
    channel = announcements(server)
    message_id = (await sent(messenger, channel)).message_id
    server.fail("crosspost", Refuse(403, 50013, "Missing Permissions"))
    refused = await messenger.crosspost(at(channel), message_id)
    assert isinstance(refused, Rejected)
    assert not refused.destination_off
    server.sent(channel)[0].deleted = True
    assert isinstance(await messenger.crosspost(at(channel), message_id), Rejected)


async def test_many_channels_at_once_are_looked_up_one_after_another(
    server: DiscordServer, messenger: DiscordMessenger
) -> None:
    guild = server.add_guild()
    channels = [server.add_channel(guild, str(number)) for number in range(4)]
    for channel in channels:
        await sent(messenger, channel, channel.id)
    asked = [call for call in server.calls if call.method == "GET"]
    assert len(asked) == 1
    assert await messenger.crosspost(at(channels[3]), "1") == Sent("")
