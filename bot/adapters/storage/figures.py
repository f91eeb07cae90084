"""Figures: counts and medians, for status pages, metrics and ``newsbell status``."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.database import Part
from bot.adapters.storage.outbox_tables import WAITING, alerts, deliveries, destinations, subscriptions
from bot.adapters.storage.tables import entries, feeds, queries
from bot.model.activity import Activity
from bot.model.delivery import DeliveryStatus
from bot.model.outbox import Latency, OutboxStats, Totals

# Of more deliveries than these, the latest tell enough.
_MEASURED = 10_000


class Figures(Part):
    """The part of the store that counts."""

    async def outbox_stats(self, now: datetime) -> OutboxStats:
        """Count the outbox: all rows by status, and those that wait by platform."""

        async def work(connection: AsyncConnection) -> OutboxStats:
            waits = sa.text(WAITING)
            by_status = sa.select(deliveries.c.status, sa.func.count()).group_by(deliveries.c.status)
            by_platform = (
                sa.select(destinations.c.platform, sa.func.count())
                .select_from(deliveries)
                .join(destinations, destinations.c.id == deliveries.c.destination_id)
                .where(waits)
                .group_by(destinations.c.platform)
            )
            first = sa.select(sa.func.min(deliveries.c.due_at)).where(waits)
            return OutboxStats(
                by_status=await _counts(connection, by_status),
                by_platform=await _counts(connection, by_platform),
                oldest_due_at=(
                    await connection.execute(first.where(deliveries.c.due_at <= now))
                ).scalar_one(),
                next_due_at=(await connection.execute(first.where(deliveries.c.due_at > now))).scalar_one(),
            )

        return await self._database.read(work)

    async def latency(self, since: datetime) -> Latency:
        """Return median latencies of what was sent since then; a feed's date ahead of its time counts as none."""

        async def work(connection: AsyncConnection) -> Latency:
            times = (
                sa.select(deliveries.c.published_at, deliveries.c.seen_at, deliveries.c.sent_at)
                .where(deliveries.c.sent_at >= since, deliveries.c.status == DeliveryStatus.SENT.value)
                .order_by(deliveries.c.sent_at.desc())
                .limit(_MEASURED)
            )
            rows = (await connection.execute(times)).all()
            return Latency(
                published_to_seen=_middle((row.published_at, row.seen_at) for row in rows),
                seen_to_sent=_middle((row.seen_at, row.sent_at) for row in rows),
                measured=len(rows),
            )

        return await self._database.read(work)

    async def activity(self, since: datetime) -> dict[int, Activity]:
        """Return by feed what was published since then; an entry without a date counts when it was first seen."""
        # What lies ahead of its own discovery was not published yet: the feed's clock is wrong, not the future here.
        moment = sa.func.coalesce(entries.c.published_at, entries.c.seen_at)
        at = sa.case((moment > entries.c.seen_at, entries.c.seen_at), else_=moment)
        # The first condition is for the index: nothing is seen before it is published.
        wanted = (
            sa.select(
                entries.c.feed_id, sa.func.count(), sa.type_coerce(sa.func.min(at), entries.c.seen_at.type)
            )
            .where(entries.c.seen_at >= since, at >= since)
            .group_by(entries.c.feed_id)
        )

        async def work(connection: AsyncConnection) -> dict[int, Activity]:
            return {row[0]: Activity(row[1], row[2]) for row in (await connection.execute(wanted)).all()}

        return await self._database.read(work)

    async def totals(self) -> Totals:
        """Count what is stored."""
        failing = sa.and_(feeds.c.enabled, feeds.c.failure.is_not(None))
        wanted = {
            "feeds": _count(feeds),
            "feeds_failing": _count(feeds).where(failing),
            "entries": _count(entries),
            "queries": _count(queries).where(queries.c.live),
            "subscriptions": _count(subscriptions),
            "destinations": _count(destinations),
            "alerts": _count(alerts),
        }

        async def work(connection: AsyncConnection) -> Totals:
            figures = sa.select(*(count.scalar_subquery().label(name) for name, count in wanted.items()))
            return Totals(**(await connection.execute(figures)).mappings().one())

        return await self._database.read(work)


def _count(table: sa.Table) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(table)


async def _counts(connection: AsyncConnection, query: sa.Select[Any]) -> dict[str, int]:
    return {row[0]: row[1] for row in (await connection.execute(query)).all()}


def _middle(spans: Iterable[tuple[datetime | None, datetime | None]]) -> timedelta | None:
    known = [(end - start).total_seconds() for start, end in spans if start is not None and end is not None]
    return timedelta(seconds=max(median(known), 0)) if known else None
