"""Queries: each distinct one once, and which of them became or ceased to be wanted, in the order of commits."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.database import FEW, Part
from bot.adapters.storage.outbox_tables import subscriptions
from bot.adapters.storage.prepared import prepared
from bot.adapters.storage.rows import insert_unless_there
from bot.adapters.storage.tables import queries, revisions
from bot.model.subscription import QueryChanges

_CHANGED = prepared(
    sa.select(queries.c.id, queries.c.text, queries.c.live, queries.c.revision)
    .where(queries.c.revision > sa.bindparam("since"))
    .order_by(queries.c.revision)
    .limit(sa.bindparam("most"))
)
_ALL = 2**31


class Queries(Part):
    """The part of the store that keeps queries."""

    async def remember_query(self, query: str, canonical: str) -> int:
        """Return the id of a query row, made where missing, so that a button can name a long query."""

        async def work(connection: AsyncConnection) -> int:
            return await query_id_for(connection, query, canonical)

        return await self._database.write(work)

    async def query(self, query_id: int) -> str | None:
        """Return the text of a remembered query."""

        async def work(connection: AsyncConnection) -> str | None:
            found = await connection.execute(sa.select(queries.c.text).where(queries.c.id == query_id))
            return found.scalar_one_or_none()

        return await self._database.read(work)

    async def query_changes(self, since: int) -> QueryChanges:
        """Return which queries gained their first or lost their last subscription after this revision (0: all)."""
        # Asked before every matching, and seldom with much to tell.
        rows = await self._changes(since, FEW)
        if len(rows) == FEW:
            rows = await self._changes(since, _ALL)
        return QueryChanges(
            revision=rows[-1].revision if rows else since,
            added=tuple((row.id, row.text) for row in rows if row.live),
            removed=tuple(row.id for row in rows if not row.live),
        )

    async def _changes(self, since: int, most: int) -> Sequence[Any]:
        async def work(connection: AsyncConnection) -> Sequence[Any]:
            return (await connection.execute(_CHANGED, {"since": since, "most": most})).all()

        return await self._database.glance(work, rows=most)


async def query_id_for(connection: AsyncConnection, text: str, canonical: str) -> int:
    """Return the id of the query with this canonical form and hold its row until commit."""
    # Revision 0: nobody subscribes to it yet, so it is no change to tell.
    values = {"canonical": canonical, "text": text, "live": False, "revision": 0}
    await insert_unless_there(connection, queries, values)
    found = sa.select(queries.c.id).where(queries.c.canonical == canonical).with_for_update()
    query_id: int = (await connection.execute(found)).scalar_one()
    return query_id


async def hold_query(connection: AsyncConnection, query_id: int) -> None:
    """Keep others from subscribing to a query or leaving it until commit."""
    await connection.execute(sa.select(queries.c.id).where(queries.c.id == query_id).with_for_update())


async def follow_subscriptions(connection: AsyncConnection, query_id: int) -> None:
    """Set whether a query is live by its subscriptions, with a new revision where that changes it."""
    wanted = sa.exists().where(subscriptions.c.query_id == queries.c.id)
    row = (
        await connection.execute(
            sa.select(queries.c.live, wanted.label("wanted")).where(queries.c.id == query_id)
        )
    ).one_or_none()
    if row is None or row.live == row.wanted:
        return
    revision = await _next_revision(connection)
    change = sa.update(queries).where(queries.c.id == query_id).values(live=row.wanted, revision=revision)
    await connection.execute(change)


async def _next_revision(connection: AsyncConnection) -> int:
    # The row stays locked until commit: a later revision cannot be seen before this one, and no reader that
    # asks "since" the later one misses this.
    raised = sa.update(revisions).values(value=revisions.c.value + 1).returning(revisions.c.value)
    revision: int = (await connection.execute(raised)).scalar_one()
    return revision
