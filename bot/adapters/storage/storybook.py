"""Stories as the newsroom reads them: the entries of the last hours in order, and who was told of which."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.alerts import alert_from_row
from bot.adapters.storage.database import Part
from bot.adapters.storage.entries import WITH_FEED, entry_from_row
from bot.adapters.storage.outbox_tables import OPEN, alerts, deliveries, held
from bot.adapters.storage.prepared import prepared
from bot.adapters.storage.rows import chunks
from bot.adapters.storage.tables import entries, feeds
from bot.adapters.storage.types import Moment
from bot.model.alert import Alert
from bot.model.delivery import DeliveryKind
from bot.model.entry import Entry
from bot.model.hold import HoldReason
from bot.model.message import Message
from bot.model.story import Told

_AFTER = prepared(
    WITH_FEED.where(
        entries.c.id > sa.bindparam("last"),
        entries.c.seen_at >= sa.bindparam("since", type_=Moment()),
        # A first poll's entries and the feed's first success bear one moment.
        entries.c.seen_at.is_distinct_from(feeds.c.seeded_at),
    )
    .order_by(entries.c.id)
    .limit(sa.bindparam("most"))
)


class Storybook(Part):
    """The part of the store that tells of stories."""

    async def entries_after(self, entry_id: int, *, since: datetime, limit: int) -> list[Entry]:
        """Return entries stored after this one and seen since then, in the order in which they were stored.

        What a feed listed at its first, silent poll is left out.
        """

        async def work(connection: AsyncConnection) -> list[Entry]:
            rows = await connection.execute(_AFTER, {"last": entry_id, "since": since, "most": limit})
            return [entry_from_row(row) for row in rows.mappings()]

        return await self._database.glance(work, rows=limit)

    async def told_about(self, story_id: int) -> list[Told]:
        """Return the alerts about a story with their messages as they stand; those whose message is gone are left out."""

        async def work(connection: AsyncConnection) -> list[Told]:
            found = await connection.execute(sa.select(alerts).where(alerts.c.story_id == story_id))
            made = [alert_from_row(row) for row in found.mappings()]
            messages = await _messages(connection, made)
            replies = await _replies(connection, made)
            calm = await _calm(connection, made)
            return [
                Told(alert, messages[alert.id], *replies.get(alert.id, (0, None)), calm=alert.id in calm)
                for alert in made
                if alert.id in messages
            ]

        return await self._database.read(work)

    async def latest_alerts(self, destination_id: int, *, limit: int) -> list[Alert]:
        """Return the latest alerts of a destination, newest first."""

        async def work(connection: AsyncConnection) -> list[Alert]:
            mine = sa.select(alerts).where(alerts.c.destination_id == destination_id)
            rows = await connection.execute(mine.order_by(alerts.c.id.desc()).limit(limit))
            return [alert_from_row(row) for row in rows.mappings()]

        return await self._database.read(work)


async def _calm(connection: AsyncConnection, made: list[Alert]) -> set[int]:
    found: set[int] = set()
    for some in chunks([alert.id for alert in made]):
        waiting = sa.select(held.c.alert_id).where(
            held.c.alert_id.in_(some), held.c.reason == HoldReason.CALM.value, sa.text(f"held.{OPEN}")
        )
        found.update((await connection.execute(waiting)).scalars())
    return found


async def _messages(connection: AsyncConnection, made: list[Alert]) -> dict[int, Message]:
    """Return the newest message of each alert: its own, or that of the last edit, or the one that is held."""
    newest: dict[int, Message] = {}
    for some in chunks([alert.id for alert in made]):
        waiting = sa.select(held.c.alert_id, held.c.message).where(
            held.c.alert_id.in_(some), sa.text(f"held.{OPEN}")
        )
        newest.update({row.alert_id: row.message for row in (await connection.execute(waiting)).all()})
        kinds = (DeliveryKind.SEND.value, DeliveryKind.EDIT.value)
        sent = sa.select(deliveries.c.alert_id, deliveries.c.message).where(
            deliveries.c.alert_id.in_(some), deliveries.c.kind.in_(kinds)
        )
        rows = await connection.execute(sent.order_by(deliveries.c.id))
        newest.update({row.alert_id: row.message for row in rows.all()})
    return newest


async def _replies(connection: AsyncConnection, made: list[Alert]) -> dict[int, tuple[int, datetime | None]]:
    found: dict[int, tuple[int, datetime | None]] = {}
    for some in chunks([alert.id for alert in made]):
        counted = (
            sa.select(
                deliveries.c.alert_id,
                sa.func.count().label("many"),
                sa.func.max(deliveries.c.created_at).label("last"),
            )
            .where(deliveries.c.alert_id.in_(some), deliveries.c.kind == DeliveryKind.REPLY.value)
            .group_by(deliveries.c.alert_id)
        )
        found.update(
            {row.alert_id: (row.many, row.last) for row in (await connection.execute(counted)).all()}
        )
    return found
