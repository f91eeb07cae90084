"""Forgetting what has had its time, in steps so small that no poll waits for them."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.database import Part
from bot.adapters.storage.outbox_tables import alerts, decisions, held
from bot.adapters.storage.rows import CHUNK
from bot.adapters.storage.tables import entries, feeds, identities, stories
from bot.model.decision import DECISIONS_KEPT

IDENTITIES_KEPT = timedelta(days=90)


class Pruning(Part):
    """The part of the store that forgets."""

    async def prune(self, now: datetime) -> int:
        """Delete decisions and told holds past their time, and identities not met for 90 days; return how many rows went.

        The 90 days of an identity end with the last time that its feed was read: what a feed shows that was silent,
        unchanged or broken for a year is still known when it speaks again. Stories that nothing refers to any more
        go, too.
        """
        old = sa.select(decisions.c.id).where(decisions.c.created_at < now - DECISIONS_KEPT).limit(CHUNK)
        gone = await self._repeat(sa.delete(decisions).where(decisions.c.id.in_(old)))
        told = sa.and_(held.c.delivery_id.is_not(None), held.c.created_at < now - DECISIONS_KEPT)
        taken = sa.select(held.c.id).where(told).limit(CHUNK)
        gone += await self._repeat(sa.delete(held).where(held.c.id.in_(taken)))
        gone += await self._repeat(_empty_stories())
        for feed_id, before in await self._feeds_with_old_identities():
            unmet = sa.and_(identities.c.feed_id == feed_id, identities.c.seen_at < before)
            gone += await self._once(sa.delete(identities).where(unmet))
        return gone

    async def _repeat(self, statement: sa.Delete) -> int:
        total = 0
        while gone := await self._once(statement):
            total += gone
        return total

    async def _once(self, statement: sa.Delete) -> int:
        async def work(connection: AsyncConnection) -> int:
            return (await connection.execute(statement)).rowcount

        return await self._database.write(work)

    async def _feeds_with_old_identities(self) -> list[tuple[int, datetime]]:
        async def work(connection: AsyncConnection) -> list[tuple[int, datetime]]:
            return [
                (row.id, row.listed_at - IDENTITIES_KEPT)
                for row in (await connection.execute(_with_old())).all()
            ]

        return await self._database.read(work)


def _with_old() -> sa.Select[Any]:
    old = sa.exists().where(
        identities.c.feed_id == feeds.c.id,
        identities.c.seen_at < feeds.c.listed_at - sa.literal(IDENTITIES_KEPT, feeds.c.interval.type),
    )
    return sa.select(feeds.c.id, feeds.c.listed_at).where(feeds.c.listed_at.is_not(None), old)


def _empty_stories() -> sa.Delete:
    empty = (
        sa.select(stories.c.id)
        .where(~sa.exists().where(entries.c.story_id == stories.c.id))
        .where(~sa.exists().where(alerts.c.story_id == stories.c.id))
        .limit(CHUNK)
    )
    return sa.delete(stories).where(stories.c.id.in_(empty))
