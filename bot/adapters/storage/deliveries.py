"""Deliveries: which of them may go out now, at most one a destination."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import NamedFromClause

from bot.adapters.storage.database import Part
from bot.adapters.storage.destinations import BESIDE, PREFIX, destination_from_row
from bot.adapters.storage.outbox_tables import LEASED, WAITING, attempts, deliveries, destinations
from bot.adapters.storage.rows import new_lease
from bot.model.address import Platform
from bot.model.delivery import Delivery, DeliveryKind, DeliveryStatus, Rank, Target
from bot.model.destination import DestinationState
from bot.model.message import Message

PENDING = DeliveryStatus.PENDING.value
SENDING = DeliveryStatus.SENDING.value

_targets = deliveries.alias("targets")
WHOLE = (
    sa.select(
        *deliveries.c,
        *BESIDE,
        _targets.c.status.label("target_status"),
        _targets.c.platform_message_id.label("target_message_id"),
    )
    .join(destinations, destinations.c.id == deliveries.c.destination_id)
    .outerjoin(_targets, _targets.c.id == deliveries.c.target_id)
)


class Deliveries(Part):
    """The part of the store that hands deliveries out."""

    async def claim_deliveries(
        self,
        now: datetime,
        *,
        platform: Platform,
        limit: int,
        lease: timedelta,
        behind: timedelta | None = None,
    ) -> list[Delivery]:
        """Lease due deliveries by rank, oldest first, at most one a destination and none beside one still leased.

        Skips destinations whose ``not_before`` lies ahead or that are off. A row whose lease ran out is due again.
        Where the oldest alert of a destination has waited longer than ``behind``, its newest goes first.
        """

        async def work(connection: AsyncConnection) -> list[Delivery]:
            at = {"now": now}
            due = {**at, "platform": platform.value, "most": limit * len(Rank)}
            places = list(dict.fromkeys((await connection.execute(READY_PLACES, due)).scalars()))[:limit]
            if not places:
                return []
            # Asked again now that the places are locked: what was seen before may have been claimed meanwhile.
            first = (await connection.execute(HEADS, {**at, "places": places})).all()
            heads = {row.destination_id: row for row in first}
            if late := [row.destination_id for row in first if _is_late(row, now, behind)]:
                newest = (await connection.execute(_NEWEST, {**at, "places": late})).all()
                heads |= {row.destination_id: row for row in newest}
            # Whoever held these before is gone or slow.
            if taken_over := [row.id for row in heads.values() if row.status == SENDING]:
                await note_interrupted(connection, deliveries.c.id.in_(taken_over), now)
            claimed = [row.id for row in heads.values()]
            await connection.execute(
                _LEASE, {"claimed": claimed, "new_lease": new_lease(), "until": now + lease}
            )
            taken = (await connection.execute(_TAKEN, {"claimed": claimed})).mappings()
            return [delivery_from_row(row) for row in taken]

        return await self._database.write(work)


async def note_interrupted(connection: AsyncConnection, which: sa.ColumnElement[bool], now: datetime) -> None:
    """Note with deliveries under way that whoever carried them is gone: they are made again and may come twice."""
    values = (
        deliveries.c.id,
        sa.literal(now, attempts.c.at.type),
        sa.literal("interrupted", sa.Text),
        sa.literal(_INTERRUPTED, attempts.c.detail.type),
    )
    columns = [attempts.c.delivery_id, attempts.c.at, attempts.c.outcome, attempts.c.detail]
    await connection.execute(sa.insert(attempts).from_select(columns, sa.select(*values).where(which)))


_INTERRUPTED = "the program ended before an answer was recorded (it may have arrived)"
_ORDER = (deliveries.c.rank, deliveries.c.due_at, deliveries.c.id)


def _is_late(row: sa.Row[Any], now: datetime, behind: timedelta | None) -> bool:
    return behind is not None and row.rank == Rank.ALERT and bool(row.due_at < now - behind)


# The statements of a claim are built once: to build them takes five times as long as to carry them out.
_NOW = sa.bindparam("now", type_=deliveries.c.due_at.type)
_PLACES: sa.BindParameter[int] = sa.bindparam("places", expanding=True)
_CLAIMED: sa.BindParameter[int] = sa.bindparam("claimed", expanding=True)


def _first(rows: NamedFromClause) -> sa.Select[tuple[int]]:
    # In the order of the index on what waits, so that the first row is found without looking at the others.
    order = (rows.c.destination_id, rows.c.rank, rows.c.due_at, rows.c.id)
    return sa.select(rows.c.id).where(sa.literal_column(f"{rows.name}.{WAITING}")).order_by(*order).limit(1)


def _all_heads() -> sa.CTE:
    """Return the first waiting delivery of each rank of every destination, found by leaps along the index."""
    start = deliveries.alias("start")
    heads = sa.select(_first(start).scalar_subquery().label("id")).cte("heads", recursive=True)
    here, later = deliveries.alias("here"), deliveries.alias("later")
    beyond = sa.tuple_(later.c.destination_id, later.c.rank) > sa.tuple_(here.c.destination_id, here.c.rank)
    leap = _first(later).where(beyond).correlate(here)
    return heads.union_all(sa.select(leap.scalar_subquery()).join_from(heads, here, here.c.id == heads.c.id))


def _may_go() -> list[sa.ColumnElement[bool]]:
    """Return the conditions on a destination and its first waiting delivery."""
    other = deliveries.alias("other")
    leased = sa.exists().where(
        other.c.destination_id == destinations.c.id, sa.text(f"other.{LEASED}"), other.c.lease_until > _NOW
    )
    return [
        deliveries.c.due_at <= _NOW,
        destinations.c.state != DestinationState.OFF.value,
        sa.or_(destinations.c.not_before.is_(None), destinations.c.not_before <= _NOW),
        ~leased,
    ]


def _ready_places() -> sa.Select[Any]:
    """Return the query for destinations with something due, by rank, longest waiting first, locked for this transaction.

    A destination comes once for each rank of which something is due. The cost follows the number of destinations
    that wait, not of deliveries: 10,000 rows for one destination are one step.
    """
    heads = _all_heads()
    return (
        sa.select(destinations.c.id)
        .select_from(heads)
        .join(deliveries, deliveries.c.id == heads.c.id)
        # The sum keeps SQLite from going the other way, from all destinations through all that was ever sent to them.
        .join(destinations, destinations.c.id == deliveries.c.destination_id + 0)
        .where(destinations.c.platform == sa.bindparam("platform"), *_may_go())
        .order_by(*_ORDER)
        .limit(sa.bindparam("most", type_=sa.Integer))
        .with_for_update(of=destinations, skip_locked=True, key_share=True)
    )


def _due(head: sa.Select[tuple[int]]) -> sa.Select[Any]:
    """Return the query for one delivery of each of the places, the one that ``head`` finds for its destination."""
    told = (deliveries.c[name] for name in ("id", "destination_id", "rank", "due_at", "status"))
    one = head.correlate(destinations).scalar_subquery()
    return (
        sa.select(*told)
        .select_from(destinations)
        .join(deliveries, deliveries.c.id == one)
        .where(destinations.c.id.in_(_PLACES))
    )


def _heads() -> sa.Select[Any]:
    """Return the query for the first due delivery of each of the places, where it may go."""
    first = deliveries.alias("first")
    head = _first(first).where(first.c.destination_id == destinations.c.id, first.c.due_at <= _NOW)
    return _due(head).where(*_may_go())


def _newest() -> sa.Select[Any]:
    """Return the query for the newest alert due at each of the places; edits and replies keep their order."""
    last = deliveries.alias("last")
    newest = (
        sa.select(last.c.id)
        .where(
            sa.literal_column(f"last.{WAITING}"),
            last.c.destination_id == destinations.c.id,
            last.c.rank == Rank.ALERT,
            last.c.due_at <= _NOW,
            last.c.kind == DeliveryKind.SEND.value,
        )
        .order_by(last.c.due_at.desc(), last.c.id.desc())
        .limit(1)
    )
    return _due(newest)


READY_PLACES, HEADS, _NEWEST = _ready_places(), _heads(), _newest()
_LEASE = (
    sa.update(deliveries)
    .where(deliveries.c.id.in_(_CLAIMED))
    .values(
        status=SENDING,
        lease=sa.bindparam("new_lease"),
        lease_until=sa.bindparam("until", type_=deliveries.c.lease_until.type),
        attempts=deliveries.c.attempts + 1,
    )
)
_TAKEN = WHOLE.where(deliveries.c.id.in_(_CLAIMED)).order_by(*_ORDER)


def bare_values(place: int, message: Message, nonce: str, now: datetime) -> dict[str, Any]:
    """Return the values of a delivery that no alert stands behind."""
    return {
        "destination_id": place,
        "nonce": nonce,
        "message": message,
        "status": PENDING,
        "rank": Rank.NOTICE,
        "due_at": now,
        "created_at": now,
        "attempts": 0,
    }


def delivery_from_row(row: sa.RowMapping) -> Delivery:
    """Return the delivery that a row of ``WHOLE`` holds."""
    return Delivery(
        id=row["id"],
        destination=destination_from_row(row, PREFIX),
        message=row["message"],
        nonce=row["nonce"],
        status=DeliveryStatus(row["status"]),
        due_at=row["due_at"],
        created_at=row["created_at"],
        attempts=row["attempts"],
        lease=row["lease"],
        published_at=row["published_at"],
        seen_at=row["seen_at"],
        sent_at=row["sent_at"],
        platform_message_id=row["platform_message_id"],
        error=row["error"],
        kind=DeliveryKind(row["kind"]),
        target=_target(row),
        uncertain_at=row["uncertain_at"],
    )


def _target(row: sa.RowMapping) -> Target | None:
    if row["target_status"] is None:
        return None
    return Target(row["target_id"], DeliveryStatus(row["target_status"]), row["target_message_id"])
