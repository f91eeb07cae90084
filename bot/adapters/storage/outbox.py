"""The outbox as an operator sees it: what waits, why, and what to do about it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.database import Part
from bot.adapters.storage.deliveries import WHOLE, bare_values, delivery_from_row, note_interrupted
from bot.adapters.storage.destinations import current_id
from bot.adapters.storage.outbox_tables import attempts, deliveries
from bot.adapters.storage.rows import chunks, insert_unless_there
from bot.adapters.storage.tables import feeds
from bot.model.delivery import Attempt, Delivery, DeliveryStatus
from bot.model.message import Message

_REQUEUED = (DeliveryStatus.DEAD.value, DeliveryStatus.DROPPED.value, DeliveryStatus.PENDING.value)
_DROPPED = (DeliveryStatus.DEAD.value, DeliveryStatus.PENDING.value, DeliveryStatus.DRAFT.value)


class Outbox(Part):
    """The part of the store that lists and changes deliveries for an operator."""

    async def deliveries(
        self,
        *,
        statuses: Sequence[DeliveryStatus] = (),
        limit: int = 100,
        ids: Sequence[int] = (),
        destination_id: int | None = None,
    ) -> list[Delivery]:
        """Return deliveries, newest first; with ``statuses``, ``ids`` or a destination only those."""

        async def work(connection: AsyncConnection) -> list[Delivery]:
            wanted = WHOLE.order_by(deliveries.c.id.desc()).limit(limit)
            if statuses:
                wanted = wanted.where(deliveries.c.status.in_([status.value for status in statuses]))
            if ids:
                wanted = wanted.where(deliveries.c.id.in_(ids))
            if destination_id is not None:
                wanted = wanted.where(deliveries.c.destination_id == destination_id)
            return [delivery_from_row(row) for row in (await connection.execute(wanted)).mappings()]

        return await self._database.read(work)

    async def attempts(self, delivery_id: int) -> list[Attempt]:
        """Return the attempts of a delivery, oldest first."""

        async def work(connection: AsyncConnection) -> list[Attempt]:
            columns = (attempts.c.at, attempts.c.outcome, attempts.c.detail)
            made = sa.select(*columns).where(attempts.c.delivery_id == delivery_id).order_by(attempts.c.id)
            return [
                Attempt(row.at, row.outcome, row.detail) for row in (await connection.execute(made)).all()
            ]

        return await self._database.read(work)

    async def requeue(self, ids: Sequence[int], *, now: datetime) -> int:
        """Make dead, dropped or waiting deliveries due now with a fresh count of attempts; return how many."""
        values = {"status": DeliveryStatus.PENDING.value, "due_at": now, "attempts": 0, "error": None}
        return await self._change(ids, _REQUEUED, values)

    async def post(self, destination_id: int, message: Message, *, nonce: str, now: datetime) -> None:
        """Write a message that no alert stands behind, due now; a nonce that was used before writes nothing."""

        async def work(connection: AsyncConnection) -> None:
            place = await current_id(connection, destination_id)
            await insert_unless_there(connection, deliveries, bare_values(place, message, nonce, now))

        await self._database.write(work)

    async def drop(self, ids: Sequence[int]) -> int:
        """Give waiting or dead deliveries up; return how many."""
        return await self._change(ids, _DROPPED, {"status": DeliveryStatus.DROPPED.value})

    async def release_leases(self, now: datetime) -> int:
        """Free every lease on feeds and deliveries; only for the sole process of a database, at its start.

        The attempts that ended with the process before are noted.
        """
        free: dict[str, Any] = {"lease": None, "lease_until": None}

        async def work(connection: AsyncConnection) -> int:
            polled = sa.update(feeds).where(feeds.c.lease.is_not(None)).values(free)
            sending = deliveries.c.status == DeliveryStatus.SENDING.value
            await note_interrupted(connection, sending, now)
            begun = (
                sa.update(deliveries).where(sending).values(free | {"status": DeliveryStatus.PENDING.value})
            )
            return sum([(await connection.execute(change)).rowcount for change in (polled, begun)])

        return await self._database.write(work)

    async def _change(self, ids: Sequence[int], from_statuses: Sequence[str], values: dict[str, Any]) -> int:
        async def work(connection: AsyncConnection) -> int:
            changed = 0
            for some in chunks(sorted(set(ids))):
                these = sa.and_(deliveries.c.id.in_(some), deliveries.c.status.in_(from_statuses))
                result = await connection.execute(sa.update(deliveries).where(these).values(values))
                changed += result.rowcount
            return changed

        return await self._database.write(work)
