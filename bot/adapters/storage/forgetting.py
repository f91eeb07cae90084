"""Forgetting a place: everything that is stored about it, at its wish or long after it has left."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.database import Part
from bot.adapters.storage.destinations import current_id
from bot.adapters.storage.outbox_tables import (
    alerts,
    decisions,
    deliveries,
    destinations,
    held,
    mutes,
    relocations,
    subscriptions,
)
from bot.adapters.storage.queries import follow_subscriptions
from bot.adapters.storage.tables import queries
from bot.model.destination import DestinationState
from bot.model.subscription import SubscriptionOrigin

LEFT_KEPT = timedelta(days=30)


class Forgetting(Part):
    """The part of the store that forgets places."""

    async def forget(self, destination_id: int) -> bool:
        """Delete a destination with all that is stored about it; False where there is none."""

        async def work(connection: AsyncConnection) -> bool:
            place = await current_id(connection, destination_id)
            return await _forget(connection, place)

        return await self._database.write(work)

    async def forget_left(self, now: datetime) -> int:
        """Forget destinations that have been off for 30 days; return how many.

        Those that the configuration names stay: it would bring them back at the next start.
        """

        async def work(connection: AsyncConnection) -> int:
            off = destinations.c.state == DestinationState.OFF.value
            # Off since before this was written down: their time begins now.
            unknown = sa.update(destinations).where(off, destinations.c.off_at.is_(None))
            await connection.execute(unknown.values(off_at=now))
            named = sa.exists().where(
                subscriptions.c.destination_id == destinations.c.id,
                subscriptions.c.origin == SubscriptionOrigin.CONFIG.value,
            )
            left = sa.select(destinations.c.id).where(off, destinations.c.off_at < now - LEFT_KEPT, ~named)
            places = (await connection.execute(left)).scalars().all()
            for place in places:
                await _forget(connection, place)
            return len(places)

        return await self._database.write(work)


async def _forget(connection: AsyncConnection, place: int) -> bool:
    followed = (
        sa.select(queries.c.id)
        .where(
            queries.c.id.in_(
                sa.select(subscriptions.c.query_id).where(subscriptions.c.destination_id == place)
            )
        )
        .order_by(queries.c.id)
        .with_for_update()
    )
    affected = (await connection.execute(followed)).scalars().all()
    ours = sa.select(subscriptions.c.id).where(subscriptions.c.destination_id == place)
    await connection.execute(sa.delete(decisions).where(decisions.c.subscription_id.in_(ours)))
    # Attempts go with their deliveries. Old numbers of the place are forgotten, too.
    for rows, column in (
        (held, held.c.destination_id),
        (deliveries, deliveries.c.destination_id),
        (alerts, alerts.c.destination_id),
        (subscriptions, subscriptions.c.destination_id),
        (mutes, mutes.c.destination_id),
        (relocations, relocations.c.new_id),
    ):
        await connection.execute(sa.delete(rows).where(column == place))
    for query_id in affected:
        await follow_subscriptions(connection, query_id)
    gone = await connection.execute(sa.delete(destinations).where(destinations.c.id == place))
    return gone.rowcount > 0
