"""A feed that brings new entries without end keeps only its newest: no feed fills the disk, or takes room from others."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.prepared import prepared
from bot.adapters.storage.pruning import is_empty
from bot.adapters.storage.rows import CHUNK
from bot.adapters.storage.tables import entries, identities, stories
from bot.pipeline.jitter import fraction

_LOOK_EVERY = 64
_SURPLUS = (
    sa.select(entries.c.id)
    .where(entries.c.feed_id == sa.bindparam("feed"))
    .order_by(entries.c.seen_at.desc(), entries.c.id.desc())
    .offset(sa.bindparam("room"))
    .limit(sa.bindparam("most"))
)
_REMOVAL = prepared(sa.delete(entries).where(entries.c.id.in_(_SURPLUS)).returning(entries.c.story_id))


@dataclass(frozen=True, slots=True)
class Room:
    """How many rows of one feed are kept.

    ``identities`` is more than all entries of the largest document have, twice over; so much more than it, a quarter,
    is let be until the next look, for each look counts them.
    """

    entries: int = 10_000
    identities: int = 40_000


async def trim(
    connection: AsyncConnection, feed_id: int, arrived: Sequence[int], room: Room | None = None
) -> None:
    """Delete what a feed has beyond its room, the oldest, after the entries with these numbers were written.

    It looks at one entry in so many, for a look counts what the feed has. Chance says at which: numbers alone could
    keep step with the rounds of many feeds, and some would never be looked at.
    """
    if not any(fraction(feed_id, number) * _LOOK_EVERY < 1 for number in arrived):
        return
    room = room or Room()
    bounds = {"feed": feed_id, "room": room.entries, "most": max(2 * len(arrived), CHUNK)}
    left = (await connection.execute(_REMOVAL, bounds)).scalars().all()
    if left:
        await _close(connection, left)
        await _forget(connection, feed_id, room.identities)


async def _close(connection: AsyncConnection, story_ids: Sequence[int]) -> None:
    for start in range(0, len(story_ids), CHUNK):
        some = story_ids[start : start + CHUNK]
        await connection.execute(sa.delete(stories).where(stories.c.id.in_(some), is_empty()))


async def _forget(connection: AsyncConnection, feed_id: int, most: int) -> None:
    ours = identities.c.feed_id == feed_id
    count = (await connection.execute(sa.select(sa.func.count()).where(ours))).scalar_one()
    if count <= most + most // 4:
        return
    oldest = sa.select(identities.c.hash).where(ours).order_by(identities.c.seen_at).limit(count - most)
    await connection.execute(sa.delete(identities).where(ours, identities.c.hash.in_(oldest)))
