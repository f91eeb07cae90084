"""What the stand-in remembers, and what it lets through."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.standins.discord import errors, permissions
from tests.standins.discord.buckets import Buckets, Budget
from tests.standins.discord.faults import Faults
from tests.standins.discord.world import (
    ANNOUNCEMENT,
    CATEGORY,
    DM,
    FORUMS,
    THREADS,
    VOICE,
    Channel,
    Guild,
    Message,
    User,
    Webhook,
    snowflake,
)

NONCE_SECONDS = 300.0
TEXT_TYPES = frozenset({0, DM, VOICE, ANNOUNCEMENT, 13}) | THREADS


@dataclass
class Call:
    """A request that arrived, and its answer (status 0: none was given)."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    status: int = 0
    answer: Any = None


@dataclass
class Interaction:
    """Something a person did, and how the bot answered it.

    ``callback`` is the type of the first answer: 4 message, 5 deferred message, 6 deferred update, 7 update, 8 choices.
    """

    id: str
    token: str
    type: int
    user: User
    channel: Channel
    payload: dict[str, Any]
    begun: float = field(default_factory=time.monotonic)
    callback: int | None = None
    deferred_flags: int = 0
    source: Message | None = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    choices: list[dict[str, Any]] | None = None
    updates: int = 0
    modal: dict[str, Any] | None = None

    @property
    def deferred(self) -> bool:
        return self.callback in (5, 6)

    @property
    def messages(self) -> list[Message]:
        return [*([self.original] if self.original else []), *self.followups]

    @property
    def text(self) -> str:
        """Everything the bot said, including an update of the message whose button was pressed."""
        updated = [self.source] if self.source and self.updates else []
        return "\n".join(message.text for message in [*updated, *self.messages])

    @property
    def done(self) -> bool:
        said = bool(self.messages) or self.updates > 0
        return said or self.choices is not None or self.modal is not None


@dataclass
class State:
    """The whole world of one stand-in."""

    token: str
    bot: User = field(default_factory=lambda: User(snowflake(), "newsbell", bot=True))
    owner: User = field(default_factory=lambda: User(snowflake(), "owner"))
    guilds: dict[str, Guild] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    webhooks: dict[str, Webhook] = field(default_factory=dict)
    interactions: dict[str, Interaction] = field(default_factory=dict)
    commands: list[dict[str, Any]] = field(default_factory=list)
    command_writes: int = 0
    nonces: dict[tuple[str, str], tuple[float, Message]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    buckets: Buckets = field(default_factory=Buckets)
    crossposting: Budget = field(default_factory=Budget)
    threaded: set[str] = field(default_factory=set)
    uploads: list[tuple[str, bytes]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    closed_dms: set[str] = field(default_factory=set)
    interaction_seconds: float = 3.0
    changed: list[Callable[[], None]] = field(default_factory=list)

    @property
    def app_id(self) -> str:
        return self.bot.id

    def notify(self) -> None:
        for listener in list(self.changed):
            listener()

    def channel(self, channel_id: str) -> Channel:
        """Return a channel the bot may see; raises what Discord answers otherwise."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise errors.unknown_channel()
        if channel.guild and not channel.guild.bot_is_member:
            raise errors.missing_access()
        if not permissions.in_channel(channel, self.bot) & permissions.BITS["VIEW_CHANNEL"]:
            raise errors.missing_access()
        return channel

    def guild(self, guild_id: str) -> Guild:
        guild = self.guilds.get(guild_id)
        if guild is None:
            raise errors.unknown_guild()
        if not guild.bot_is_member:
            raise errors.missing_access()
        return guild

    def message(self, channel: Channel, message_id: str) -> Message:
        for message in channel.messages:
            if message.id == message_id and not message.deleted:
                return message
        raise errors.unknown_message()

    def require(self, channel: Channel, *names: str) -> None:
        held = permissions.in_channel(channel, self.bot)
        if any(not held & permissions.BITS[name] for name in names):
            raise errors.missing_permissions()

    def may_post(self, channel: Channel, body: dict[str, Any]) -> None:
        """Raise what Discord answers where the bot may not post this message here."""
        if channel.type in FORUMS:
            raise errors.ApiError(400, 40058, "Cannot send messages in a forum channel")
        if channel.type == CATEGORY or channel.type not in TEXT_TYPES:
            raise errors.ApiError(400, 50008, "Cannot send messages in a non-text channel")
        if channel.type == DM and any(user.id in self.closed_dms for user in channel.recipients):
            raise errors.ApiError(403, 50007, "Cannot send messages to this user")
        needed = "SEND_MESSAGES_IN_THREADS" if channel.type in THREADS else "SEND_MESSAGES"
        self.require(channel, needed, *(["EMBED_LINKS"] if body.get("embeds") else []))
        if channel.type in THREADS and channel.locked:
            raise errors.ApiError(400, 160005, "Thread is locked")
        channel.archived = False

    def store(self, channel: Channel, author: User, payload: dict[str, Any], **more: Any) -> Message:
        message = Message(snowflake(), channel, author, payload, **more)
        channel.messages.append(message)
        self.notify()
        return message

    def recall(self, body: dict[str, Any]) -> Message | None:
        """Return the message that an enforced nonce names already."""
        nonce = body.get("nonce")
        if not nonce or not body.get("enforce_nonce"):
            return None
        found = self.nonces.get((self.bot.id, nonce))
        return found[1] if found and time.monotonic() - found[0] < NONCE_SECONDS else None

    def remember(self, nonce: str | None, message: Message) -> None:
        if nonce:
            self.nonces[self.bot.id, nonce] = (time.monotonic(), message)

    def dm_with(self, user: User) -> Channel:
        for channel in self.channels.values():
            if channel.type == DM and [one.id for one in channel.recipients] == [user.id]:
                return channel
        channel = Channel(snowflake(), DM, recipients=[user])
        self.channels[channel.id] = channel
        return channel
