"""What the commands work with: the store, the platforms, the clock, the rules."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.chat.access import Access
from bot.chat.quota import Quota
from bot.model.address import Address, Platform
from bot.model.destination import Destination
from bot.ports import Clock, FeedFinder, Messenger
from bot.query.language import Query, parse
from bot.query.topics import Topics
from bot.stores.store import Store

AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a command may touch. ``timezone`` and ``language`` are what new destinations begin with.

    ``replays`` bounds how many people's previews compute at a time, so that they leave the loop to the deliveries.
    """

    store: Store
    finder: FeedFinder
    messengers: Mapping[Platform, Messenger]
    clock: Clock
    access: Access
    topics: Topics | None = None
    timezone: str = "UTC"
    language: str = "en"
    new_feeds: Quota = field(default_factory=Quota)
    replays: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    def now(self) -> datetime:
        """Return the current moment."""
        return self.clock.now()

    def query(self, text: str) -> Query:
        """Read a query with the topics of this installation; raises QueryError."""
        return parse(text, topics=self.topics)

    async def destination(self, address: Address, title: str) -> Destination:
        """Return the destination with this address, made where it is new."""
        return await self.store.ensure_destination(
            address, title=title, timezone=self.timezone, language=self.language, now=self.now()
        )

    async def zone(self, address: Address) -> str:
        """Return the name of the zone in which this place reads times."""
        known = await self.store.destination(address)
        return known.timezone if known else self.timezone
