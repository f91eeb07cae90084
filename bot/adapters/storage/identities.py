"""Identities: by which names a feed has shown entries before, kept longer than the entries."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.rows import chunks
from bot.adapters.storage.tables import identities
from bot.adapters.storage.types import Moment

_OURS = sa.and_(
    identities.c.feed_id == sa.bindparam("feed"), identities.c.hash.in_(sa.bindparam("keys", expanding=True))
)
_KNOWN = sa.select(identities.c.hash).where(_OURS)
_NEW = sa.insert(identities)
_MET = (
    sa.update(identities)
    .where(_OURS, identities.c.seen_at <= sa.bindparam("stale", type_=Moment()))
    .values(seen_at=sa.bindparam("met", type_=Moment()))
)

# Meeting an identity again is written down once a day; more would rewrite every row at every poll.
_WRITTEN_EVERY = timedelta(days=1)


def key_of(identity: str) -> bytes:
    """Return the 16 bytes that stand for an identity; guids may be whole pages."""
    return blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=16).digest()


async def known_of(connection: AsyncConnection, feed_id: int, names: Iterable[str]) -> frozenset[str]:
    """Return which of these identities the feed has shown before."""
    by_key = {key_of(name): name for name in names}
    found: set[bytes] = set()
    for some in chunks(list(by_key)):
        rows = await connection.execute(_KNOWN, {"feed": feed_id, "keys": some})
        found.update(bytes(key) for key in rows.scalars())
    return frozenset(name for key, name in by_key.items() if key in found)


async def remember(connection: AsyncConnection, feed_id: int, names: Sequence[str], at: datetime) -> None:
    """Store identities that are not stored yet."""
    rows: list[Mapping[str, object]] = [
        {"feed_id": feed_id, "hash": key, "seen_at": at} for key in dict.fromkeys(map(key_of, names))
    ]
    if rows:
        await connection.execute(_NEW, rows)


async def meet_again(connection: AsyncConnection, feed_id: int, names: Sequence[str], at: datetime) -> None:
    """Note that stored identities are still listed by their feed."""
    for some in chunks([key_of(name) for name in names]):
        values = {"feed": feed_id, "keys": some, "stale": at - _WRITTEN_EVERY, "met": at}
        await connection.execute(_MET, values)
