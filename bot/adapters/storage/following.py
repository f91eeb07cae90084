"""Steps that follow a sent message: it is passed on to a channel's followers, a thread is opened under it."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.deliveries import bare_values
from bot.adapters.storage.outbox_tables import deliveries
from bot.adapters.storage.rows import insert_unless_there
from bot.model.delivery import DeliveryKind, DeliveryStatus, Settlement

# What users of Discord report; no official text names it.
MOST, WITHIN = 10, timedelta(hours=1)

_DONE = (DeliveryStatus.DEAD.value, DeliveryStatus.DROPPED.value)


async def plan_steps(connection: AsyncConnection, settlement: Settlement) -> None:
    """Write the steps that a sent message asks for, each once."""
    if not (settlement.publish or settlement.thread):
        return
    found = await connection.execute(sa.select(deliveries).where(deliveries.c.id == settlement.delivery_id))
    sent, at = found.mappings().one(), settlement.at
    if settlement.publish:
        due_at = await _next(connection, sent["destination_id"], at)
        await _plan(connection, sent, DeliveryKind.CROSSPOST, at, due_at)
    # A digest is not discussed.
    if settlement.thread and sent["alert_id"] is not None:
        await _plan(connection, sent, DeliveryKind.THREAD, at, at)


async def _plan(
    connection: AsyncConnection, sent: sa.RowMapping, kind: DeliveryKind, at: datetime, due_at: datetime
) -> None:
    values = {
        **bare_values(sent["destination_id"], sent["message"], f"{sent['nonce']}:{kind}", at),
        "kind": kind.value,
        "target_id": sent["id"],
        "alert_id": sent["alert_id"],
        "rank": sent["rank"],
        "due_at": due_at,
    }
    await insert_unless_there(connection, deliveries, values)


async def _next(connection: AsyncConnection, place: int, at: datetime) -> datetime:
    """Return the first moment at which fewer than ten lie within the hour before it."""
    moment = sa.func.coalesce(deliveries.c.sent_at, deliveries.c.due_at)
    tenth = (
        sa.select(moment)
        .where(
            deliveries.c.destination_id == place,
            deliveries.c.kind == DeliveryKind.CROSSPOST.value,
            deliveries.c.status.not_in(_DONE),
            # Where there was nobody to pass it on to, nothing of the budget was used.
            sa.func.coalesce(deliveries.c.platform_message_id, "-") != "",
        )
        .order_by(moment.desc())
        .offset(MOST - 1)
        .limit(1)
    )
    last: datetime | None = (await connection.execute(tenth)).scalar_one_or_none()
    return at if last is None else max(at, last + WITHIN)
