"""Identities: by which names a feed has shown entries before, kept longer than the entries."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.prepared import Sized
from bot.adapters.storage.rows import chunks
from bot.adapters.storage.tables import identities
from bot.adapters.storage.types import Moment


def _ours(keys: Sequence[sa.BindParameter[bytes]]) -> sa.ColumnElement[bool]:
    return sa.and_(identities.c.feed_id == sa.bindparam("feed"), identities.c.hash.in_(keys))


_KNOWN = Sized[sa.Select[Any], bytes](lambda keys: sa.select(identities.c.hash).where(_ours(keys)))


def _insertion(insert: Callable[[sa.Table], Any]) -> Sized[Any, bytes]:
    feed: sa.BindParameter[int] = sa.bindparam("feed")
    met = sa.bindparam("met", type_=Moment())
    return Sized(
        lambda keys: (
            insert(identities)
            .values([{"feed_id": feed, "hash": key, "seen_at": met} for key in keys])
            .on_conflict_do_nothing()
            .returning(identities.c.hash)
        )
    )


_NEW = {"sqlite": _insertion(sqlite.insert), "postgresql": _insertion(postgresql.insert)}
_MET = Sized[sa.Update, bytes](
    lambda keys: (
        sa.update(identities)
        .where(_ours(keys), identities.c.seen_at <= sa.bindparam("stale", type_=Moment()))
        .values(seen_at=sa.bindparam("met", type_=Moment()))
    )
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
        statement, keys = _KNOWN.of(some)
        rows = await connection.execute(statement, {"feed": feed_id, **keys})
        found.update(bytes(key) for key in rows.scalars())
    return frozenset(name for key, name in by_key.items() if key in found)


async def remember(
    connection: AsyncConnection, feed_id: int, names: Iterable[str], at: datetime
) -> frozenset[str]:
    """Store identities, and return those that were stored before."""
    by_key = {key_of(name): name for name in names}
    added: set[bytes] = set()
    for some in chunks(list(by_key)):
        statement, keys = _NEW[connection.dialect.name].of(some)
        rows = await connection.execute(statement, {"feed": feed_id, "met": at, **keys})
        added.update(bytes(key) for key in rows.scalars())
    return frozenset(name for key, name in by_key.items() if key not in added)


async def meet_again(connection: AsyncConnection, feed_id: int, names: Sequence[str], at: datetime) -> None:
    """Note that stored identities are still listed by their feed."""
    for some in chunks([key_of(name) for name in names]):
        statement, keys = _MET.of(some)
        await connection.execute(
            statement, {"feed": feed_id, "stale": at - _WRITTEN_EVERY, "met": at, **keys}
        )
