"""Where fresh entries belong among the stories of the last hours, in step with what is stored.

What is stored decides, in the order in which it was stored, so a restart changes nothing. Whoever places entries holds
``turn`` until they are stored or given up: two feeds that report one event at the same moment are placed one after the
other.

What a feed lists at its first, silent poll is not placed: nobody is told of it, so nothing can repeat it, and hundreds of
feeds that are added at once would cost minutes. Each such entry is stored in a story of its own, which stays closed.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from bot.model.entry import Entry, FreshEntry, ParsedEntry
from bot.model.feed import Feed
from bot.model.story import Placement
from bot.pipeline.cluster import SPAN, Clusterer
from bot.pipeline.stories.mentions import Mentions
from bot.pipeline.stories.report import Report
from bot.pipeline.stories.urgency import Urgency, urgency
from bot.query.topics import Topics
from bot.stores.store import Store

_PAGE = 500
_FEW = 20
_BREATH = 20


class Newsroom:
    """Knows the open stories."""

    def __init__(self, store: Store, topics: Topics) -> None:
        self._store = store
        self._mentions = Mentions(topics)
        self._clusterer = Clusterer()
        self._last = 0
        self._tentative: list[Report] = []
        self.turn = asyncio.Lock()

    async def place(self, feed: Feed, fresh: Sequence[FreshEntry], now: datetime) -> list[Placement]:
        """Return where each of these entries belongs; call ``withdraw`` once they are stored or given up."""
        await self._catch_up(now)
        placed: list[Placement] = []
        for index, each in enumerate(fresh):
            placed.append(self._place(feed, each.entry, index, now))
            if index % _BREATH == _BREATH - 1:
                await asyncio.sleep(0)
        return placed

    def withdraw(self) -> None:
        """Forget what was placed; what was stored of it is read back in its place."""
        for report in reversed(self._tentative):
            self._clusterer.remove(report)
        self._tentative.clear()

    def urgent(self, placement: Placement, now: datetime) -> bool:
        """Tell whether the story of a placed entry is urgent; one that begins with this poll has a single source."""
        if placement.story_id is None:
            return False
        return urgency(self._clusterer.reports_of(placement.story_id), now) is Urgency.URGENT

    def _place(self, feed: Feed, entry: ParsedEntry, index: int, now: datetime) -> Placement:
        if _stale(entry, now):
            return Placement()
        report = self._report(f"fresh:{index}", feed.title, entry, entry.language or feed.language, now)
        decision = self._clusterer.decide(report)
        key = decision.story if decision.story is not None else _key(None, index)
        self._clusterer.add(report, key)
        self._tentative.append(report)
        match decision.story:
            case int() as story_id:
                return Placement(story_id, None, decision.update, decision.why)
            case str() as earlier:
                return Placement(None, int(earlier.rpartition(":")[2]), decision.update, decision.why)
            case None:
                return Placement(why=decision.why)

    async def _catch_up(self, now: datetime) -> None:
        since = now - SPAN
        # Most of the time there is what the last poll stored, and at the start a whole window of entries.
        limit = _FEW if self._last else _PAGE
        while True:
            page = await self._store.entries_after(self._last, since=since, limit=limit)
            for number, entry in enumerate(page):
                self._add(entry)
                if number % _BREATH == _BREATH - 1:
                    await asyncio.sleep(0)
            if len(page) < limit:
                return
            limit = _PAGE

    def _add(self, entry: Entry) -> None:
        self._last = entry.id
        if not _stale(entry.content, entry.seen_at):
            report = self._report(
                entry.id, entry.source, entry.content, entry.content.language, entry.seen_at
            )
            self._clusterer.add(report, entry.story_id)

    def _report(
        self, number: int | str, source: str, entry: ParsedEntry, language: str | None, at: datetime
    ) -> Report:
        topics = self._mentions.of(entry.title)
        return Report(number, source, entry.title, at, entry.summary, language, topics)


def _stale(entry: ParsedEntry, seen_at: datetime) -> bool:
    """Tell whether an entry was old when it was seen: it opens no story and joins none."""
    return entry.published is not None and seen_at - entry.published > SPAN


def _key(beside: int | None, index: int) -> str:
    return f"new:{index if beside is None else beside}"
