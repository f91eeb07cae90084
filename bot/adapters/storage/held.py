"""What is held for a digest: written with its alert, taken by the digest in one transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.database import Part
from bot.adapters.storage.deliveries import bare_values
from bot.adapters.storage.destinations import BESIDE, PREFIX, current_id, destination_from_row
from bot.adapters.storage.outbox_tables import OPEN, WAITING, alerts, deliveries, destinations, held
from bot.adapters.storage.rows import chunks, insert_all
from bot.model.delivery import DeliveryKind, DeliveryStatus, Rank
from bot.model.destination import Destination, DestinationState
from bot.model.hold import DigestPage, DueDigest, Held, Hold, HoldReason, NewDigest

# More than that is written in several digests: a transaction stays short, and memory bounded.
_MOST = 500
_GATHER = timedelta(hours=1)

_WHOLE = sa.select(*held.c, alerts.c.matches).join(alerts, alerts.c.id == held.c.alert_id)


class Holds(Part):
    """The part of the store that keeps what waits for a digest."""

    async def due_digests(self, now: datetime, *, limit: int) -> list[DueDigest]:
        """Return active destinations with what is held for them and due, at most 500 holds each, oldest first."""

        async def work(connection: AsyncConnection) -> list[DueDigest]:
            places = (await connection.execute(_due_places(now, limit))).mappings().all()
            due = sa.and_(sa.text(f"held.{OPEN}"), held.c.due_at <= now)
            found = []
            for row in places:
                mine = _WHOLE.where(held.c.destination_id == row[f"{PREFIX}id"], due)
                rows = await connection.execute(mine.order_by(held.c.created_at, held.c.id).limit(_MOST))
                holds = tuple(_hold_from_row(each) for each in rows.mappings())
                found.append(DueDigest(destination_from_row(row, PREFIX), holds))
            return found

        return await self._database.read(work)

    async def write_digest(self, digest: NewDigest) -> bool:
        """Write the pages as deliveries and mark their holds as taken; False, having written nothing, where one is gone.

        Of several processes that compose the same digest, the first to write wins.
        """

        async def work(connection: AsyncConnection) -> bool:
            place = await current_id(connection, digest.destination_id)
            taken = [number for page in digest.pages for number in page.holds]
            if not await _lock(connection, place, [*taken, *digest.dropped]):
                return False
            rows = [_page_values(place, page, digest.at) for page in digest.pages]
            written = await insert_all(connection, deliveries, rows)
            for page, delivery_id in zip(digest.pages, written, strict=True):
                mine = sa.update(held).where(held.c.id.in_(page.holds))
                await connection.execute(mine.values(delivery_id=delivery_id))
            await _drop(connection, digest.dropped)
            return True

        return await self._database.write(work)

    async def holds(self, destination_id: int) -> list[Hold]:
        """Return what waits for a digest of a destination, the first due first."""

        async def work(connection: AsyncConnection) -> list[Hold]:
            place = await current_id(connection, destination_id)
            mine = _WHOLE.where(held.c.destination_id == place, sa.text(f"held.{OPEN}"))
            rows = await connection.execute(mine.order_by(held.c.due_at, held.c.id))
            return [_hold_from_row(row) for row in rows.mappings()]

        return await self._database.read(work)

    async def hold_of(self, alert_id: int) -> Hold | None:
        """Return the hold of an alert, taken by a digest or not; None where the alert was never held."""

        async def work(connection: AsyncConnection) -> Hold | None:
            found = await connection.execute(_WHOLE.where(held.c.alert_id == alert_id))
            row = found.mappings().one_or_none()
            return None if row is None else _hold_from_row(row)

        return await self._database.read(work)

    async def replan(self, plans: Mapping[int, Held]) -> None:
        """Change when holds are due and why; those that a digest took meanwhile stay as they are."""
        await self._database.write(lambda connection: replan(connection, plans.items()))

    async def story_holds(self, story_id: int) -> list[Hold]:
        """Return what is held about a story."""

        async def work(connection: AsyncConnection) -> list[Hold]:
            about = _WHOLE.where(alerts.c.story_id == story_id, sa.text(f"held.{OPEN}"))
            rows = await connection.execute(about.order_by(held.c.id))
            return [_hold_from_row(row) for row in rows.mappings()]

        return await self._database.read(work)

    async def crowded(self, now: datetime, *, most: int, limit: int) -> list[int]:
        """Return destinations with more than ``most`` alerts that wait singly and could go now."""

        async def work(connection: AsyncConnection) -> list[int]:
            crowd = (
                sa.select(deliveries.c.destination_id)
                .join(destinations, destinations.c.id == deliveries.c.destination_id)
                .where(*_foldable(), deliveries.c.due_at <= now, *_reachable(now))
                .group_by(deliveries.c.destination_id)
                .having(sa.func.count() > most)
                .limit(limit)
            )
            return list((await connection.execute(crowd)).scalars())

        return await self._database.read(work)

    async def restless(self, *, limit: int) -> list[Destination]:
        """Return active destinations with quiet hours for which alerts wait singly."""

        async def work(connection: AsyncConnection) -> list[Destination]:
            waiting = sa.exists().where(
                deliveries.c.destination_id == destinations.c.id,
                sa.text(f"deliveries.{WAITING}"),
                *_foldable(),
            )
            quiet = sa.type_coerce(destinations.c.settings, sa.Text).contains('"quiet"')
            active = destinations.c.state == DestinationState.ACTIVE.value
            rows = sa.select(destinations).where(quiet, active, waiting).limit(limit)
            return [destination_from_row(row) for row in (await connection.execute(rows)).mappings()]

        return await self._database.read(work)

    async def fold(
        self,
        destination_id: int,
        plan: Held,
        *,
        keep: int = 0,
        before: datetime | None = None,
        spare: Collection[int] = (),
    ) -> int:
        """Turn alerts that wait singly into holds, but for the ``keep`` newest; return how many.

        ``before`` takes only those written before that moment; what matched a subscription in ``spare`` stays. Whatever
        was attempted already stays, too, for it may have arrived.
        """

        async def work(connection: AsyncConnection) -> int:
            place = await current_id(connection, destination_id)
            await _lock_place(connection, place)
            early = [deliveries.c.created_at < before] if before else []
            older = (
                sa.select(deliveries, alerts.c.matches)
                .join(alerts, alerts.c.id == deliveries.c.alert_id)
                .where(deliveries.c.destination_id == place, *_foldable(), *early)
                .order_by(deliveries.c.created_at.desc(), deliveries.c.id.desc())
                .offset(keep)
                .limit(_MOST)
                .with_for_update(of=deliveries)
            )
            found = (await connection.execute(older)).mappings().all()
            rows = [row for row in found if not any(each.subscription_id in spare for each in row["matches"])]
            numbers = [row["id"] for row in rows]
            await insert_all(connection, held, [_held_values(row, plan) for row in rows])
            await connection.execute(sa.delete(deliveries).where(deliveries.c.id.in_(numbers)))
            return len(rows)

        return await self._database.write(work)


async def replan(connection: AsyncConnection, plans: Iterable[tuple[int, Held]]) -> None:
    """Write new plans of holds, but for those that a digest took."""
    for number, plan in plans:
        mine = sa.update(held).where(held.c.id == number, held.c.delivery_id.is_(None))
        await connection.execute(mine.values(due_at=plan.due_at, reason=plan.reason.value))


async def _drop(connection: AsyncConnection, numbers: Sequence[int]) -> None:
    """Delete holds with their alerts: nobody was told, so a later report on the story is news there."""
    for some in chunks(numbers):
        gone = sa.delete(held).where(held.c.id.in_(some)).returning(held.c.alert_id)
        untold = list((await connection.execute(gone)).scalars())
        told = sa.exists().where(deliveries.c.alert_id == alerts.c.id)
        await connection.execute(sa.delete(alerts).where(alerts.c.id.in_(untold), ~told))


def _due_places(now: datetime, limit: int) -> sa.Select[Any]:
    """Return the query for places that can take a digest.

    While attempts fail at a place, what is held gathers there, so that one digest follows instead of many; but not
    for longer than an hour, for it may be a single message that fails.
    """
    waiting = sa.select(held.c.destination_id).where(sa.text(OPEN), held.c.due_at <= now)
    long_due = sa.select(held.c.destination_id).where(sa.text(OPEN), held.c.due_at <= now - _GATHER)
    failing = sa.exists().where(
        deliveries.c.destination_id == destinations.c.id,
        sa.text(f"deliveries.{WAITING}"),
        deliveries.c.attempts > 0,
        deliveries.c.error.is_not(None),
    )
    ready = sa.or_(~failing, destinations.c.id.in_(long_due))
    return (
        sa.select(*BESIDE)
        .where(destinations.c.id.in_(waiting), *_reachable(now), ready)
        .order_by(destinations.c.id)
        .limit(limit)
    )


def _foldable() -> list[sa.ColumnElement[bool]]:
    """Return the conditions on alerts that wait singly, were never attempted, never held, and that nothing is about."""
    about = deliveries.alias("about")
    return [
        ~sa.exists().where(about.c.target_id == deliveries.c.id),
        ~sa.exists().where(held.c.alert_id == deliveries.c.alert_id),
        deliveries.c.status == DeliveryStatus.PENDING.value,
        deliveries.c.attempts == 0,
        deliveries.c.kind == DeliveryKind.SEND.value,
        deliveries.c.alert_id.is_not(None),
    ]


def _reachable(now: datetime) -> list[sa.ColumnElement[bool]]:
    return [
        destinations.c.state == DestinationState.ACTIVE.value,
        sa.or_(destinations.c.not_before.is_(None), destinations.c.not_before <= now),
    ]


async def _lock(connection: AsyncConnection, place: int, numbers: Sequence[int]) -> bool:
    """Lock these holds of a destination; False where one of them is taken, moved or gone."""
    await _lock_place(connection, place)
    there = 0
    for some in chunks(numbers):
        waiting = sa.select(held.c.id).where(
            held.c.id.in_(some), held.c.destination_id == place, held.c.delivery_id.is_(None)
        )
        there += len((await connection.execute(waiting.with_for_update())).all())
    return there == len(numbers)


async def _lock_place(connection: AsyncConnection, place: int) -> None:
    row = sa.select(destinations.c.id).where(destinations.c.id == place)
    await connection.execute(row.with_for_update(key_share=True))


def _page_values(place: int, page: DigestPage, at: datetime) -> dict[str, object]:
    values = bare_values(place, page.message, page.nonce, at)
    return {**values, "alert_id": page.alert_id, "rank": Rank.DIGEST}


def _held_values(delivery: sa.RowMapping, plan: Held) -> dict[str, object]:
    taken = ("destination_id", "alert_id", "nonce", "message", "created_at", "published_at")
    values: dict[str, object] = {name: delivery[name] for name in taken}
    return {**values, "reason": plan.reason.value, "due_at": plan.due_at}


def _hold_from_row(row: sa.RowMapping) -> Hold:
    return Hold(
        id=row["id"],
        alert_id=row["alert_id"],
        destination_id=row["destination_id"],
        held=Held(row["due_at"], HoldReason(row["reason"])),
        message=row["message"],
        nonce=row["nonce"],
        subscriptions=tuple(each.subscription_id for each in row["matches"]),
        queries=tuple(each.query for each in row["matches"]),
        created_at=row["created_at"],
        published_at=row["published_at"],
        delivery_id=row["delivery_id"],
    )


async def recent_singles(
    connection: AsyncConnection, places: Sequence[int], since: datetime
) -> dict[int, list[datetime]]:
    """Return by destination when alerts that go out singly were written since then, and lock the destinations.

    The locks keep polls that end at the same moment from counting the same room twice.
    """
    found: dict[int, list[datetime]] = {place: [] for place in places}
    for some in chunks(sorted(places)):
        rows = sa.select(destinations.c.id).where(destinations.c.id.in_(some)).order_by(destinations.c.id)
        await connection.execute(rows.with_for_update(key_share=True))
        singles = sa.select(deliveries.c.destination_id, deliveries.c.created_at).where(
            deliveries.c.destination_id.in_(some),
            deliveries.c.created_at > since,
            deliveries.c.alert_id.is_not(None),
            deliveries.c.kind == DeliveryKind.SEND.value,
        )
        for row in (await connection.execute(singles)).all():
            found[row.destination_id].append(row.created_at)
    return found
