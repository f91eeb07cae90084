"""What a member may do in a channel, from Discord's JSON (Discord, "Permissions"). Pure."""

from collections.abc import Mapping, Sequence
from enum import IntFlag
from typing import Any

Json = Mapping[str, Any]

THREADS = frozenset({10, 11, 12})
FORUMS = frozenset({15, 16})
DIRECT = 1
TEXT_CHANNELS = frozenset({0, 2, 5, 13}) | THREADS | FORUMS


class Permission(IntFlag):
    """The permissions Newsbell asks about."""

    ADMINISTRATOR = 1 << 3
    MANAGE_SERVER = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    EMBED_LINKS = 1 << 14
    SEND_MESSAGES_IN_THREADS = 1 << 38


EVERYTHING = (1 << 64) - 1
NAMES = {
    Permission.VIEW_CHANNEL: "View Channel",
    Permission.SEND_MESSAGES: "Send Messages",
    Permission.SEND_MESSAGES_IN_THREADS: "Send Messages in Threads",
    Permission.EMBED_LINKS: "Embed Links",
}


def in_guild(guild: Json, user_id: str, roles: Sequence[str]) -> int:
    """Return what a member with these roles may do in a server as a whole."""
    if guild.get("owner_id") == user_id:
        return EVERYTHING
    held = 0
    for role in guild.get("roles", ()):
        if role["id"] == guild["id"] or role["id"] in roles:
            held |= int(role["permissions"])
    return EVERYTHING if held & Permission.ADMINISTRATOR else held


def in_channel(guild: Json, channel: Json, user_id: str, roles: Sequence[str]) -> int:
    """Return what a member may do in a channel; for a thread give its parent, which has the overwrites."""
    held = in_guild(guild, user_id, roles)
    if held == EVERYTHING:
        return held
    overwrites = {one["id"]: one for one in channel.get("permission_overwrites") or ()}
    steps = ([guild["id"]], [role for role in roles if role != guild["id"]], [user_id])
    for ids in steps:
        found = [overwrites[one] for one in ids if one in overwrites]
        for one in found:
            held &= ~int(one["deny"])
        for one in found:
            held |= int(one["allow"])
    return held


def missing(held: int, kind: int) -> list[str]:
    """Return the names of the permissions that posting in this kind of channel lacks."""
    send = Permission.SEND_MESSAGES_IN_THREADS if kind in THREADS else Permission.SEND_MESSAGES
    needed = (Permission.VIEW_CHANNEL, send, Permission.EMBED_LINKS)
    lacking = [NAMES[one] for one in needed if not held & one]
    return ["Create Posts" if kind in FORUMS and name == "Send Messages" else name for name in lacking]
