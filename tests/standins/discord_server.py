"""A Discord for tests: REST under /api/v10 and a gateway, on real sockets of the loopback interface.

    async with DiscordServer() as server:
        guild = server.add_guild("Newsroom")
        channel = server.add_channel(guild, "alerts")
        ... start a bot with token=server.token, api_url=server.api_url ...
        await server.connected()
        said = await server.slash(server.manager(guild), channel, "subscribe", {"query": "Takaichi"})
        message = await server.wait_for(lambda: server.sent(channel))

Every request is in ``server.calls``. Faults are planned with ``server.fail(channel, Refuse(403, 50013))``.
"""

import asyncio
import secrets
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.standins.discord import people, permissions
from tests.standins.discord.faults import Banned, Drop, Fault, Garbage, Hang, Limit, Planned, Refuse, Trouble
from tests.standins.discord.gateway import Gateway
from tests.standins.discord.rest import BASE, Rest
from tests.standins.discord.state import Call, Interaction, State
from tests.standins.discord.world import (
    ANNOUNCEMENT,
    CATEGORY,
    FORUM,
    PUBLIC_THREAD,
    TEXT,
    VOICE,
    Channel,
    Guild,
    Member,
    Message,
    Overwrite,
    Role,
    User,
    Webhook,
    snowflake,
)

__all__ = [
    "Banned",
    "Call",
    "Channel",
    "DiscordServer",
    "Drop",
    "Fault",
    "Garbage",
    "Guild",
    "Hang",
    "Interaction",
    "Limit",
    "Message",
    "Refuse",
    "Trouble",
    "User",
    "Webhook",
]

T = TypeVar("T")
Place = Channel | Webhook
KINDS = {
    "text": TEXT,
    "voice": VOICE,
    "category": CATEGORY,
    "announcement": ANNOUNCEMENT,
    "forum": FORUM,
    "thread": PUBLIC_THREAD,
}


class DiscordServer:
    """The stand-in. Set ``token`` before a bot starts to make its token wrong."""

    def __init__(self, token: str | None = None) -> None:
        self.token = (
            token or f"{secrets.token_urlsafe(18)}.{secrets.token_urlsafe(5)}.{secrets.token_urlsafe(28)}"
        )
        self.state = State(self.token)
        self.gateway = Gateway(self.state)
        self.rest = Rest(self.state, lambda: self.gateway.url)
        self._runner: web.AppRunner | None = None
        self._change = asyncio.Event()
        self.state.changed.append(self._change.set)
        self.port = 0

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; after a stop, on the same port as before."""
        app = web.Application(client_max_size=1 << 26)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_get("/attachments/{file}", self._serve_file)
        app.router.add_route("*", "/{rest:.*}", self.rest.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.gateway.url = f"ws://127.0.0.1:{self.port}/gateway/"

    async def stop(self) -> None:
        """Close the gateway's connections and stop listening."""
        for line in list(self.gateway.lines):
            await line.close(1001)
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    @property
    def url(self) -> str:
        """The server's root, without the path of the API."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        return self.url + BASE

    @property
    def calls(self) -> list[Call]:
        return self.state.calls

    # The world

    def add_user(self, name: str = "Aiko") -> User:
        user = User(snowflake(), name)
        self.state.users[user.id] = user
        return user

    def add_guild(self, name: str = "Newsroom", *, bot: bool = True) -> Guild:
        """Add a server with the bot in it; a connected bot hears of it only after its next connection (or ``announce``)."""
        owner = self.add_user(f"{name} owner")
        guild_id = snowflake()
        everyone = Role(guild_id, "@everyone", permissions.EVERYONE)
        guild = Guild(guild_id, name, owner, [everyone], bot_is_member=bot)
        guild.members[owner.id] = Member(owner)
        guild.members[self.state.bot.id] = Member(self.state.bot)
        self.state.guilds[guild.id] = guild
        return guild

    async def announce(self, guild: Guild) -> None:
        """Tell connected bots about a server."""
        await self.gateway.dispatch("GUILD_CREATE", self.gateway.guild_create(guild))

    def member(self, guild: Guild, name: str = "Aiko", *allowed: str) -> User:
        """Add a member; ``allowed`` are permissions such as MANAGE_GUILD, given by a role of its own."""
        user = self.add_user(name)
        guild.members[user.id] = Member(user)
        if allowed:
            role = Role(snowflake(), f"{name}'s role", permissions.bits(*allowed))
            guild.roles.append(role)
            guild.members[user.id].roles.append(role.id)
        return user

    def manager(self, guild: Guild, name: str = "Mika") -> User:
        """Add a member who holds Manage Server."""
        return self.member(guild, name, "MANAGE_GUILD")

    def add_channel(
        self,
        guild: Guild,
        name: str = "alerts",
        kind: str = "text",
        *,
        parent: Channel | None = None,
        tags: tuple[str, ...] = (),
        require_tag: bool = False,
    ) -> Channel:
        """Add a channel: text, voice, category, announcement, forum, or thread (with its parent)."""
        channel = Channel(snowflake(), KINDS[kind], name, guild, parent=parent, require_tag=require_tag)
        channel.tags = [
            {"id": snowflake(), "name": tag, "moderated": False, "emoji_id": None, "emoji_name": None}
            for tag in tags
        ]
        self.state.channels[channel.id] = channel
        return channel

    def add_webhook(self, channel: Channel, name: str = "Captain Hook") -> Webhook:
        webhook = Webhook(snowflake(), secrets.token_urlsafe(50), channel, name)
        self.state.webhooks[webhook.id] = webhook
        return webhook

    def dm(self, user: User) -> Channel:
        """Return the direct messages between the bot and a person."""
        return self.state.dm_with(user)

    def close_dms(self, user: User) -> None:
        """Make a person refuse direct messages (50007)."""
        self.state.closed_dms.add(user.id)

    def deny(self, channel: Channel, *names: str) -> None:
        """Take permissions from the bot in a channel."""
        own = channel.overwrites.setdefault(self.state.bot.id, Overwrite(self.state.bot.id, 1))
        own.deny |= permissions.bits(*names)

    def allow(self, channel: Channel, *names: str) -> None:
        """Give the bot permissions in a channel again."""
        own = channel.overwrites.setdefault(self.state.bot.id, Overwrite(self.state.bot.id, 1))
        own.allow |= permissions.bits(*names)
        own.deny &= ~permissions.bits(*names)

    def thread(self, message_id: str) -> Channel:
        """Return the thread under a message."""
        return self.state.channels[message_id]

    def delete_channel(self, channel: Channel) -> None:
        del self.state.channels[channel.id]

    def delete_webhook(self, webhook: Webhook) -> None:
        del self.state.webhooks[webhook.id]

    def kick_bot(self, guild: Guild) -> None:
        guild.bot_is_member = False
        guild.members.pop(self.state.bot.id, None)

    # Trouble

    def fail(
        self,
        place: Place | str | None,
        fault: Fault,
        *,
        times: int | None = 1,
        method: str | frozenset[str] | None = "POST",
    ) -> Planned:
        """Plan a fault for requests that name a channel, a webhook or a piece of a path (None: any); times None: always."""
        target = place if isinstance(place, str) or place is None else place.id
        return self.state.faults.add(Planned(fault, target, times, method))

    def mend(self) -> None:
        """Forget every planned fault."""
        self.state.faults.clear()

    def limit(self, requests: int, seconds: float) -> None:
        """Change the buckets: so many requests in so many seconds for a route and channel."""
        self.state.buckets.limit, self.state.buckets.seconds = requests, seconds

    def limit_crossposts(self, most: int, seconds: float = 3600.0) -> None:
        """Change how many messages of a channel are passed on to its followers, and in which time."""
        self.state.crossposting.most, self.state.crossposting.seconds = most, seconds

    # People

    async def slash(
        self,
        user: User,
        place: Channel | None,
        name: str,
        options: dict[str, str] | None = None,
        *,
        file: tuple[str, str, bytes] | None = None,
        within: float = 10.0,
    ) -> Interaction:
        """Type a slash command (``place`` None: in direct messages) and return how the bot answered.

        ``file`` is an option's name, the file's name and its content.
        """
        channel = place or self.dm(user)
        data = people.command_data(self.state, name, options or {})
        if file is not None:
            data = people.with_file(data, file[0], self._keep(file[1], file[2]))
        return await self._interact(people.begin(self.state, people.COMMAND, user, channel, data), within)

    def _keep(self, name: str, content: bytes) -> dict[str, Any]:
        """Keep a file where a bot can fetch it, and return how a command tells of it."""
        number = str(len(self.state.files) + 900)
        self.state.files[number] = content
        url = f"{self.url}/attachments/{number}"
        return {"id": number, "filename": name, "size": len(content), "url": url, "proxy_url": url}

    async def _serve_file(self, request: web.Request) -> web.Response:
        content = self.state.files.get(request.match_info["file"])
        return web.Response(status=404) if content is None else web.Response(body=content)

    async def autocomplete(
        self,
        user: User,
        place: Channel | None,
        name: str,
        option: str,
        prefix: str,
        others: dict[str, str] | None = None,
        *,
        within: float = 10.0,
    ) -> list[tuple[str, str]]:
        """Type into an option and return the completions as (label, value)."""
        channel = place or self.dm(user)
        data = people.command_data(self.state, name, {**(others or {}), option: prefix}, focused=option)
        answered = await self._interact(
            people.begin(self.state, people.AUTOCOMPLETE, user, channel, data), within
        )
        return [(choice["name"], choice["value"]) for choice in answered.choices or []]

    async def press(
        self, message: Message, custom_id: str, user: User, *, within: float = 10.0
    ) -> Interaction:
        """Press a button of a message and return how the bot answered."""
        data = people.button_data(message, custom_id)
        interaction = people.begin(self.state, people.COMPONENT, user, message.channel, data)
        interaction.source = message
        interaction.payload["message"] = message.json()
        return await self._interact(interaction, within)

    async def submit(self, form: Interaction, text: str, *, within: float = 10.0) -> Interaction:
        """Fill in the form that a press opened, and return how the bot answered."""
        assert form.modal is not None, "no form was opened"
        data = people.form_data(form.modal, text)
        interaction = people.begin(self.state, people.SUBMIT, form.user, form.channel, data)
        interaction.source = form.source
        if form.source:
            interaction.payload["message"] = form.source.json()
        return await self._interact(interaction, within)

    async def _interact(self, interaction: Interaction, within: float) -> Interaction:
        if not self.gateway.live:
            raise AssertionError("No bot is connected to the gateway.")
        await self.gateway.dispatch("INTERACTION_CREATE", interaction.payload)
        await self.wait_for(
            lambda: interaction.done, within, what=f"an answer to interaction type {interaction.type}"
        )
        return interaction

    # What happened

    def sent(self, place: Place) -> list[Message]:
        """Return the messages in a channel, or those a webhook sent, oldest first; a forum's are those of its posts."""
        if isinstance(place, Webhook):
            every = [message for channel in self.state.channels.values() for message in channel.messages]
            return [one for one in every if one.webhook_id == place.id and not one.deleted]
        if place.type == FORUM:
            return [message for post in self.posts(place) for message in post.messages]
        return [one for one in place.messages if not one.deleted and not one.interaction]

    def posts(self, forum: Channel) -> list[Channel]:
        """Return the posts of a forum (or the threads of a channel), oldest first."""
        return [channel for channel in self.state.channels.values() if channel.parent is forum]

    async def connected(self, within: float = 20.0) -> None:
        """Wait until a bot is connected and has registered its commands."""
        await self.wait_for(lambda: self.gateway.live and self.state.commands, within, what="a connected bot")

    async def wait_for(self, predicate: Callable[[], T], within: float = 10.0, *, what: str = "") -> T:
        """Return the predicate's first true value; it is asked again whenever something happened here."""
        deadline = asyncio.get_running_loop().time() + within
        while True:
            self._change.clear()
            if found := predicate():
                return found
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                raise AssertionError(f"Waited {within:g} s for {what or predicate}; {self._story()}")
            try:
                await asyncio.wait_for(self._change.wait(), min(left, 0.5))
            except TimeoutError:
                continue

    def _story(self) -> str:
        last: list[Any] = [
            (call.method, call.path[:60], call.status, call.answer) for call in self.calls[-5:]
        ]
        return f"live sessions: {len(self.gateway.live)}; last calls: {last}"
