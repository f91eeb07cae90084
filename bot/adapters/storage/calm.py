"""Polls that brought nothing but a new state of their feed: most of all polls, and written many in one transaction."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.feeds import state_values
from bot.adapters.storage.tables import feeds
from bot.errors import LeaseLost
from bot.model.feed import PollState
from bot.model.poll import PollRecord

_NEW = "new_"
_STATE = {
    name: sa.bindparam(_NEW + name, type_=feeds.c[name].type) for name in PollState.__dataclass_fields__
}
_UPDATE = (
    sa.update(feeds)
    .where(feeds.c.id == sa.bindparam("feed_id"))
    .values(_STATE | {"lease": None, "lease_until": None})
)


async def store_calm(connection: AsyncConnection, records: Sequence[PollRecord]) -> list[LeaseLost | None]:
    """Write the states and free the leases; return for each record the error where its lease is no longer ours."""
    query = sa.select(feeds.c.id, feeds.c.lease).where(feeds.c.id.in_([each.feed_id for each in records]))
    held = dict(tuple(row) for row in await connection.execute(query.with_for_update()))
    ours = [held.get(each.feed_id) == each.lease for each in records]
    rows = [
        {"feed_id": each.feed_id, **{_NEW + name: value for name, value in state_values(each.state).items()}}
        for each, mine in zip(records, ours, strict=True)
        if mine
    ]
    if rows:
        await connection.execute(_UPDATE, rows)
    return [None if mine else lease_lost(each) for each, mine in zip(records, ours, strict=True)]


def lease_lost(record: PollRecord) -> LeaseLost:
    """Return the error of a poll whose feed is no longer its own."""
    return LeaseLost(f"The poll of feed {record.feed_id} took too long; another process took the feed over.")
