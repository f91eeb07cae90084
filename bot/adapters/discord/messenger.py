"""Sending to Discord channels, threads, forums and direct messages with the bot's token."""

from datetime import timedelta
from typing import Any

from bot.adapters.discord import routes
from bot.adapters.discord.address import api_base
from bot.adapters.discord.failures import FORUM, outcome
from bot.adapters.discord.permissions import FORUMS
from bot.adapters.discord.places import Places, Unavailable
from bot.adapters.discord.render import post_name, rendered, revision
from bot.adapters.discord.replies import Refused
from bot.adapters.discord.rest import TIMEOUT, Rest
from bot.model.address import Address, Platform
from bot.model.delivery import RetryLater, SendOutcome, Sent
from bot.model.message import Message
from bot.model.person import Person, Reachable, Unreachable

UNKNOWN_MESSAGE = 10008
REQUIRE_TAG = 1 << 4
RATE = 49.0


class DiscordMessenger:
    """The Messenger for ``discord:CHANNEL``. It needs no gateway; close it when done.

    A forum channel gets a post for each message; such a message's id is its post's.
    """

    def __init__(self, token: str, api_url: str | None = None, *, timeout: timedelta = TIMEOUT) -> None:
        self._rest = Rest(api_base(api_url), token, timeout=timeout)
        self._places = Places(self._rest)
        self._forums: set[str] = set()

    @property
    def platform(self) -> Platform:
        """The scheme of the addresses it serves."""
        return Platform.DISCORD

    @property
    def rate(self) -> float:
        """Return a little less than the 50 requests a second of a token (Discord, "Rate Limits")."""
        return RATE

    @property
    def idempotent(self) -> bool:
        """Return True: an enforced nonce is accepted once."""
        return True

    async def close(self) -> None:
        """Close the connections."""
        await self._rest.close()

    async def send(
        self, address: Address, message: Message, *, nonce: str, reply_to: str | None = None
    ) -> SendOutcome:
        """Send once for a nonce: Discord answers a repeat within some minutes with the first message.

        In a forum a reply goes into the post that it answers.
        """
        if address.chat in self._forums:
            return await self._in_forum(address.chat, message, nonce, reply_to)
        body = rendered(message) | {"nonce": nonce, "enforce_nonce": True}
        if reply_to is not None:
            body["message_reference"] = {"message_id": reply_to, "fail_if_not_exists": False}
        reply = await self._rest.ask(routes.create_message(address.chat), body)
        if isinstance(reply, Refused) and reply.code == FORUM:
            self._forums.add(address.chat)
            return await self._in_forum(address.chat, message, nonce, reply_to)
        return outcome(reply)

    async def _in_forum(
        self, forum_id: str, message: Message, nonce: str, reply_to: str | None
    ) -> SendOutcome:
        if reply_to is None:
            return await self._post(forum_id, message)
        body = rendered(message) | {"nonce": nonce, "enforce_nonce": True}
        return outcome(await self._rest.ask(routes.create_message(reply_to), body))

    async def edit(self, address: Address, message_id: str, message: Message) -> SendOutcome:
        """Replace a message sent earlier."""
        body = revision(message)
        place = message_id if address.chat in self._forums else address.chat
        reply = await self._rest.ask(routes.edit_message(place, message_id), body)
        unknown = isinstance(reply, Refused) and reply.code == UNKNOWN_MESSAGE
        if unknown and address.chat not in self._forums and await self._is_forum(address.chat):
            reply = await self._rest.ask(routes.edit_message(message_id, message_id), body)
        return outcome(reply)

    async def check(self, address: Address) -> Reachable | Unreachable:
        """Tell whether the bot may post there; where it may not, which permission it lacks."""
        return await self._places.check(address)

    async def may_manage(self, address: Address, person: Person) -> bool:
        """Tell whether a person holds Manage Server in the channel's server."""
        return person.platform is Platform.DISCORD and await self._places.may_manage(address, person)

    def spacing(self, address: Address) -> timedelta:
        """Return how long the place's bucket stays empty; the headers of every answer set the pace."""
        return self._rest.pause(routes.create_message(address.chat))

    async def _is_forum(self, channel_id: str) -> bool:
        try:
            found: bool = (await self._places.channel(channel_id))["type"] in FORUMS
        except Unavailable:
            return False
        if found:
            self._forums.add(channel_id)
        return found

    async def _post(self, forum_id: str, message: Message) -> SendOutcome:
        """Open a post. Discord knows no nonce here, so a post left by an attempt without answer is looked for first."""
        body = rendered(message)
        form: dict[str, Any] = {"name": post_name(message), "message": body}
        try:
            forum = await self._places.channel(forum_id)
            earlier = await self._earlier_post(forum, form)
        except Unavailable as reason:
            return RetryLater(str(reason))
        if earlier:
            return Sent(earlier)
        if (tag := _needed_tag(forum)) is not None:
            form["applied_tags"] = [tag]
        return outcome(await self._rest.ask(routes.create_post(forum_id), form))

    async def _earlier_post(self, forum: dict[str, Any], form: dict[str, Any]) -> str | None:
        me = await self._places.me()
        for thread in await self._places.threads(forum["guild_id"]):
            ours = thread.get("parent_id") == forum["id"] and thread.get("owner_id") == me
            if ours and thread.get("name") == form["name"]:
                first = await self._places.message(thread["id"], thread["id"])
                if _same(first, form["message"]):
                    return str(thread["id"])
        return None


def _needed_tag(forum: dict[str, Any]) -> str | None:
    """Return the first tag that anybody may set, where the forum wants one."""
    if not int(forum.get("flags") or 0) & REQUIRE_TAG:
        return None
    return next(
        (str(tag["id"]) for tag in forum.get("available_tags") or () if not tag.get("moderated")), None
    )


def _same(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Tell whether a message shows the same embed, by the parts that Discord keeps as they are sent."""
    parts = ("url", "title", "description")
    shown = [[one.get(part) for part in parts] for one in found.get("embeds") or ()]
    return shown == [[one.get(part) for part in parts] for one in wanted["embeds"]]
