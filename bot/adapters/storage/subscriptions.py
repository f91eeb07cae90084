"""Subscriptions: who wants which query, and how."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.codec import cadence_from_text
from bot.adapters.storage.database import Part
from bot.adapters.storage.destinations import BESIDE, PREFIX, current_id, destination_from_row
from bot.adapters.storage.outbox_tables import destinations, subscriptions
from bot.adapters.storage.queries import follow_subscriptions, hold_query, query_id_for
from bot.adapters.storage.rows import chunks, insert_all
from bot.adapters.storage.tables import queries
from bot.model.address import Address
from bot.model.destination import DestinationState
from bot.model.subscription import (
    Priority,
    Subscriber,
    Subscription,
    SubscriptionOptions,
    SubscriptionOrigin,
)

_WHOLE = (
    sa.select(*subscriptions.c, queries.c.canonical, *BESIDE)
    .join(queries, queries.c.id == subscriptions.c.query_id)
    .join(destinations, destinations.c.id == subscriptions.c.destination_id)
    .order_by(subscriptions.c.id)
)


class Subscriptions(Part):
    """The part of the store that keeps subscriptions."""

    async def subscribe(
        self,
        destination_id: int,
        *,
        query: str,
        canonical: str,
        options: SubscriptionOptions,
        origin: SubscriptionOrigin,
        now: datetime,
    ) -> tuple[Subscription, bool]:
        """Add a subscription or find the destination's one with the same canonical query; True where it is new.

        A found one takes over ``options``. ``origin`` CONFIG takes an existing one over, too.
        """

        async def work(connection: AsyncConnection) -> tuple[Subscription, bool]:
            key = {
                "destination_id": await current_id(connection, destination_id),
                "query_id": await query_id_for(connection, query, canonical),
            }
            found = await _change(connection, key, options, origin)
            if not found:
                own = {"text": query, "origin": origin.value, "created_at": now}
                await insert_all(connection, subscriptions, [{**key, **own, **_option_values(options)}])
                await follow_subscriptions(connection, key["query_id"])
            row = (await connection.execute(_WHOLE.where(*_is(key)))).mappings().one()
            return _subscription_from_row(row), not found

        return await self._database.write(work)

    async def unsubscribe(self, subscription_id: int) -> Subscription | None:
        """Remove a subscription and return it; None where there was none."""

        async def work(connection: AsyncConnection) -> Subscription | None:
            this = subscriptions.c.id == subscription_id
            row = (await connection.execute(_WHOLE.where(this))).mappings().one_or_none()
            if row is None:
                return None
            await hold_query(connection, row["query_id"])
            gone = await connection.execute(sa.delete(subscriptions).where(this))
            await follow_subscriptions(connection, row["query_id"])
            return _subscription_from_row(row) if gone.rowcount else None

        return await self._database.write(work)

    async def subscriptions(self, destination_id: int | None = None) -> list[Subscriber]:
        """Return the subscriptions of one destination or of all, oldest first."""

        async def work(connection: AsyncConnection) -> list[Subscriber]:
            wanted = _WHOLE
            if destination_id is not None:
                wanted = wanted.where(
                    subscriptions.c.destination_id == await current_id(connection, destination_id)
                )
            return [_subscriber_from_row(row) for row in (await connection.execute(wanted)).mappings()]

        return await self._database.read(work)

    async def subscribers(self, query_ids: Sequence[int]) -> list[Subscriber]:
        """Return all subscriptions of these queries whose destination is not off."""

        async def work(connection: AsyncConnection) -> list[Subscriber]:
            reachable = _WHOLE.where(destinations.c.state != DestinationState.OFF.value)
            return [
                _subscriber_from_row(row)
                for some in chunks(sorted(set(query_ids)))
                for row in (
                    await connection.execute(reachable.where(subscriptions.c.query_id.in_(some)))
                ).mappings()
            ]

        return await self._database.read(work)


async def _change(
    connection: AsyncConnection, key: dict[str, int], options: SubscriptionOptions, origin: SubscriptionOrigin
) -> bool:
    values = _option_values(options)
    if origin is SubscriptionOrigin.CONFIG:
        values["origin"] = origin.value
    changed = await connection.execute(sa.update(subscriptions).where(*_is(key)).values(values))
    return changed.rowcount > 0


def _is(key: dict[str, int]) -> list[sa.ColumnElement[bool]]:
    return [subscriptions.c[name] == value for name, value in key.items()]


def _option_values(options: SubscriptionOptions) -> dict[str, Any]:
    return {
        "cadence": str(options.cadence),
        "feeds": options.feeds,
        "mentions": options.mentions,
        "priority": options.priority.value,
        "draft": str(options.draft) if options.draft else None,
    }


def _subscriber_from_row(row: sa.RowMapping) -> Subscriber:
    return Subscriber(_subscription_from_row(row), destination_from_row(row, PREFIX))


def _subscription_from_row(row: sa.RowMapping) -> Subscription:
    return Subscription(
        id=row["id"],
        destination_id=row["destination_id"],
        query_id=row["query_id"],
        query=row["text"],
        canonical=row["canonical"],
        options=SubscriptionOptions(
            cadence_from_text(row["cadence"]),
            row["feeds"],
            row["mentions"],
            Priority(row["priority"]),
            Address.parse(row["draft"]) if row["draft"] else None,
        ),
        origin=SubscriptionOrigin(row["origin"]),
        created_at=row["created_at"],
    )
