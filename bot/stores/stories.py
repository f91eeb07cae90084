"""What the newsroom needs from storage, as a Protocol; a part of ``store``."""

from datetime import datetime
from typing import Protocol

from bot.model.alert import Alert
from bot.model.entry import Entry
from bot.model.story import Told


class StoryStore(Protocol):
    """Stories: the entries of the last hours in order, and who was told of which."""

    async def entries_after(self, entry_id: int, *, since: datetime, limit: int) -> list[Entry]:
        """Return entries stored after this one and seen since then, in the order in which they were stored.

        What a feed listed at its first, silent poll is left out.
        """

    async def told_about(self, story_id: int) -> list[Told]:
        """Return the alerts about a story with their messages as they stand; those whose message is gone are left out."""

    async def latest_alerts(self, destination_id: int, *, limit: int) -> list[Alert]:
        """Return the latest alerts of a destination, newest first."""
