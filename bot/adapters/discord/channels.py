"""What kind of channel an address is, asked once in a while.

Requests beside messages come out of the same 50 a second of a token, of which the messages leave one; so at most one
channel a second is looked up, and of others the kind stays unknown for now.
"""

import asyncio
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from bot.adapters.discord.permissions import FORUMS
from bot.adapters.discord.places import Places, Unavailable

ANNOUNCEMENT = 5
KNOWN_FOR = 3600.0
APART = 1.0
MOST = 10_000


class Kind(Enum):
    """What a message to the channel becomes."""

    PLAIN = auto()
    ANNOUNCEMENT = auto()
    FORUM = auto()


@dataclass(frozen=True, slots=True)
class _Known:
    kind: Kind
    at: float


class Channels:
    """The kinds of channels, as far as they are known."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._known: dict[str, _Known] = {}
        self._asked_at = float("-inf")

    async def kind(self, channel_id: str) -> Kind | None:
        """Return a channel's kind; None where it is not known and cannot be asked for just now."""
        now = asyncio.get_running_loop().time()
        known = self._known.get(channel_id)
        if (known is None or now - known.at > KNOWN_FOR) and now - self._asked_at >= APART:
            self._asked_at = now
            try:
                await self.ask(channel_id)
            except Unavailable:
                return known.kind if known else None
            known = self._known[channel_id]
        return known.kind if known else None

    async def ask(self, channel_id: str) -> dict[str, Any]:
        """Return a channel's JSON as it is now; raises Unavailable."""
        found = await self._places.channel(channel_id)
        self.note(channel_id, _kind_of(found.get("type")))
        return found

    def note(self, channel_id: str, kind: Kind) -> None:
        """Take note of what an answer told about a channel."""
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[channel_id] = _Known(kind, asyncio.get_running_loop().time())


def _kind_of(number: object) -> Kind:
    if number == ANNOUNCEMENT:
        return Kind.ANNOUNCEMENT
    return Kind.FORUM if number in FORUMS else Kind.PLAIN
