"""What was decided and done about an entry, for whoever asks why."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.alerts import alert_from_row
from bot.adapters.storage.database import Part
from bot.adapters.storage.deliveries import WHOLE, delivery_from_row
from bot.adapters.storage.destinations import current_id
from bot.adapters.storage.entries import WITH_FEED, entry_from_row, link_hash
from bot.adapters.storage.outbox_tables import alerts, decisions, deliveries, held, subscriptions
from bot.adapters.storage.tables import entries
from bot.model.alert import Alert
from bot.model.decision import Decision, Verdict
from bot.model.delivery import Delivery
from bot.model.entry import Entry
from bot.model.record import Judged, Record

_MOST = 10
_RECORDED = 5000


class History(Part):
    """The part of the store that remembers what became of entries."""

    async def entry(self, entry_id: int) -> Entry | None:
        """Return a stored entry; None where it was pruned."""
        found = await self._entries(entries.c.id == entry_id)
        return found[0] if found else None

    async def entries_linked(self, link: str) -> list[Entry]:
        """Return the latest entries with this link in any of its spellings, newest first, at most 10."""
        return await self._entries(entries.c.link_hash == link_hash(link))

    async def alert_sent_as(
        self, destination_id: int, *, nonce: str | None = None, message_id: str | None = None
    ) -> Alert | None:
        """Return the alert of a destination by its delivery's nonce or by the platform's id of its message."""
        sent = (
            deliveries.c.nonce == nonce
            if nonce is not None
            else deliveries.c.platform_message_id == message_id
        )
        return await self._alert(
            destination_id, alerts.c.id.in_(sa.select(deliveries.c.alert_id).where(sent))
        )

    async def alerts_in_digest(self, destination_id: int, message_id: str) -> list[Alert]:
        """Return the alerts of a destination that a digest told of, by the platform's id of its message, in its order."""

        async def work(connection: AsyncConnection) -> list[Alert]:
            place = await current_id(connection, destination_id)
            told = (
                sa.select(alerts)
                .join(held, held.c.alert_id == alerts.c.id)
                .join(deliveries, deliveries.c.id == held.c.delivery_id)
                .where(deliveries.c.destination_id == place, deliveries.c.platform_message_id == message_id)
                .order_by(held.c.created_at, held.c.id)
            )
            return [alert_from_row(row) for row in (await connection.execute(told)).mappings()]

        return await self._database.read(work)

    async def alert_about(self, destination_id: int, story_id: int) -> Alert | None:
        """Return the alert of a destination about a story."""
        return await self._alert(destination_id, alerts.c.story_id == story_id)

    async def alert_deliveries(self, alert_id: int) -> list[Delivery]:
        """Return the deliveries of an alert, oldest first: its own, or the digest that took it."""

        async def work(connection: AsyncConnection) -> list[Delivery]:
            digest = sa.select(held.c.delivery_id).where(held.c.alert_id == alert_id)
            its = sa.or_(deliveries.c.alert_id == alert_id, deliveries.c.id.in_(digest))
            wanted = WHOLE.where(its).order_by(deliveries.c.id)
            return [delivery_from_row(row) for row in (await connection.execute(wanted)).mappings()]

        return await self._database.read(work)

    async def decisions(self, entry_id: int, subscription_ids: Sequence[int]) -> list[Decision]:
        """Return what was decided about an entry for these subscriptions, oldest first."""

        async def work(connection: AsyncConnection) -> list[Decision]:
            ours = decisions.c.subscription_id.in_(subscription_ids)
            wanted = sa.select(decisions).where(decisions.c.entry_id == entry_id, ours)
            rows = await connection.execute(wanted.order_by(decisions.c.id))
            return [
                Decision(row.subscription_id, Verdict(row.verdict), row.detail, row.created_at)
                for row in rows.all()
            ]

        return await self._database.read(work)

    async def record(self, destination_id: int) -> Record:
        """Return all that is kept about what a destination was told, the newest 5,000 of each kind."""

        async def work(connection: AsyncConnection) -> Record:
            place = await current_id(connection, destination_id)
            told = sa.select(alerts).where(alerts.c.destination_id == place).order_by(alerts.c.id.desc())
            sent = WHOLE.where(deliveries.c.destination_id == place).order_by(deliveries.c.id.desc())
            return Record(
                tuple(alert_from_row(row) for row in await _newest(connection, told)),
                tuple(delivery_from_row(row) for row in await _newest(connection, sent)),
                tuple(_judged(row) for row in await _newest(connection, _decided(place))),
            )

        return await self._database.read(work)

    async def _entries(self, condition: sa.ColumnElement[bool]) -> list[Entry]:
        async def work(connection: AsyncConnection) -> list[Entry]:
            wanted = WITH_FEED.where(condition).order_by(entries.c.id.desc()).limit(_MOST)
            return [entry_from_row(row) for row in (await connection.execute(wanted)).mappings()]

        return await self._database.read(work)

    async def _alert(self, destination_id: int, condition: sa.ColumnElement[bool]) -> Alert | None:
        async def work(connection: AsyncConnection) -> Alert | None:
            place = await current_id(connection, destination_id)
            wanted: sa.Select[Any] = sa.select(alerts).where(alerts.c.destination_id == place, condition)
            row = (await connection.execute(wanted.limit(1))).mappings().one_or_none()
            return None if row is None else alert_from_row(row)

        return await self._database.read(work)


def _decided(place: int) -> sa.Select[Any]:
    return (
        sa.select(
            subscriptions.c.text,
            entries.c.title,
            entries.c.link,
            decisions.c.verdict,
            decisions.c.detail,
            decisions.c.created_at,
        )
        .join(subscriptions, subscriptions.c.id == decisions.c.subscription_id)
        .outerjoin(entries, entries.c.id == decisions.c.entry_id)
        .where(subscriptions.c.destination_id == place)
        .order_by(decisions.c.id.desc())
    )


def _judged(row: sa.RowMapping) -> Judged:
    verdict = Verdict(row["verdict"])
    return Judged(row["text"], row["title"] or "", row["link"], verdict, row["detail"], row["created_at"])


async def _newest(connection: AsyncConnection, rows: sa.Select[Any]) -> Sequence[sa.RowMapping]:
    found: Sequence[sa.RowMapping] = (await connection.execute(rows.limit(_RECORDED))).mappings().all()
    return found
