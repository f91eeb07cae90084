"""What became of an attempt, written in one transaction with everything that follows from it."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.crossposts import plan_crosspost
from bot.adapters.storage.database import Part
from bot.adapters.storage.deliveries import bare_values
from bot.adapters.storage.outbox_tables import attempts, deliveries, destinations
from bot.adapters.storage.relocation import relocate
from bot.adapters.storage.rows import insert_all, new_lease
from bot.errors import LeaseLost
from bot.model.delivery import DeliveryStatus, Settlement
from bot.model.destination import DestinationState
from bot.model.message import Message, Run

_OPEN = (DeliveryStatus.PENDING.value, DeliveryStatus.SENDING.value)


class Settlements(Part):
    """The part of the store that writes what became of attempts."""

    async def settle(self, settlement: Settlement) -> None:
        """Write the result of an attempt. Raises LeaseLost where the lease is no longer ours."""

        async def work(connection: AsyncConnection) -> None:
            place = await _store_result(connection, settlement)
            await _hold_back(connection, settlement)
            if settlement.publish:
                await plan_crosspost(connection, settlement.delivery_id, settlement.at)
            attempt = {"at": settlement.at, "outcome": settlement.outcome, "detail": settlement.detail}
            await insert_all(connection, attempts, [{"delivery_id": settlement.delivery_id, **attempt}])
            if settlement.relocate_to is not None:
                place = await relocate(connection, place, settlement.relocate_to)
            if settlement.notice is not None:
                await _say(connection, place, settlement.notice, settlement)
            if settlement.not_before is not None:
                await _change(connection, place, not_before=settlement.not_before)
            if settlement.destination_off is not None:
                await _switch_off(connection, place, settlement.destination_off, settlement.at)

        await self._database.write(work)


async def _store_result(connection: AsyncConnection, settlement: Settlement) -> int:
    """Write the delivery's row and return its destination."""
    ours = sa.and_(deliveries.c.id == settlement.delivery_id, deliveries.c.lease == settlement.lease)
    changed = sa.update(deliveries).where(ours).values(_result_values(settlement))
    place: int | None = (
        await connection.execute(changed.returning(deliveries.c.destination_id))
    ).scalar_one_or_none()
    if place is None:
        raise LeaseLost(
            f"Delivery {settlement.delivery_id} took too long; it was claimed anew or given up meanwhile."
        )
    return place


async def _say(connection: AsyncConnection, place: int, sentence: str, settlement: Settlement) -> None:
    notice = Message(summary=((Run(sentence),),))
    # Before the delivery that found out, which is due now.
    earlier = settlement.at - timedelta(milliseconds=1)
    await insert_all(connection, deliveries, [bare_values(place, notice, new_lease()[:24], earlier)])


async def _hold_back(connection: AsyncConnection, settlement: Settlement) -> None:
    """Let edits of a message and replies to it wait behind it, so that they do not stand in the way meanwhile."""
    if settlement.status is DeliveryStatus.PENDING and settlement.due_at is not None:
        behind = sa.and_(
            deliveries.c.target_id == settlement.delivery_id,
            deliveries.c.status == DeliveryStatus.PENDING.value,
            deliveries.c.due_at < settlement.due_at,
        )
        await connection.execute(sa.update(deliveries).where(behind).values(due_at=settlement.due_at))


def _result_values(settlement: Settlement) -> dict[str, Any]:
    values: dict[str, Any] = {"status": settlement.status.value, "lease": None, "lease_until": None}
    if settlement.due_at is not None:
        values["due_at"] = settlement.due_at
    if settlement.uncertain:
        values["uncertain_at"] = sa.func.coalesce(
            deliveries.c.uncertain_at, sa.literal(settlement.at, deliveries.c.uncertain_at.type)
        )
    if settlement.status is DeliveryStatus.SENT:
        return {
            **values,
            "sent_at": settlement.at,
            "platform_message_id": settlement.message_id,
            "error": None,
        }
    return {**values, "error": settlement.detail or settlement.outcome}


async def _switch_off(connection: AsyncConnection, place: int, reason: str, at: datetime) -> None:
    await _change(connection, place, state=DestinationState.OFF.value, reason=reason, off_at=at)
    waiting = sa.and_(deliveries.c.destination_id == place, deliveries.c.status.in_(_OPEN))
    dead = {"status": DeliveryStatus.DEAD.value, "error": reason, "lease": None, "lease_until": None}
    await connection.execute(sa.update(deliveries).where(waiting).values(dead))


async def _change(connection: AsyncConnection, place: int, **values: Any) -> None:
    await connection.execute(sa.update(destinations).where(destinations.c.id == place).values(values))
