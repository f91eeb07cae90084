"""Alerts: which story matched what of which destination, each with its delivery."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.database import Part
from bot.adapters.storage.drafts import submit
from bot.adapters.storage.entries import Stored
from bot.adapters.storage.held import recent_singles
from bot.adapters.storage.outbox_tables import alerts, deliveries, destinations, held, relocations
from bot.adapters.storage.rows import chunks, insert_all
from bot.model.alert import Alert, NewAlert
from bot.model.burst import Burst
from bot.model.delivery import DeliveryStatus
from bot.model.hold import Held
from bot.model.message import plain


class Alerts(Part):
    """The part of the store that reads alerts."""

    async def alerts(self, *, limit: int = 50) -> list[Alert]:
        """Return the latest alerts, newest first."""

        async def work(connection: AsyncConnection) -> list[Alert]:
            latest = sa.select(alerts).order_by(alerts.c.id.desc()).limit(limit)
            return [alert_from_row(row) for row in (await connection.execute(latest)).mappings()]

        return await self._database.read(work)


async def store_alerts(
    connection: AsyncConnection,
    news: Iterable[NewAlert],
    stored: Mapping[int, Stored],
    *,
    source: str,
    at: datetime,
    burst: Burst | None = None,
) -> None:
    """Write alerts of stored entries, each with its delivery or its hold; ``stored`` is by index into the fresh entries.

    An alert whose entry was not stored, whose destination is gone or whose delivery exists is left out. What is more
    than ``burst`` allows is held.
    """
    wanted = [alert for alert in news if alert.entry in stored]
    places = await _places(connection, sorted({alert.destination_id for alert in wanted}))
    written = await _written(connection, [alert.nonce for alert in wanted])
    chosen: dict[tuple[int, int], NewAlert] = {}
    for alert in wanted:
        place = places.get(alert.destination_id)
        if place is not None and alert.nonce not in written:
            chosen.setdefault((place, stored[alert.entry].story_id), alert)
    rows = [
        _alert_values(alert, stored[alert.entry], place, source, at) for (place, _), alert in chosen.items()
    ]
    alert_ids = await insert_all(connection, alerts, rows)
    plans = await _plans(connection, list(chosen), list(chosen.values()), burst, at)
    outgoing: list[dict[str, object]] = []
    waiting: list[dict[str, object]] = []
    for (place, _), alert, alert_id, plan in zip(chosen, chosen.values(), alert_ids, plans, strict=True):
        values = _common_values(alert, stored[alert.entry], place, alert_id, at)
        if plan is None:
            outgoing.append({**values, **_delivery_values(alert, at)})
        else:
            waiting.append({**values, "reason": plan.reason.value, "due_at": plan.due_at})
    await insert_all(connection, deliveries, outgoing)
    for (place, _), alert in chosen.items():
        if alert.draft is not None:
            await submit(connection, alert.draft, alert.nonce, place, at)
    await insert_all(connection, held, waiting)


async def _plans(
    connection: AsyncConnection,
    keys: Sequence[tuple[int, int]],
    news: Sequence[NewAlert],
    burst: Burst | None,
    at: datetime,
) -> list[Held | None]:
    """Return for each alert how it is held; None for those that go out singly, of each place the first ones."""
    plans = [alert.held for alert in news]
    if burst is None:
        return plans
    singles: dict[int, list[int]] = {}
    for index, (place, _) in enumerate(keys):
        if plans[index] is None and news[index].draft is None:
            singles.setdefault(place, []).append(index)
    recent = await recent_singles(connection, list(singles), at - burst.per)
    for place, indices in singles.items():
        room, plan = burst.folded(recent[place], len(indices), at)
        for index in indices[room:]:
            plans[index] = plan
    return plans


async def _places(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, int]:
    # A destination may have been merged into another since the entry was matched. The lock keeps it from being
    # merged between this look and the end of the transaction.
    found: dict[int, int] = {}
    for some in chunks(ids):
        moved = sa.select(relocations.c.old_id, relocations.c.new_id).where(relocations.c.old_id.in_(some))
        targets = {row.old_id: row.new_id for row in (await connection.execute(moved)).all()}
        wanted = sorted({targets.get(number, number) for number in some})
        there = (
            sa.select(destinations.c.id)
            .where(destinations.c.id.in_(wanted))
            .order_by(destinations.c.id)
            .with_for_update(read=True, key_share=True)
        )
        present = set((await connection.execute(there)).scalars())
        found.update({number: place for number in some if (place := targets.get(number, number)) in present})
    return found


async def _written(connection: AsyncConnection, nonces: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for some in chunks(nonces):
        for rows in (deliveries, held):
            query = sa.select(rows.c.nonce).where(rows.c.nonce.in_(some))
            found.update((await connection.execute(query)).scalars())
    return found


def _alert_values(
    alert: NewAlert, stored: Stored, place: int, source: str, at: datetime
) -> dict[str, object]:
    return {
        "destination_id": place,
        "story_id": stored.story_id,
        "entry_id": stored.entry_id,
        "title": stored.content.title or plain(alert.message.title),
        "link": stored.content.link,
        "source": source,
        "matches": alert.matches,
        "created_at": at,
    }


def _common_values(
    alert: NewAlert, stored: Stored, place: int, alert_id: int, at: datetime
) -> dict[str, object]:
    """Return what a delivery and a hold have in common."""
    return {
        "destination_id": place,
        "alert_id": alert_id,
        "nonce": alert.nonce,
        "message": alert.message,
        "created_at": at,
        "published_at": stored.content.published,
    }


def _delivery_values(alert: NewAlert, at: datetime) -> dict[str, object]:
    return {
        "status": (DeliveryStatus.DRAFT if alert.draft else DeliveryStatus.PENDING).value,
        "due_at": alert.due_at,
        "attempts": 0,
        "seen_at": at,
    }


def alert_from_row(row: sa.RowMapping) -> Alert:
    """Return the alert that a row holds."""
    return Alert(
        id=row["id"],
        destination_id=row["destination_id"],
        story_id=row["story_id"],
        entry_id=row["entry_id"],
        title=row["title"],
        link=row["link"],
        source=row["source"],
        matches=row["matches"],
        created_at=row["created_at"],
    )
