"""The world the stand-in simulates: servers, channels, people, messages."""

import itertools
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

DISCORD_EPOCH = 1420070400000

TEXT, DM, VOICE, CATEGORY, ANNOUNCEMENT = 0, 1, 2, 4, 5
ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD = 10, 11, 12
FORUM, MEDIA = 15, 16
THREADS = frozenset({ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD})
FORUMS = frozenset({FORUM, MEDIA})

EPHEMERAL = 64

_counter = itertools.count()


def snowflake() -> str:
    """Return an id with the moment in it, as Discord makes them."""
    return str(((int(time.time() * 1000) - DISCORD_EPOCH) << 22) + next(_counter) % 4096)


def now_text() -> str:
    return datetime.now(UTC).isoformat()


@dataclass
class User:
    id: str
    name: str
    bot: bool = False

    def json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "username": self.name,
            "global_name": self.name,
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
        }


@dataclass
class Role:
    id: str
    name: str
    permissions: int = 0

    def json(self, position: int) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "permissions": str(self.permissions),
            "position": position,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }


@dataclass
class Member:
    user: User
    roles: list[str] = field(default_factory=list)

    def json(self) -> dict[str, Any]:
        return {
            "user": self.user.json(),
            "roles": list(self.roles),
            "nick": None,
            "avatar": None,
            "joined_at": "2026-01-01T00:00:00+00:00",
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": 0,
        }


@dataclass
class Overwrite:
    """What a channel changes for a role (type 0) or a member (type 1)."""

    id: str
    type: int
    allow: int = 0
    deny: int = 0

    def json(self) -> dict[str, Any]:
        return {"id": self.id, "type": self.type, "allow": str(self.allow), "deny": str(self.deny)}


@dataclass
class Guild:
    id: str
    name: str
    owner: User
    roles: list[Role]
    members: dict[str, Member] = field(default_factory=dict)
    bot_is_member: bool = True

    def member_json(self, member: Member) -> dict[str, Any]:
        return member.json()

    def json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "owner_id": self.owner.id,
            "roles": [role.json(position) for position, role in enumerate(self.roles)],
            "icon": None,
            "splash": None,
            "discovery_splash": None,
            "banner": None,
            "description": None,
            "afk_channel_id": None,
            "afk_timeout": 300,
            "verification_level": 1,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "emojis": [],
            "stickers": [],
            "features": [],
            "mfa_level": 0,
            "application_id": None,
            "system_channel_id": None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "vanity_url_code": None,
            "premium_tier": 0,
            "preferred_locale": "en-US",
            "public_updates_channel_id": None,
            "nsfw_level": 0,
            "premium_progress_bar_enabled": False,
            "safety_alerts_channel_id": None,
        }


@dataclass
class Channel:
    id: str
    type: int
    name: str = ""
    guild: Guild | None = None
    parent: "Channel | None" = None
    owner: User | None = None
    recipients: list[User] = field(default_factory=list)
    overwrites: dict[str, Overwrite] = field(default_factory=dict)
    tags: list[dict[str, Any]] = field(default_factory=list)
    applied_tags: list[str] = field(default_factory=list)
    require_tag: bool = False
    archived: bool = False
    locked: bool = False
    messages: list["Message"] = field(default_factory=list)

    def json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"id": self.id, "type": self.type, "flags": 16 if self.require_tag else 0}
        if self.type == DM:
            return data | {"recipients": [user.json() for user in self.recipients], "last_message_id": None}
        data |= {
            "name": self.name,
            "guild_id": self.guild.id if self.guild else None,
            "position": 0,
            "parent_id": self.parent.id if self.parent else None,
            "last_message_id": self.messages[-1].id if self.messages else None,
            "rate_limit_per_user": 0,
        }
        if self.type in THREADS:
            return data | self._thread_json()
        data |= {
            "permission_overwrites": [one.json() for one in self.overwrites.values()],
            "topic": None,
            "nsfw": False,
        }
        if self.type in FORUMS:
            data |= {"available_tags": self.tags, "default_reaction_emoji": None, "default_sort_order": None}
        return data

    def _owner_id(self) -> str:
        starter = self.owner or (self.guild.owner if self.guild else None)
        return starter.id if starter else "0"

    def _thread_json(self) -> dict[str, Any]:
        return {
            "owner_id": self._owner_id(),
            "applied_tags": self.applied_tags,
            "message_count": len(self.messages),
            "member_count": 1,
            "total_message_sent": len(self.messages),
            "thread_metadata": {
                "archived": self.archived,
                "auto_archive_duration": 4320,
                "archive_timestamp": now_text(),
                "locked": self.locked,
                "create_timestamp": now_text(),
            },
        }


@dataclass
class Webhook:
    id: str
    token: str
    channel: Channel
    name: str = "Captain Hook"

    def json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "type": 1,
            "token": self.token,
            "name": self.name,
            "avatar": None,
            "channel_id": self.channel.id,
            "guild_id": self.channel.guild.id if self.channel.guild else None,
            "application_id": None,
        }


@dataclass
class Message:
    """A message as it stands now; ``payload`` is what was asked for, ``revisions`` counts edits."""

    id: str
    channel: Channel
    author: User
    payload: dict[str, Any]
    nonce: str | None = None
    webhook_id: str | None = None
    interaction: bool = False
    revisions: int = 0
    crossposts: int = 0
    deleted: bool = False

    @property
    def content(self) -> str:
        return str(self.payload.get("content") or "")

    @property
    def embeds(self) -> list[dict[str, Any]]:
        return list(self.payload.get("embeds") or [])

    @property
    def components(self) -> list[dict[str, Any]]:
        return list(self.payload.get("components") or [])

    @property
    def flags(self) -> int:
        return int(self.payload.get("flags") or 0)

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def allowed_mentions(self) -> dict[str, Any] | None:
        found = self.payload.get("allowed_mentions")
        return found if isinstance(found, dict) else None

    @property
    def buttons(self) -> list[dict[str, Any]]:
        return [button for row in self.components for button in row.get("components", [])]

    @property
    def text(self) -> str:
        """Everything readable in it, a line each, as it was sent (with its markup)."""
        parts = [self.content]
        for embed in self.embeds:
            parts += [
                embed.get("author", {}).get("name", ""),
                embed.get("title", ""),
                embed.get("description", ""),
                *(f"{one['name']}\n{one['value']}" for one in embed.get("fields", [])),
                embed.get("footer", {}).get("text", ""),
            ]
        return "\n".join(part for part in parts if part)

    def json(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "id": self.id,
            "channel_id": self.channel.id,
            "author": self.author.json(),
            "content": self.content,
            "embeds": [{"type": "rich", **embed} for embed in self.embeds],
            "components": self.components,
            "flags": self.flags,
            "attachments": [],
            "mentions": [],
            "mention_roles": [],
            "mention_everyone": False,
            "pinned": False,
            "tts": False,
            "type": 0,
            "timestamp": now_text(),
            "edited_timestamp": now_text() if self.revisions else None,
        }
        if self.nonce is not None:
            data["nonce"] = self.nonce
        if self.webhook_id is not None:
            data["webhook_id"] = self.webhook_id
        return data
