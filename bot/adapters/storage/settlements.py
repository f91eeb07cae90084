"""What became of an attempt, written in one transaction with everything that follows from it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.database import Database, Part
from bot.adapters.storage.deliveries import bare_values
from bot.adapters.storage.following import plan_steps
from bot.adapters.storage.outbox_tables import attempts, deliveries, destinations
from bot.adapters.storage.relocation import relocate
from bot.adapters.storage.rows import insert_all, new_lease
from bot.adapters.storage.together import Together
from bot.errors import LeaseLost
from bot.model.delivery import DeliveryStatus, Settlement
from bot.model.destination import DestinationState
from bot.model.message import Message, Run

_OPEN = (DeliveryStatus.PENDING.value, DeliveryStatus.SENDING.value)


_NEW = "new_"
_SENT_VALUES = {
    name: sa.bindparam(_NEW + name, type_=deliveries.c[name].type)
    for name in ("sent_at", "platform_message_id")
}
_SENT = (
    sa.update(deliveries)
    .where(deliveries.c.id == sa.bindparam("settled_id"))
    .values(status=DeliveryStatus.SENT.value, lease=None, lease_until=None, error=None, **_SENT_VALUES)
)
_PAUSE = (
    sa.update(destinations)
    .where(destinations.c.id == sa.bindparam("place"))
    .values(not_before=sa.bindparam("pause", type_=destinations.c.not_before.type))
)


class Settlements(Part):
    """The part of the store that writes what became of attempts.

    It goes before all other writing: what was sent and is not yet recorded would be sent again after a sudden end.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._sent = Together(self._write_sent)

    async def settle(self, settlement: Settlement) -> None:
        """Write the result of an attempt. Raises LeaseLost where the lease is no longer ours."""
        if settlement.status is DeliveryStatus.SENT:
            await self._sent.write(settlement)
        else:
            await self._database.write(lambda connection: _settle(connection, settlement), urgent=True)

    async def _write_sent(self, settlements: Sequence[Settlement]) -> list[LeaseLost | None]:
        return await self._database.write(
            lambda connection: _settle_sent(connection, settlements), urgent=True
        )


async def _settle_sent(
    connection: AsyncConnection, settlements: Sequence[Settlement]
) -> list[LeaseLost | None]:
    """Write that messages arrived; return for each the error where its lease is no longer ours."""
    ids = [each.delivery_id for each in settlements]
    columns = (deliveries.c.id, deliveries.c.lease, deliveries.c.destination_id)
    query = sa.select(*columns).where(deliveries.c.id.in_(ids)).order_by(deliveries.c.id).with_for_update()
    rows = {row.id: row for row in (await connection.execute(query)).all()}
    ours = [each for each in settlements if (row := rows.get(each.delivery_id)) and row.lease == each.lease]
    if ours:
        await connection.execute(_SENT, [_sent_values(each) for each in ours])
        await insert_all(connection, attempts, [_attempt(each) for each in ours])
    for each in ours:
        await plan_steps(connection, each)
    pauses = {rows[each.delivery_id].destination_id: each.not_before for each in ours if each.not_before}
    if pauses:
        held = [{"place": place, "pause": pause} for place, pause in sorted(pauses.items())]
        await connection.execute(_PAUSE, held)
    written = {each.delivery_id for each in ours}
    return [None if each.delivery_id in written else _lease_lost(each) for each in settlements]


def _sent_values(settlement: Settlement) -> dict[str, Any]:
    return {
        "settled_id": settlement.delivery_id,
        _NEW + "sent_at": settlement.at,
        _NEW + "platform_message_id": settlement.message_id,
    }


def _attempt(settlement: Settlement) -> dict[str, Any]:
    return {
        "delivery_id": settlement.delivery_id,
        "at": settlement.at,
        "outcome": settlement.outcome,
        "detail": settlement.detail,
    }


def _lease_lost(settlement: Settlement) -> LeaseLost:
    return LeaseLost(
        f"Delivery {settlement.delivery_id} took too long; it was claimed anew or given up meanwhile."
    )


async def _settle(connection: AsyncConnection, settlement: Settlement) -> None:
    place = await _store_result(connection, settlement)
    await _hold_back(connection, settlement)
    await insert_all(connection, attempts, [_attempt(settlement)])
    if settlement.relocate_to is not None:
        place = await relocate(connection, place, settlement.relocate_to)
    if settlement.notice is not None:
        await _say(connection, place, settlement.notice, settlement)
    if settlement.not_before is not None:
        await _change(connection, place, not_before=settlement.not_before)
    if settlement.destination_off is not None:
        await _switch_off(connection, place, settlement.destination_off, settlement.at)


async def _store_result(connection: AsyncConnection, settlement: Settlement) -> int:
    """Write the delivery's row and return its destination."""
    ours = sa.and_(deliveries.c.id == settlement.delivery_id, deliveries.c.lease == settlement.lease)
    changed = sa.update(deliveries).where(ours).values(_result_values(settlement))
    place: int | None = (
        await connection.execute(changed.returning(deliveries.c.destination_id))
    ).scalar_one_or_none()
    if place is None:
        raise _lease_lost(settlement)
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
    return {**values, "error": settlement.detail or settlement.outcome}


async def _switch_off(connection: AsyncConnection, place: int, reason: str, at: datetime) -> None:
    await _change(connection, place, state=DestinationState.OFF.value, reason=reason, off_at=at)
    waiting = sa.and_(deliveries.c.destination_id == place, deliveries.c.status.in_(_OPEN))
    dead = {"status": DeliveryStatus.DEAD.value, "error": reason, "lease": None, "lease_until": None}
    await connection.execute(sa.update(deliveries).where(waiting).values(dead))


async def _change(connection: AsyncConnection, place: int, **values: Any) -> None:
    await connection.execute(sa.update(destinations).where(destinations.c.id == place).values(values))
