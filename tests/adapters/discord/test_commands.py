"""Slash commands, completions and buttons through a real gateway connection."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.adapters.discord.commands import DiscordBot
from bot.adapters.discord.registration import definitions, registered
from bot.chat.catalogue import COMMANDS
from bot.model.address import Address, Platform
from bot.model.message import Action, Message, Run
from bot.model.request import Answer, Request, Suggestion
from tests.adapters.discord.messages import answer
from tests.standins.discord_server import DiscordServer, Drop, Limit, Refuse, Trouble

Say = Callable[[Request], Answer]


@dataclass
class FakeChat:
    """A chat service that notes what it is asked and says what it is told to."""

    say: Say = field(
        default=lambda request: Answer((answer(f"{request.command}: {request.argument}".strip()),))
    )
    requests: list[Request] = field(default_factory=list)
    presses: list[str] = field(default_factory=list)
    suggestions: list[Suggestion] = field(default_factory=list)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    gate: asyncio.Event | None = None

    async def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        if self.gate:
            await self.gate.wait()
        return self.say(request)

    async def press(self, data: str, request: Request) -> Answer:
        self.presses.append(data)
        return await self.answer(request)

    async def suggest(self, command: str, option: str, prefix: str, request: Request) -> list[Suggestion]:
        self.requests.append(request)
        self.asked.append((command, option, prefix))
        if self.gate:
            await self.gate.wait()
        return self.suggestions


@pytest.fixture
def chat() -> FakeChat:
    return FakeChat()


@pytest.fixture
async def bot(server: DiscordServer, chat: FakeChat) -> AsyncIterator[DiscordBot]:
    bot = make(server, chat)
    await bot.start()
    await server.connected()
    yield bot
    await bot.stop()


def make(server: DiscordServer, chat: FakeChat, token: str | None = None) -> DiscordBot:
    return DiscordBot(
        token or server.token, server.url, chat, COMMANDS, first_pause=timedelta(milliseconds=50)
    )


pytestmark = pytest.mark.usefixtures("bot")


async def test_the_catalogue_is_registered_for_servers_and_direct_messages(server: DiscordServer) -> None:
    commands = {command["name"]: command for command in server.state.commands}
    assert list(commands) == [command.name for command in COMMANDS]
    assert commands["subscribe"]["contexts"] == [0, 1]
    query, cadence, priority = commands["subscribe"]["options"]
    assert query["required"]
    assert not any(option["required"] for option in (cadence, priority))
    assert cadence["autocomplete"]
    assert all(1 <= len(command["description"]) <= 100 for command in commands.values())


async def test_a_restart_registers_nothing_anew(
    server: DiscordServer, chat: FakeChat, bot: DiscordBot
) -> None:
    await bot.stop()
    again = make(server, chat)
    await again.start()
    await server.wait_for(lambda: len(server.gateway.identifies) == 2)
    await server.wait_for(lambda: [call for call in server.calls if call.path.endswith("/commands")][2:])
    await again.stop()
    assert server.state.command_writes == 1


async def test_a_command_in_a_server_is_deferred_and_answered_to_the_person_alone(
    server: DiscordServer, chat: FakeChat
) -> None:
    guild = server.add_guild()
    channel = server.add_channel(guild)
    said = await server.slash(server.manager(guild), channel, "subscribe", {"query": "Takaichi"})
    assert said.deferred
    assert said.text == "subscribe: Takaichi"
    assert all(message.ephemeral for message in said.messages)
    (request,) = chat.requests
    assert request.where == Address(Platform.DISCORD, channel.id)
    assert request.place == "#alerts"
    assert request.may_manage
    assert not request.private
    assert request.groups == (guild.id, channel.id)


async def test_a_command_in_direct_messages_is_answered_for_keeps(
    server: DiscordServer, chat: FakeChat
) -> None:
    user = server.add_user("Aiko")
    said = await server.slash(user, None, "subscribe", {"query": '"Taiwan Strait" OR 台湾'})
    assert not said.messages[0].ephemeral
    (request,) = chat.requests
    assert request.private
    assert request.may_manage
    assert request.where.chat == server.dm(user).id
    assert request.who.key == f"discord:{user.id}"
    assert request.place == "Aiko"
    assert request.argument == '"Taiwan Strait" OR 台湾'


async def test_only_managers_may_manage(server: DiscordServer, chat: FakeChat) -> None:
    guild = server.add_guild()
    channel = server.add_channel(guild)
    people = [server.member(guild), server.member(guild, "Root", "ADMINISTRATOR"), guild.owner]
    for user in people:
        await server.slash(user, channel, "pause")
    assert [request.may_manage for request in chat.requests] == [False, True, True]


async def test_a_thread_is_a_place_of_its_own(server: DiscordServer, chat: FakeChat) -> None:
    guild = server.add_guild()
    channel = server.add_channel(guild)
    thread = server.add_channel(guild, "talk", "thread", parent=channel)
    await server.announce(guild)
    await server.slash(server.manager(guild), thread, "subscribe", {"query": "TSMC"})
    assert chat.requests[0].where.chat == thread.id
    assert chat.requests[0].place == "#talk"
    assert channel.id in chat.requests[0].groups


async def test_options_are_joined_in_the_catalogues_order(server: DiscordServer, chat: FakeChat) -> None:
    user = server.add_user()
    await server.slash(user, None, "broadcast", {"query": "Takaichi", "destination": "telegram:@news"})
    await server.slash(user, None, "preview", {"since": "2w", "query": "TSMC"})
    await server.slash(user, None, "help")
    daily = {"priority": "yes", "query": "Takaichi", "cadence": "daily@08:00"}
    await server.slash(user, None, "subscribe", daily)
    assert [request.argument for request in chat.requests] == [
        "telegram:@news Takaichi",
        "TSMC 2w",
        "",
        "Takaichi --cadence daily@08:00 --priority yes",
    ]


async def test_completions_come_from_the_chat_service(server: DiscordServer, chat: FakeChat) -> None:
    chat.suggestions = [
        Suggestion("Takaichi", "Takaichi"),
        Suggestion("x" * 150, "long label"),
        Suggestion("long value", "x" * 101),
        *(Suggestion(f"s{number}", f"s{number}") for number in range(40)),
    ]
    found = await server.autocomplete(server.add_user(), None, "unsubscribe", "query", "Ta")
    assert chat.asked == [("unsubscribe", "query", "Ta")]
    assert found[0] == ("Takaichi", "Takaichi")
    assert len(found[1][0]) <= 100
    assert len(found) == 24
    assert chat.requests[0].private


async def test_a_button_works_after_a_restart(server: DiscordServer, chat: FakeChat, bot: DiscordBot) -> None:
    user = server.add_user()
    offer = answer("Subscribe?", actions=(Action("Yes", data="sub:1.abcdef01"),))
    chat.say = lambda _: Answer((offer,))
    said = await server.slash(user, None, "start")
    await bot.stop()
    again = make(server, chat)
    await again.start()
    await server.wait_for(lambda: len(server.gateway.identifies) == 2 and server.gateway.live)
    chat.say = lambda _: Answer((answer("Subscribed"),), replaces=True)
    pressed = await server.press(said.messages[0], "sub:1.abcdef01", user)
    await again.stop()
    assert chat.presses == ["sub:1.abcdef01"]
    assert pressed.updates == 1
    assert said.messages[0].text == "Subscribed"
    assert said.messages[0].buttons == []


async def test_a_button_that_replaces_nothing_adds_an_answer(server: DiscordServer, chat: FakeChat) -> None:
    guild = server.add_guild()
    channel, user = server.add_channel(guild), server.manager(guild)
    chat.say = lambda _: Answer((answer("Pick", actions=(Action("One", data="unsub:1"),)),))
    said = await server.slash(user, channel, "unsubscribe")
    chat.say = lambda _: Answer((answer("First"), answer("Second")))
    pressed = await server.press(said.messages[0], "unsub:1", user)
    await server.wait_for(lambda: len(pressed.followups) == 2)
    assert pressed.text == "First\nSecond"
    assert all(message.ephemeral for message in pressed.followups)
    assert said.messages[0].text == "Pick"


async def test_several_messages_follow_in_order(server: DiscordServer, chat: FakeChat) -> None:
    chat.say = lambda _: Answer((answer("One"), answer("Two"), answer("Three")))
    said = await server.slash(server.add_user(), None, "help")
    await server.wait_for(lambda: len(said.messages) == 3)
    assert said.text == "One\nTwo\nThree"


async def test_an_empty_answer_still_ends_the_waiting(server: DiscordServer, chat: FakeChat) -> None:
    chat.say = lambda _: Answer()
    assert (await server.slash(server.add_user(), None, "help")).text == "Done."


async def test_an_answer_mentions_nobody(server: DiscordServer, chat: FakeChat) -> None:
    chat.say = lambda request: Answer((Message(title=(Run(request.argument),)),))
    said = await server.slash(server.add_user(), None, "preview", {"query": "@everyone <@&1>"})
    assert said.messages[0].allowed_mentions == {"parse": []}
    assert said.messages[0].content == ""


async def test_somebody_is_told_where_the_bot_may_not_post(server: DiscordServer) -> None:
    guild = server.add_guild()
    channel = server.add_channel(guild)
    server.deny(channel, "SEND_MESSAGES", "EMBED_LINKS")
    await server.announce(guild)
    said = await server.slash(server.manager(guild), channel, "subscribe", {"query": "TSMC"})
    await server.wait_for(lambda: len(said.messages) == 2)
    assert "lacks Send Messages, Embed Links" in said.messages[1].text


@pytest.mark.parametrize("fault", [Trouble(502), Drop(), Limit(0.1)])
async def test_an_answer_is_repeated_through_short_trouble(
    server: DiscordServer, fault: Trouble | Drop | Limit
) -> None:
    server.fail("@original", fault, method="PATCH")
    said = await server.slash(server.add_user(), None, "help", {"command": "subscribe"})
    assert said.text == "help: subscribe"


async def test_an_answer_that_discord_refuses_is_replaced_by_a_sentence(server: DiscordServer) -> None:
    server.fail("@original", Refuse(400, 50035), method="PATCH")
    said = await server.slash(server.add_user(), None, "help")
    assert said.text == "The answer cannot be shown here."


async def test_a_command_that_discord_gave_up_waiting_for_is_not_carried_out(
    server: DiscordServer, chat: FakeChat
) -> None:
    server.fail("callback", Refuse(404, 10062), times=1)
    user = server.add_user()
    with pytest.raises(AssertionError, match="Waited"):
        await server.slash(user, None, "help", within=0.5)
    assert chat.requests == []
    assert (await server.slash(user, None, "status")).text == "status:"


async def test_a_lost_connection_comes_back(server: DiscordServer, bot: DiscordBot) -> None:
    user = server.add_user()
    await server.gateway.reconnect()
    await server.wait_for(lambda: server.gateway.resumes == 1, 20)
    await server.gateway.close(4000)
    await server.wait_for(lambda: server.gateway.resumes == 2 and server.gateway.live, 20)
    assert (await server.slash(user, None, "help")).text == "help:"
    await server.stop()
    await asyncio.sleep(0)
    await server.start()
    await server.wait_for(lambda: server.gateway.live, 30)
    assert (await server.slash(user, None, "help")).text == "help:"
    assert bot.problem is None


async def test_a_wrong_token_ends_with_one_sentence(server: DiscordServer, chat: FakeChat) -> None:
    wrong = make(server, chat, "wrong-token-1234567890")
    await wrong.start()
    await server.wait_for(lambda: wrong.problem)
    await wrong.stop()
    assert wrong.problem is not None
    assert wrong.problem.startswith("Discord refuses the bot's token")
    assert not wrong.connected


async def test_a_bot_waits_for_a_discord_that_is_down_at_start(server: DiscordServer, chat: FakeChat) -> None:
    await server.stop()
    bot = make(server, chat)
    await bot.start()
    await asyncio.sleep(0)
    assert not bot.connected
    await server.start()
    await server.wait_for(lambda: bot.connected, 20)
    await bot.stop()
    assert not bot.connected


async def test_stopping_lets_begun_answers_finish(
    server: DiscordServer, chat: FakeChat, bot: DiscordBot
) -> None:
    chat.gate = asyncio.Event()
    asking = asyncio.create_task(server.slash(server.add_user(), None, "help"))
    await server.wait_for(lambda: chat.requests)
    stopping = asyncio.create_task(bot.stop())
    await asyncio.sleep(0)
    chat.gate.set()
    await stopping
    assert (await asking).text == "help:"


def test_what_discord_holds_is_compared_by_meaning() -> None:
    wanted = definitions(COMMANDS)
    held = [dict(one, id="1", version="2", nsfw=False, contexts=[1, 0]) for one in reversed(wanted)]
    assert registered(held, wanted)
    assert not registered(held[1:], wanted)
    assert not registered([dict(held[0], description="Other"), *held[1:]], wanted)
    assert not registered({"message": "no"}, wanted)
