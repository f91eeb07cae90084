"""Forgetting what has had its time, in steps so small that no poll waits for them.

What may go is looked for in transactions that only read; a step that deletes takes few rows, and makes way for others.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.database import Part
from bot.adapters.storage.outbox_tables import alerts, decisions, deliveries, held
from bot.adapters.storage.rows import CHUNK
from bot.adapters.storage.tables import entries, feeds, identities, kept_texts, stories
from bot.model.delivery import DeliveryStatus
from bot.model.retention import IDENTITIES_KEPT, RETENTION, STORY_LIVES

Condition = sa.ColumnElement[bool]
# Between two steps, so that another process can have its turn at the file as well.
_BREATH_SECONDS = 0.005


class Pruning(Part):
    """The part of the store that forgets."""

    async def prune(self, now: datetime, *, retention: timedelta = RETENTION) -> int:
        """Delete what is older than ``retention``; return how many rows went.

        That is: entries, texts, decisions, holds that were told, deliveries that were sent or dropped, alerts without deliveries, and stories that
        nothing refers to. Stories that are live stay whole; so does what waits to be delivered, or was refused.
        Identities go when they were not listed for 90 days before the last time that their feed was read: what a
        feed shows that was silent, unchanged or broken for a year is still known when it speaks again.
        """
        before = now - retention
        gone = await self._sweep(decisions, decisions.c.created_at < before, decisions.c.created_at)
        gone += await self._sweep(kept_texts, kept_texts.c.kept_at < before, kept_texts.c.kept_at)
        gone += await self._sweep(held, _taken(before), held.c.id)
        gone += await self._sweep(deliveries, _sent(before), deliveries.c.sent_at)
        gone += await self._sweep(deliveries, _dropped(before), deliveries.c.id)
        gone += await self._sweep(alerts, _told(before, now), alerts.c.id)
        gone += await self._sweep(entries, _old(before, now), entries.c.seen_at)
        gone += await self._sweep(stories, is_empty(), stories.c.id)
        for feed_id, unmet in await self._feeds_with_old_identities():
            gone += await self._forget_identities(feed_id, unmet)
        return gone

    async def _sweep(self, table: sa.Table, condition: Condition, order: sa.Column[Any]) -> int:
        """Delete the rows for which a condition holds, a few at a time, the first in ``order`` first."""
        key = next(iter(table.primary_key))
        wanted = sa.select(key).where(condition).order_by(order).limit(CHUNK)
        total = 0
        while ids := await self._found(wanted):
            # It may have changed since it was found: a story may have gained an entry.
            gone = await self._delete(sa.delete(table).where(key.in_(ids), condition))
            total += gone
            if len(ids) < CHUNK or not gone:
                break
        return total

    async def _forget_identities(self, feed_id: int, before: datetime) -> int:
        unmet = sa.and_(identities.c.feed_id == feed_id, identities.c.seen_at < before)
        total = 0
        while hashes := await self._found(sa.select(identities.c.hash).where(unmet).limit(CHUNK)):
            total += await self._delete(sa.delete(identities).where(unmet, identities.c.hash.in_(hashes)))
        return total

    async def _found(self, query: sa.Select[Any]) -> Sequence[Any]:
        async def work(connection: AsyncConnection) -> Sequence[Any]:
            found: Sequence[Any] = (await connection.execute(query)).scalars().all()
            return found

        return await self._database.read(work)

    async def _delete(self, statement: sa.Delete) -> int:
        async def work(connection: AsyncConnection) -> int:
            return (await connection.execute(statement)).rowcount

        gone = await self._database.write(work)
        await asyncio.sleep(_BREATH_SECONDS)
        return gone

    async def _feeds_with_old_identities(self) -> list[tuple[int, datetime]]:
        async def work(connection: AsyncConnection) -> list[tuple[int, datetime]]:
            return [
                (row.id, row.listed_at - IDENTITIES_KEPT)
                for row in (await connection.execute(_with_old())).all()
            ]

        return await self._database.read(work)


def is_empty() -> Condition:
    """Return the condition under which nothing refers to a story."""
    return sa.and_(
        ~sa.exists().where(entries.c.story_id == stories.c.id),
        ~sa.exists().where(alerts.c.story_id == stories.c.id),
    )


def _taken(before: datetime) -> Condition:
    return sa.and_(held.c.delivery_id.is_not(None), held.c.created_at < before)


def _sent(before: datetime) -> Condition:
    return sa.and_(deliveries.c.status == DeliveryStatus.SENT.value, deliveries.c.sent_at < before)


def _dropped(before: datetime) -> Condition:
    return sa.and_(deliveries.c.status == DeliveryStatus.DROPPED.value, deliveries.c.created_at < before)


def _told(before: datetime, now: datetime) -> Condition:
    return sa.and_(
        alerts.c.created_at < before,
        ~sa.exists().where(deliveries.c.alert_id == alerts.c.id),
        ~sa.exists().where(held.c.alert_id == alerts.c.id),
        ~_is_live(alerts.c.story_id, now),
    )


def _old(before: datetime, now: datetime) -> Condition:
    return sa.and_(entries.c.seen_at < before, ~_is_live(entries.c.story_id, now))


def _is_live(story_id: sa.Column[Any], now: datetime) -> sa.Exists:
    latest = entries.alias("latest")
    return sa.exists().where(latest.c.story_id == story_id, latest.c.seen_at >= now - STORY_LIVES)


def _with_old() -> sa.Select[Any]:
    old = sa.exists().where(
        identities.c.feed_id == feeds.c.id,
        identities.c.seen_at < feeds.c.listed_at - sa.literal(IDENTITIES_KEPT, feeds.c.interval.type),
    )
    return sa.select(feeds.c.id, feeds.c.listed_at).where(feeds.c.listed_at.is_not(None), old)
