"""Threads that are to be opened under messages."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.deliveries import bare_values
from bot.adapters.storage.outbox_tables import deliveries
from bot.adapters.storage.rows import insert_unless_there
from bot.model.delivery import DeliveryKind


async def plan_thread(connection: AsyncConnection, delivery_id: int, at: datetime) -> None:
    """Write the step that opens a thread under a sent alert, due now; once for an alert, never for a digest."""
    found = await connection.execute(sa.select(deliveries).where(deliveries.c.id == delivery_id))
    row = found.mappings().one()
    if row["alert_id"] is None:
        return
    values = {
        **bare_values(row["destination_id"], row["message"], f"{row['nonce']}:thread", at),
        "kind": DeliveryKind.THREAD.value,
        "target_id": delivery_id,
        "alert_id": row["alert_id"],
    }
    await insert_unless_there(connection, deliveries, values)
