"""Known items: by what the items of a feed's last document are recognised, written with the poll that stored them."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.prepared import prepared
from bot.adapters.storage.tables import known_items
from bot.adapters.storage.types import Moment
from bot.model.known import KnownItems

_DIGEST = 16
_RECALL = prepared(
    sa.select(known_items.c.digests, known_items.c.whole_at).where(
        known_items.c.feed_id == sa.bindparam("feed")
    )
)
_RENEW = prepared(
    sa.update(known_items)
    .where(known_items.c.feed_id == sa.bindparam("feed"))
    .values(digests=sa.bindparam("new_digests"), whole_at=sa.bindparam("new_whole_at", type_=Moment()))
    .returning(known_items.c.feed_id)
)
_KEEP = prepared(sa.insert(known_items))


async def recall(connection: AsyncConnection, feed_id: int) -> KnownItems | None:
    """Return the items that a feed is known by."""
    row = (await connection.execute(_RECALL, {"feed": feed_id})).one_or_none()
    if row is None:
        return None
    joined = bytes(row.digests)
    digests = frozenset(joined[start : start + _DIGEST] for start in range(0, len(joined), _DIGEST))
    return KnownItems(digests, row.whole_at)


async def replace_known(connection: AsyncConnection, feed_id: int, known: KnownItems) -> None:
    """Put the items of a new document in place of those of the last."""
    digests = b"".join(sorted(known.digests))
    renewed = await connection.execute(
        _RENEW, {"feed": feed_id, "new_digests": digests, "new_whole_at": known.whole_at}
    )
    if renewed.one_or_none() is None:
        row = {"feed_id": feed_id, "digests": digests, "whole_at": known.whole_at}
        await connection.execute(_KEEP, row)
