"""A destination that lives at another address now, which may be on the list already."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.addresses import address_values, at_address
from bot.adapters.storage.outbox_tables import (
    alerts,
    deliveries,
    destinations,
    held,
    mutes,
    relocations,
    subscriptions,
)
from bot.adapters.storage.queries import follow_subscriptions
from bot.adapters.storage.tables import queries
from bot.model.address import Address
from bot.model.delivery import DeliveryStatus


async def relocate(connection: AsyncConnection, place: int, address: Address) -> int:
    """Give a destination its new address; return the destination that has it now."""
    there = sa.select(destinations.c.id).where(at_address(address)).with_for_update()
    other: int | None = (await connection.execute(there)).scalar_one_or_none()
    if other is None:
        change = sa.update(destinations).where(destinations.c.id == place)
        await connection.execute(change.values(address_values(address)))
        return place
    if other != place:
        await _merge(connection, place, other)
    return other


async def _merge(connection: AsyncConnection, old: int, new: int) -> None:
    """Move everything from one destination to another, without doubles, and delete the emptied one."""
    await _merge_subscriptions(connection, old, new)
    await _merge_alerts(connection, old, new)
    await connection.execute(
        sa.update(deliveries).where(deliveries.c.destination_id == old).values(destination_id=new)
    )
    await connection.execute(sa.update(mutes).where(mutes.c.destination_id == old).values(destination_id=new))
    await connection.execute(sa.update(held).where(held.c.destination_id == old).values(destination_id=new))
    await connection.execute(sa.update(relocations).where(relocations.c.new_id == old).values(new_id=new))
    await connection.execute(sa.insert(relocations).values(old_id=old, new_id=new))
    await connection.execute(sa.delete(destinations).where(destinations.c.id == old))


async def _merge_subscriptions(connection: AsyncConnection, old: int, new: int) -> None:
    followed = sa.select(queries.c.id).where(
        queries.c.id.in_(sa.select(subscriptions.c.query_id).where(subscriptions.c.destination_id == old))
    )
    affected = (await connection.execute(followed.order_by(queries.c.id).with_for_update())).scalars().all()
    has = sa.select(subscriptions.c.query_id).where(subscriptions.c.destination_id == new)
    mine = subscriptions.c.destination_id == old
    await connection.execute(sa.delete(subscriptions).where(mine, subscriptions.c.query_id.in_(has)))
    await connection.execute(sa.update(subscriptions).where(mine).values(destination_id=new))
    for query_id in affected:
        await follow_subscriptions(connection, query_id)


async def _merge_alerts(connection: AsyncConnection, old: int, new: int) -> None:
    """Move alerts over; of a story that both have, one alert stays and only one message goes out."""
    twin = alerts.alias("twin")
    mine = alerts.c.destination_id == old
    double = sa.exists().where(twin.c.destination_id == new, twin.c.story_id == alerts.c.story_id)
    doubles = sa.select(alerts.c.id).where(mine, double)
    unsent = deliveries.c.status != DeliveryStatus.SENT.value
    await connection.execute(sa.delete(deliveries).where(deliveries.c.alert_id.in_(doubles), unsent))
    await connection.execute(sa.delete(alerts).where(mine, double))
    await connection.execute(sa.update(alerts).where(mine).values(destination_id=new))
