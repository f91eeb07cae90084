"""What a query would have sent: the stored entries, asked again, within bounds of number and time."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.desk import Desk
from bot.model.entry import Entry
from bot.query.document import Document, Spans
from bot.query.evaluate import evaluate
from bot.query.language import Query

DEFAULT_SPAN = timedelta(days=7)
MOST_ENTRIES = 20_000
MOST_TIME = timedelta(seconds=2)
NEWEST = 3
_BREATH = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that matches, and where."""

    entry: Entry
    spans: Spans


@dataclass(frozen=True, slots=True)
class Replay:
    """How many entries match, the newest of them, and whether the whole span was looked at."""

    query: Query
    span: timedelta
    count: int
    newest: tuple[Hit, ...]
    complete: bool


async def replay(desk: Desk, query: Query, span: timedelta = DEFAULT_SPAN) -> Replay:
    """Evaluate a query over the entries of a span, newest first, as long as the bounds allow.

    An entry that was published before the span counts as old even where its feed is new here.
    """
    async with desk.replays:
        return await _replayed(desk, query, span)


async def _replayed(desk: Desk, query: Query, span: timedelta) -> Replay:
    began = desk.now()
    since = began - span
    newest: list[Hit] = []
    count = looked = 0
    async for entry in desk.store.entries_since(since):
        if looked >= MOST_ENTRIES or _over(desk, began, looked):
            return Replay(query, span, count, tuple(newest), complete=False)
        looked += 1
        if looked % _BREATH == 0:
            await asyncio.sleep(0)
        spans = None if _old(entry, since) else evaluate(query, document(entry))
        if spans is not None:
            count += 1
            newest.extend([Hit(entry, spans)] if len(newest) < NEWEST else [])
    return Replay(query, span, count, tuple(newest), complete=True)


def document(entry: Entry) -> Document:
    """Return the text of a stored entry as queries see it."""
    content = entry.content
    return Document(
        title=content.title,
        summary=content.summary,
        source=entry.source,
        authors=content.authors,
        tags=content.categories,
        lang=content.language,
        link=content.link,
    )


def _old(entry: Entry, since: datetime) -> bool:
    return entry.content.published is not None and entry.content.published < since


def _over(desk: Desk, began: datetime, looked: int) -> bool:
    """Tell whether the time is up; the clock is asked now and then only."""
    return looked % _BREATH == 0 and desk.now() - began > MOST_TIME
