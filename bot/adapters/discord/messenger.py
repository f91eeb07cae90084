"""Sending to Discord channels, threads, forums and direct messages with the bot's token."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from bot.adapters.discord import routes
from bot.adapters.discord.address import api_base
from bot.adapters.discord.channels import Channels, Kind
from bot.adapters.discord.failures import FORUM, opened, outcome, passed_on
from bot.adapters.discord.forum import Forum
from bot.adapters.discord.places import Places, Unavailable
from bot.adapters.discord.render import post_name, rendered, revision
from bot.adapters.discord.replies import Refused
from bot.adapters.discord.rest import TIMEOUT, Rest
from bot.model.address import Address, Platform
from bot.model.delivery import SendOutcome, Sent
from bot.model.message import Message
from bot.model.person import Person, Reachable, Unreachable

UNKNOWN_MESSAGE = 10008
# Minutes without a message; three days, after which nobody discusses a piece of news.
ARCHIVED_AFTER = 4320
RATE = 49.0


class DiscordMessenger:
    """The Messenger for ``discord:CHANNEL``. It needs no gateway; close it when done.

    A forum channel gets a post for each message; such a message's id is its post's.
    """

    def __init__(self, token: str, api_url: str | None = None, *, timeout: timedelta = TIMEOUT) -> None:
        self._rest = Rest(api_base(api_url), token, timeout=timeout)
        self._places = Places(self._rest)
        self._channels = Channels(self._places)
        self._forum = Forum(self._rest, self._places, self._channels)

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
        kind = await self._channels.kind(address.chat)
        if kind is Kind.FORUM:
            return await self._in_forum(address.chat, message, nonce, reply_to)
        body = rendered(message) | {"nonce": nonce, "enforce_nonce": True}
        if reply_to is not None:
            body["message_reference"] = {"message_id": reply_to, "fail_if_not_exists": False}
        reply = await self._rest.ask(routes.create_message(address.chat), body)
        if isinstance(reply, Refused) and reply.code == FORUM:
            self._channels.note(address.chat, Kind.FORUM)
            return await self._in_forum(address.chat, message, nonce, reply_to)
        result = outcome(reply)
        if not isinstance(result, Sent):
            return result
        return replace(result, publish=kind is not Kind.PLAIN, threads=True)

    async def _in_forum(
        self, forum_id: str, message: Message, nonce: str, reply_to: str | None
    ) -> SendOutcome:
        if reply_to is None:
            return await self._forum.post(forum_id, message)
        body = rendered(message) | {"nonce": nonce, "enforce_nonce": True}
        return outcome(await self._rest.ask(routes.create_message(reply_to), body))

    async def edit(self, address: Address, message_id: str, message: Message) -> SendOutcome:
        """Replace a message sent earlier."""
        body = revision(message)
        forum = await self._channels.kind(address.chat) is Kind.FORUM
        place = message_id if forum else address.chat
        reply = await self._rest.ask(routes.edit_message(place, message_id), body)
        unknown = isinstance(reply, Refused) and reply.code == UNKNOWN_MESSAGE
        if unknown and not forum and await self._kind_now(address.chat) is Kind.FORUM:
            reply = await self._rest.ask(routes.edit_message(message_id, message_id), body)
        return outcome(reply)

    async def crosspost(self, address: Address, message_id: str) -> SendOutcome:
        """Pass a message of an announcement channel on to the servers that follow it; twice is as good as once."""
        if await self._kind_now(address.chat) in {Kind.PLAIN, Kind.FORUM}:
            return Sent("")
        return passed_on(await self._rest.ask(routes.crosspost(address.chat, message_id)), message_id)

    async def discuss(self, address: Address, message_id: str, message: Message) -> SendOutcome:
        """Open a thread under a message; Discord gives it the message's id, so there can be one only."""
        form = {"name": post_name(message), "auto_archive_duration": ARCHIVED_AFTER}
        return opened(await self._rest.ask(routes.open_thread(address.chat, message_id), form), message_id)

    async def answer(self, address: Address, message_id: str, message: Message, *, nonce: str) -> SendOutcome:
        """Send into the thread under a message, or beside the message where the thread is deleted or closed to the bot."""
        body = rendered(message) | {"nonce": nonce, "enforce_nonce": True}
        reply = await self._rest.ask(routes.create_message(message_id), body)
        if isinstance(reply, Refused):
            return await self.send(address, message, nonce=nonce, reply_to=message_id)
        return outcome(reply)

    async def _kind_now(self, channel_id: str) -> Kind | None:
        """Return a channel's kind, asked for where it is not known; None where Discord does not tell."""
        known = await self._channels.kind(channel_id)
        if known is None:
            with suppress(Unavailable):
                await self._channels.ask(channel_id)
                known = await self._channels.kind(channel_id)
        return known

    async def check(self, address: Address) -> Reachable | Unreachable:
        """Tell whether the bot may post there; where it may not, which permission it lacks."""
        return await self._places.check(address)

    async def may_manage(self, address: Address, person: Person) -> bool:
        """Tell whether a person holds Manage Server in the channel's server."""
        return person.platform is Platform.DISCORD and await self._places.may_manage(address, person)

    def spacing(self, address: Address) -> timedelta:
        """Return how long the place's bucket stays empty; the headers of every answer set the pace."""
        return self._rest.pause(routes.create_message(address.chat))
