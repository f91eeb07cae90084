"""What Discord says about a place: whether the bot may post there, and who manages it."""

from typing import Any, assert_never

from bot.adapters.discord import routes
from bot.adapters.discord.failures import meaning_of
from bot.adapters.discord.permissions import (
    DIRECT,
    TEXT_CHANNELS,
    THREADS,
    Permission,
    in_channel,
    in_guild,
    missing,
)
from bot.adapters.discord.replies import Accepted, Limited, Refused, Reply, Route, Unanswered
from bot.adapters.discord.rest import Rest
from bot.model.address import Address
from bot.model.person import Person, Reachable, Unreachable

MANAGE_THREADS = 1 << 34


class Unavailable(Exception):
    """Discord did not tell; the text is a sentence."""


class Places:
    """Asks Discord about channels."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._me: str | None = None

    async def channel(self, channel_id: str) -> dict[str, Any]:
        """Return a channel's JSON; raises Unavailable."""
        return await self._get(routes.channel(channel_id))

    async def me(self) -> str:
        """Return the bot's own id; raises Unavailable."""
        if self._me is None:
            self._me = str((await self._get(routes.me()))["id"])
        return self._me

    async def threads(self, guild_id: str) -> list[dict[str, Any]]:
        """Return the threads of a server that are not archived; raises Unavailable."""
        found = (await self._get(routes.active_threads(guild_id))).get("threads")
        return list(found) if isinstance(found, list) else []

    async def message(self, channel_id: str, message_id: str) -> dict[str, Any]:
        """Return a message's JSON; raises Unavailable."""
        return await self._get(routes.message(channel_id, message_id))

    async def check(self, address: Address) -> Reachable | Unreachable:
        """Tell whether the bot may post in a channel, and what it lacks."""
        try:
            channel = await self.channel(address.chat)
            if channel["type"] == DIRECT:
                return Reachable(address, _partner(channel))
            if channel["type"] not in TEXT_CHANNELS:
                return Unreachable(
                    f"#{channel.get('name')} takes no text; choose a text channel, thread or forum."
                )
            return await self._check_guild_channel(address, channel)
        except Unavailable as reason:
            return Unreachable(str(reason))

    async def _check_guild_channel(
        self, address: Address, channel: dict[str, Any]
    ) -> Reachable | Unreachable:
        guild = await self._get(routes.guild(channel["guild_id"]))
        me = await self.me()
        roles = (await self._get(routes.member(guild["id"], me)))["roles"]
        kind = channel["type"]
        place = await self.channel(channel["parent_id"]) if kind in THREADS else channel
        held = in_channel(guild, place, me, roles)
        title = f"#{channel['name']} ({guild['name']})"
        if lacking := missing(held, kind):
            return Unreachable(f"The bot lacks a permission in {title}: {', '.join(lacking)}.")
        if (channel.get("thread_metadata") or {}).get("locked") and not held & MANAGE_THREADS:
            return Unreachable(f"The thread {title} is locked; unlock it, or give the bot Manage Threads.")
        return Reachable(address, title)

    async def may_manage(self, address: Address, person: Person) -> bool:
        """Tell whether a person holds Manage Server where the channel is; in direct messages, whether it is theirs."""
        try:
            channel = await self.channel(address.chat)
            if channel["type"] == DIRECT:
                return person.id in [one["id"] for one in channel.get("recipients") or ()]
            if not channel.get("guild_id"):
                return False
            guild = await self._get(routes.guild(channel["guild_id"]))
            roles = (await self._get(routes.member(guild["id"], person.id)))["roles"]
        except Unavailable:
            return False
        return bool(in_guild(guild, person.id, roles) & (Permission.MANAGE_SERVER | Permission.ADMINISTRATOR))

    async def _get(self, route: Route) -> dict[str, Any]:
        reply = await self._rest.ask(route)
        if isinstance(reply, Accepted) and isinstance(reply.data, dict):
            return reply.data
        raise Unavailable(why(reply))


def why(reply: Reply, *, webhook: bool = False) -> str:
    """Return a reply that gave nothing as a sentence."""
    match reply:
        case Refused():
            return (
                f"{meaning_of(reply, webhook=webhook).reason} (Discord: {reply.status}, code {reply.code})."
            )
        case Limited(after, _, reason):
            return (
                f"{reason}; try again in {after.total_seconds():.0f} s."
                if after
                else f"{reason}; try again later."
            )
        case Unanswered(reason):
            return f"{reason[0].upper()}{reason[1:]}; try again later."
        case Accepted():
            return "Discord's answer was not understood."
        case _:
            assert_never(reply)


def _partner(channel: dict[str, Any]) -> str:
    recipients = channel.get("recipients") or ()
    names = [str(one.get("global_name") or one.get("username") or "somebody") for one in recipients]
    return f"Direct messages with {', '.join(names)}" if names else "Direct messages"
