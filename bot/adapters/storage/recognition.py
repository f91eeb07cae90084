"""Known items: by what the items of a feed's last document are recognised, written with the poll that stored them."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.tables import known_items
from bot.model.known import KnownItems

_DIGEST = 16


async def recall(connection: AsyncConnection, feed_id: int) -> KnownItems | None:
    """Return the items that a feed is known by."""
    query = sa.select(known_items.c.digests, known_items.c.whole_at).where(known_items.c.feed_id == feed_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    joined = bytes(row.digests)
    digests = frozenset(joined[start : start + _DIGEST] for start in range(0, len(joined), _DIGEST))
    return KnownItems(digests, row.whole_at)


async def replace_known(connection: AsyncConnection, feed_id: int, known: KnownItems) -> None:
    """Put the items of a new document in place of those of the last."""
    await connection.execute(sa.delete(known_items).where(known_items.c.feed_id == feed_id))
    row = {"feed_id": feed_id, "digests": b"".join(sorted(known.digests)), "whole_at": known.whole_at}
    await connection.execute(sa.insert(known_items).values(row))
