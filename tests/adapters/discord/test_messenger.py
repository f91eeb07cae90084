"""Sending to channels, threads, forums and direct messages."""

import asyncio
from datetime import timedelta

import pytest

from bot.adapters.discord.messenger import DiscordMessenger
from bot.model.address import Address, Platform
from bot.model.delivery import Rejected, RetryLater, Scope, Sent
from bot.model.message import Action, Run
from bot.model.person import Person, Reachable, Unreachable
from tests.adapters.discord.messages import alert, at
from tests.standins.discord_server import (
    Banned,
    Channel,
    DiscordServer,
    Drop,
    Fault,
    Garbage,
    Hang,
    Limit,
    Refuse,
    Trouble,
)


@pytest.fixture
def channel(server: DiscordServer) -> Channel:
    return server.add_channel(server.add_guild())


async def test_an_alert_arrives_as_one_embed(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    result = await messenger.send(at(channel), alert(), nonce="n1")
    (message,) = server.sent(channel)
    assert result == Sent(message.id)
    assert message.embeds[0]["title"] == "Takaichi visits"
    assert message.embeds[0]["description"] == "She said **Takaichi** was there."
    assert message.allowed_mentions == {"parse": []}


async def test_the_same_nonce_is_one_message(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    first = await messenger.send(at(channel), alert(), nonce="n1")
    assert await messenger.send(at(channel), alert(), nonce="n1") == first
    assert len(server.sent(channel)) == 1


@pytest.mark.parametrize(
    "fault", [Drop(accept=True), Hang(accept=True), Trouble(502, accept=True), Garbage()]
)
async def test_a_lost_answer_is_uncertain_and_safe_to_repeat(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel, fault: Fault
) -> None:
    server.fail(channel, fault)
    lost = await messenger.send(at(channel), alert(), nonce="n1")
    assert isinstance(lost, RetryLater)
    assert lost.uncertain
    assert isinstance(await messenger.send(at(channel), alert(), nonce="n1"), Sent)
    assert len(server.sent(channel)) == 1


async def test_a_server_that_is_not_there_is_certain(server: DiscordServer) -> None:
    await server.stop()
    messenger = DiscordMessenger(server.token, server.url, timeout=timedelta(seconds=2))
    result = await messenger.send(Address(Platform.DISCORD, "1"), alert(), nonce="n1")
    await messenger.close()
    assert result == RetryLater("Discord cannot be reached.", scope=Scope.PLATFORM)


async def test_a_429_waits_as_long_as_its_body_says(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    other = server.add_channel(server.add_guild("Other"))
    server.fail(channel, Limit(43.5, header="43500"))
    limited = await messenger.send(at(channel), alert(), nonce="n1")
    assert limited == RetryLater("Discord asked to wait.", timedelta(seconds=43.5))
    assert isinstance(await messenger.send(at(other), alert(), nonce="n2"), Sent)


async def test_until_then_nothing_is_asked_there_again(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    server.fail(channel, Limit(43.5))
    await messenger.send(at(channel), alert(), nonce="n1")
    asked = len(server.calls)
    again = await messenger.send(at(channel), alert(), nonce="n1")
    assert isinstance(again, RetryLater)
    assert len(server.calls) == asked


async def test_a_global_429_concerns_the_whole_bot(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    server.fail(channel, Limit(7, "global"))
    limited = await messenger.send(at(channel), alert(), nonce="n1")
    assert limited == RetryLater("Discord asked to wait.", timedelta(seconds=7), Scope.PLATFORM)


@pytest.mark.parametrize("fault", [Banned(), Banned(30), Limit(3, via=False)])
async def test_a_429_from_the_edge_concerns_the_whole_bot(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel, fault: Fault
) -> None:
    server.fail(channel, fault)
    limited = await messenger.send(at(channel), alert(), nonce="n1")
    assert isinstance(limited, RetryLater)
    assert limited.scope is Scope.PLATFORM
    assert limited.after is not None


async def test_an_empty_bucket_is_respected_before_discord_has_to_say_so(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    server.limit(2, 60)
    for number in range(2):
        assert isinstance(await messenger.send(at(channel), alert(), nonce=f"n{number}"), Sent)
    held = await messenger.send(at(channel), alert(), nonce="n2")
    assert isinstance(held, RetryLater)
    assert held.after is not None
    assert timedelta(seconds=50) < held.after <= timedelta(seconds=60)
    assert [call.status for call in server.calls if call.method == "POST"] == [200, 200]


async def test_a_burst_at_once_never_provokes_more_than_one_429(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    server.limit(5, 60)
    await messenger.send(at(channel), alert(), nonce="first")
    await asyncio.gather(*(messenger.send(at(channel), alert(), nonce=f"n{one}") for one in range(10)))
    assert [call.status for call in server.calls].count(429) == 0
    assert len(server.sent(channel)) == 5


@pytest.mark.parametrize(
    ("status", "code", "off"),
    [
        (403, 50001, True),
        (403, 50013, True),
        (403, 50007, True),
        (404, 10003, True),
        (400, 160005, True),
        (400, 50035, False),
        (400, 50006, False),
        (400, 200000, False),
        (400, 240000, False),
        (403, 99999, True),
        (418, 99999, False),
    ],
)
async def test_a_refusal_is_final_and_closes_the_place_where_the_place_is_the_reason(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel, status: int, code: int, off: bool
) -> None:
    server.fail(channel, Refuse(status, code, "no"))
    refused = await messenger.send(at(channel), alert(), nonce="n1")
    assert isinstance(refused, Rejected)
    assert refused.destination_off is off
    assert f"code {code}" in refused.reason


@pytest.mark.parametrize(
    ("status", "code", "scope"),
    [
        (401, 0, Scope.PLATFORM),
        (403, 0, Scope.PLATFORM),
        (403, 40333, Scope.PLATFORM),
        (404, 0, Scope.PLATFORM),
        (400, 130000, Scope.PLATFORM),
        (400, 20028, Scope.DESTINATION),
        (400, 160006, Scope.DESTINATION),
    ],
)
async def test_what_may_pass_is_tried_later(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel, status: int, code: int, scope: Scope
) -> None:
    server.fail(channel, Refuse(status, code, "no"))
    later = await messenger.send(at(channel), alert(), nonce="n1")
    assert isinstance(later, RetryLater)
    assert later.scope is scope
    assert not later.uncertain


async def test_a_wrong_token_waits_for_the_operator(server: DiscordServer, channel: Channel) -> None:
    messenger = DiscordMessenger("wrong", server.url)
    later = await messenger.send(at(channel), alert(), nonce="n1")
    await messenger.close()
    assert isinstance(later, RetryLater)
    assert later.scope is Scope.PLATFORM
    assert "token" in later.reason


async def test_only_the_mentions_of_the_message_may_ping(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    hostile = alert("@everyone <@1> <@&2>", mentions=("role:77", "user:88", "<@&77>", "@nobody"))
    await messenger.send(at(channel), hostile, nonce="n1")
    (message,) = server.sent(channel)
    assert message.content == "<@&77> <@88>"
    assert message.allowed_mentions == {"parse": [], "roles": ["77"], "users": ["88"]}
    assert message.embeds[0]["title"] == r"\@everyone \<\@1\> \<\@&2\>"


async def test_everyone_pings_only_where_the_message_says_so(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    await messenger.send(at(channel), alert(mentions=("everyone",), silent=True), nonce="n1")
    (message,) = server.sent(channel)
    assert message.content == "@everyone"
    assert message.allowed_mentions == {"parse": ["everyone"]}
    assert message.flags == 4096


async def test_a_thread_and_a_direct_message_are_channels(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    assert channel.guild is not None
    thread = server.add_channel(channel.guild, "talk", "thread", parent=channel)
    dm = server.dm(server.add_user())
    assert isinstance(await messenger.send(at(thread), alert(), nonce="n1"), Sent)
    assert isinstance(await messenger.send(at(dm), alert(), nonce="n2"), Sent)
    assert len(server.sent(thread)) == len(server.sent(dm)) == 1


async def test_a_forum_gets_a_post_for_each_alert(server: DiscordServer, messenger: DiscordMessenger) -> None:
    forum = server.add_channel(server.add_guild(), "news", "forum", tags=("world",), require_tag=True)
    first = await messenger.send(at(forum), alert("One"), nonce="n1")
    second = await messenger.send(at(forum), alert("Two"), nonce="n2")
    posts = server.posts(forum)
    assert [post.name for post in posts] == ["One", "Two"]
    assert [first, second] == [Sent(post.id) for post in posts]
    assert posts[0].applied_tags == [forum.tags[0]["id"]]


async def test_a_post_whose_answer_was_lost_is_found_again(
    server: DiscordServer, messenger: DiscordMessenger
) -> None:
    forum = server.add_channel(server.add_guild(), "news", "forum")
    server.fail("threads", Drop(accept=True))
    lost = await messenger.send(at(forum), alert("One"), nonce="n1")
    assert isinstance(lost, RetryLater)
    (post,) = server.posts(forum)
    assert await messenger.send(at(forum), alert("One"), nonce="n1") == Sent(post.id)
    assert await messenger.send(at(forum), alert("One", url="https://news.example/2"), nonce="n2") != Sent(
        post.id
    )
    assert len(server.posts(forum)) == 2


async def test_a_sent_message_is_edited(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    button = Action("Undo", data="u:1")
    sent = await messenger.send(at(channel), alert(actions=(button,), mentions=("role:7",)), nonce="n1")
    assert isinstance(sent, Sent)
    assert await messenger.edit(at(channel), sent.message_id, alert("Changed")) == sent
    (message,) = server.sent(channel)
    assert message.embeds[0]["title"] == "Changed"
    assert message.components == []
    assert message.content == ""


async def test_a_forum_post_is_edited_also_after_a_restart(
    server: DiscordServer, messenger: DiscordMessenger
) -> None:
    forum = server.add_channel(server.add_guild(), "news", "forum")
    sent = await messenger.send(at(forum), alert("One"), nonce="n1")
    assert isinstance(sent, Sent)
    fresh = DiscordMessenger(server.token, server.url)
    assert await fresh.edit(at(forum), sent.message_id, alert("Two")) == sent
    await fresh.close()
    assert server.sent(forum)[0].embeds[0]["title"] == "Two"


async def test_an_edit_of_a_deleted_message_leaves_the_place_open(
    messenger: DiscordMessenger, channel: Channel
) -> None:
    result = await messenger.edit(at(channel), "123", alert())
    assert isinstance(result, Rejected)
    assert not result.destination_off


async def test_check_names_the_place(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    assert await messenger.check(at(channel)) == Reachable(at(channel), "#alerts (Newsroom)")
    dm = server.dm(server.add_user("Aiko"))
    assert await messenger.check(at(dm)) == Reachable(at(dm), "Direct messages with Aiko")


@pytest.mark.parametrize(
    ("kind", "permission", "named"),
    [
        ("text", "SEND_MESSAGES", "Send Messages"),
        ("text", "EMBED_LINKS", "Embed Links"),
        ("forum", "SEND_MESSAGES", "Create Posts"),
        ("voice", "SEND_MESSAGES", "Send Messages"),
    ],
)
async def test_check_says_which_permission_is_missing(
    server: DiscordServer, messenger: DiscordMessenger, kind: str, permission: str, named: str
) -> None:
    channel = server.add_channel(server.add_guild(), "alerts", kind)
    server.deny(channel, permission)
    assert await messenger.check(at(channel)) == Unreachable(
        f"The bot lacks a permission in #alerts (Newsroom): {named}."
    )


async def test_check_looks_at_a_threads_parent(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    assert channel.guild is not None
    thread = server.add_channel(channel.guild, "talk", "thread", parent=channel)
    server.deny(channel, "SEND_MESSAGES_IN_THREADS")
    result = await messenger.check(at(thread))
    assert isinstance(result, Unreachable)
    assert "Send Messages in Threads" in result.reason
    server.allow(channel, "SEND_MESSAGES_IN_THREADS")
    assert isinstance(await messenger.check(at(thread)), Reachable)
    thread.locked = True
    assert "locked" in str(await messenger.check(at(thread)))


async def test_check_explains_what_cannot_be_seen(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    server.deny(channel, "VIEW_CHANNEL")
    assert "View Channel" in str(await messenger.check(at(channel)))
    assert "does not exist" in str(await messenger.check(Address(Platform.DISCORD, "42")))
    category = server.add_channel(server.add_guild(), "talks", "category")
    assert "takes no text" in str(await messenger.check(at(category)))


async def test_managers_are_those_with_manage_server(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    guild = channel.guild
    assert guild is not None
    people = {
        "manager": (server.manager(guild), True),
        "admin": (server.member(guild, "Root", "ADMINISTRATOR"), True),
        "owner": (guild.owner, True),
        "member": (server.member(guild, "Ben"), False),
        "stranger": (server.add_user("Eve"), False),
    }
    for user, expected in people.values():
        person = Person(Platform.DISCORD, user.id, user.name)
        assert await messenger.may_manage(at(channel), person) is expected
    someone = server.add_user()
    own = Person(Platform.DISCORD, someone.id, someone.name)
    assert await messenger.may_manage(at(server.dm(someone)), own)
    assert not await messenger.may_manage(at(channel), Person(Platform.TELEGRAM, guild.owner.id, "x"))


async def test_a_title_of_many_thousand_letters_is_shortened_and_accepted(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    long = alert("word " * 5000, summary=((Run("A sentence of words. " * 2000),),))
    assert isinstance(await messenger.send(at(channel), long, nonce="n1"), Sent)
    embed = server.sent(channel)[0].embeds[0]
    assert len(embed["title"]) <= 256
    assert embed["description"].endswith("words.")


async def test_a_reply_points_at_its_message_and_stands_alone_where_that_is_gone(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    first = await messenger.send(at(channel), alert(), nonce="n1")
    assert isinstance(first, Sent)
    assert isinstance(await messenger.send(at(channel), alert(), nonce="n2", reply_to=first.message_id), Sent)
    reference = server.sent(channel)[-1].payload["message_reference"]
    assert reference == {"message_id": first.message_id, "fail_if_not_exists": False}


async def test_a_reply_in_a_forum_goes_into_the_post(
    server: DiscordServer, messenger: DiscordMessenger
) -> None:
    forum = server.add_channel(server.add_guild(), "news", "forum")
    first = await messenger.send(at(forum), alert("One"), nonce="n1")
    assert isinstance(first, Sent)
    fresh = DiscordMessenger(server.token, server.url)
    assert isinstance(await fresh.send(at(forum), alert("Two"), nonce="n2", reply_to=first.message_id), Sent)
    await fresh.close()
    [post] = server.posts(forum)
    assert [message.embeds[0]["title"] for message in post.messages] == ["One", "Two"]


async def test_a_channel_whose_bucket_is_empty_is_spaced_until_it_fills_and_no_other(
    server: DiscordServer, messenger: DiscordMessenger, channel: Channel
) -> None:
    other = server.add_channel(server.add_guild())
    server.limit(3, 600.0)
    spacings = []
    for number in range(3):
        await messenger.send(at(channel), alert(), nonce=str(number))
        spacings.append(messenger.spacing(at(channel)))
    assert spacings[:2] == [timedelta(0)] * 2
    assert timedelta(0) < spacings[2] <= timedelta(minutes=10)
    assert messenger.spacing(at(other)) == timedelta(0)
    asked = len(server.calls)
    held = await messenger.send(at(channel), alert(), nonce="too early")
    assert isinstance(held, RetryLater)
    assert held.scope is Scope.DESTINATION
    assert len(server.calls) == asked
