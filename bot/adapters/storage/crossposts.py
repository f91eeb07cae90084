"""Messages of announcement channels that are to be passed on to the channel's followers."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.deliveries import bare_values
from bot.adapters.storage.outbox_tables import deliveries
from bot.adapters.storage.rows import insert_unless_there
from bot.model.delivery import DeliveryKind, DeliveryStatus

# What users of Discord report; no official text names it.
MOST, WITHIN = 10, timedelta(hours=1)

_DONE = (DeliveryStatus.DEAD.value, DeliveryStatus.DROPPED.value)


async def plan_crosspost(connection: AsyncConnection, delivery_id: int, at: datetime) -> None:
    """Write the step that passes a sent message on, due when the channel's budget allows it; once for a message."""
    row = (
        (await connection.execute(sa.select(deliveries).where(deliveries.c.id == delivery_id)))
        .mappings()
        .one()
    )
    place = row["destination_id"]
    values = {
        **bare_values(place, row["message"], f"{row['nonce']}:crosspost", await _next(connection, place, at)),
        "rank": row["rank"],
        "created_at": at,
        "kind": DeliveryKind.CROSSPOST.value,
        "target_id": delivery_id,
        "alert_id": row["alert_id"],
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
