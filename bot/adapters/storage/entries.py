"""Entries: what feeds have shown, with the story that each belongs to."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.database import Part
from bot.adapters.storage.feeds import title_of
from bot.adapters.storage.prepared import Sized
from bot.adapters.storage.rows import chunks, insert_all
from bot.adapters.storage.tables import entries, feeds, stories
from bot.model.entry import Entry, ParsedEntry
from bot.model.story import Placement
from bot.pipeline.parse import link_key

PAGE = 500

# Beyond this many, feeds are picked out in Python: a statement takes only so many values.
_MOST_FEEDS = 1000


WITH_FEED = sa.select(entries, feeds.c.given_title, feeds.c.found_title, feeds.c.url).join(
    feeds, feeds.c.id == entries.c.feed_id
)


# A story may have been pruned since it was chosen; the lock keeps the others from going before this commits.
_THERE = Sized[sa.Select[tuple[int]], int](
    lambda wanted: (
        sa.select(stories.c.id).where(stories.c.id.in_(wanted)).with_for_update(read=True, key_share=True)
    )
)


class Stored(NamedTuple):
    """The numbers of an entry just written, and the entry."""

    entry_id: int
    story_id: int
    content: ParsedEntry


class Entries(Part):
    """The part of the store that reads entries."""

    async def entries_since(
        self, since: datetime, *, feed_ids: Sequence[int] | None = None
    ) -> AsyncIterator[Entry]:
        """Stream stored entries first seen since then, newest first, in bounded memory.

        Each page is a query of its own that goes on behind the last entry, so no transaction stays open meanwhile.
        """
        wanted = None if feed_ids is None else frozenset(feed_ids)
        last: tuple[datetime, int] | None = None
        while True:
            page = await self._page(since, last, wanted)
            for entry in page:
                if wanted is None or entry.feed_id in wanted:
                    yield entry
            if len(page) < PAGE:
                return
            last = (page[-1].seen_at, page[-1].id)

    async def _page(
        self, since: datetime, last: tuple[datetime, int] | None, feed_ids: frozenset[int] | None
    ) -> list[Entry]:
        async def work(connection: AsyncConnection) -> list[Entry]:
            found = await connection.execute(_page_query(since, last, feed_ids))
            return [entry_from_row(row) for row in found.mappings()]

        return await self._database.read(work)


async def store_entries(
    connection: AsyncConnection,
    feed_id: int,
    contents: Sequence[ParsedEntry],
    at: datetime,
    placements: Sequence[Placement] = (),
) -> list[Stored]:
    """Write entries into their stories; ``beside`` in a placement counts within ``contents``."""
    story_ids = await _story_ids(connection, placements or [Placement()] * len(contents), at)
    rows = [
        {"feed_id": feed_id, "story_id": story_id, "seen_at": at, **_content_values(content)}
        for story_id, content in zip(story_ids, contents, strict=True)
    ]
    entry_ids = await insert_all(connection, entries, rows)
    return [Stored(*numbers) for numbers in zip(entry_ids, story_ids, contents, strict=True)]


async def _story_ids(connection: AsyncConnection, placements: Sequence[Placement], at: datetime) -> list[int]:
    wanted = {each.story_id for each in placements if each.story_id is not None}
    kept: set[int] = set()
    for some in chunks(sorted(wanted)):
        kept.update((await connection.execute(*_THERE.of(some))).scalars())
    begun = [
        index for index, each in enumerate(placements) if each.beside is None and each.story_id not in kept
    ]
    numbers = await insert_all(connection, stories, [{"begun_at": at}] * len(begun))
    by_index = dict(zip(begun, numbers, strict=True))
    chosen: list[int] = []
    for index, each in enumerate(placements):
        if each.beside is not None:
            chosen.append(chosen[each.beside])
        else:
            chosen.append(by_index.get(index, each.story_id or 0))
    return chosen


def _page_query(
    since: datetime, last: tuple[datetime, int] | None, feed_ids: frozenset[int] | None
) -> sa.Select[Any]:
    query = (
        WITH_FEED.where(entries.c.seen_at >= since)
        .order_by(entries.c.seen_at.desc(), entries.c.id.desc())
        .limit(PAGE)
    )
    if last is not None:
        place = sa.tuple_(entries.c.seen_at, entries.c.id)
        query = query.where(place < sa.tuple_(*last, types=[entries.c.seen_at.type, entries.c.id.type]))
    if feed_ids is not None and len(feed_ids) <= _MOST_FEEDS:
        query = query.where(entries.c.feed_id.in_(sorted(feed_ids)))
    return query


def link_hash(link: str) -> bytes:
    """Return by what an entry is found when somebody asks for its link: the same for all spellings of one address."""
    return blake2b(link_key(link).encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _content_values(content: ParsedEntry) -> dict[str, Any]:
    return {
        "guid": content.guid,
        "title": content.title,
        "link": content.link,
        "link_hash": link_hash(content.link) if content.link else None,
        "summary": content.summary,
        "published_at": content.published,
        "updated_at": content.updated,
        "authors": content.authors,
        "categories": content.categories,
        "language": content.language,
        "image": content.image,
    }


def entry_from_row(row: sa.RowMapping) -> Entry:
    """Return the entry that a row of ``WITH_FEED`` holds."""
    content = ParsedEntry(
        guid=row["guid"],
        title=row["title"],
        link=row["link"],
        summary=row["summary"],
        published=row["published_at"],
        updated=row["updated_at"],
        authors=row["authors"],
        categories=row["categories"],
        language=row["language"],
        image=row["image"],
    )
    return Entry(
        id=row["id"],
        feed_id=row["feed_id"],
        story_id=row["story_id"],
        source=title_of(row),
        seen_at=row["seen_at"],
        content=content,
    )
