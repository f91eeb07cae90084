"""Edits of messages that alerts were told with, and replies to them, written beside the news that causes them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.drafts import submit
from bot.adapters.storage.outbox_tables import deliveries, held
from bot.adapters.storage.rows import insert_all
from bot.model.delivery import DeliveryKind, DeliveryStatus, NewChange, Rank

# Edits share the platforms' limits with messages; a story that grows fast must not use them up.
EDIT_PAUSE = timedelta(minutes=1)

_PENDING = DeliveryStatus.PENDING.value
_GIVEN_UP = frozenset({DeliveryStatus.DEAD.value, DeliveryStatus.DROPPED.value})
# A draft is published as it was approved.
_AS_IT_IS = _GIVEN_UP | {DeliveryStatus.DRAFT.value}


async def store_changes(connection: AsyncConnection, changes: Iterable[NewChange], at: datetime) -> None:
    """Write each change where its alert stands now: in its message, in what waits to be sent, or in what is held."""
    for change in changes:
        if await _known(connection, change.nonce):
            continue
        told = await _told(connection, change.alert_id)
        if told is not None:
            await _change_told(connection, change, told, at)
        else:
            await _change_held(connection, change, at)


async def _known(connection: AsyncConnection, nonce: str) -> bool:
    found = sa.select(deliveries.c.id).where(deliveries.c.nonce == nonce)
    return (await connection.execute(found)).first() is not None


async def _told(connection: AsyncConnection, alert_id: int) -> sa.RowMapping | None:
    first = sa.select(deliveries).where(
        deliveries.c.alert_id == alert_id, deliveries.c.kind == DeliveryKind.SEND.value
    )
    found = await connection.execute(first.order_by(deliveries.c.id).limit(1).with_for_update())
    return found.mappings().one_or_none()


async def _change_told(
    connection: AsyncConnection, change: NewChange, told: sa.RowMapping, at: datetime
) -> None:
    if change.kind is DeliveryKind.REPLY:
        given_up = told["status"] in _GIVEN_UP
        await _add(connection, change, told, None if given_up else told["id"], at)
        return
    # What was attempted may have arrived as it was, so only what was never attempted is rewritten.
    if told["status"] == _PENDING and told["attempts"] == 0:
        await _rewrite(connection, told["id"], change)
    elif told["status"] not in _AS_IT_IS:
        waiting = await _waiting_edit(connection, told["id"])
        if waiting is None:
            await _add(connection, change, told, told["id"], at)
        else:
            await _rewrite(connection, waiting, change)


async def _change_held(connection: AsyncConnection, change: NewChange, at: datetime) -> None:
    found = sa.select(held).where(held.c.alert_id == change.alert_id).with_for_update()
    row = (await connection.execute(found)).mappings().one_or_none()
    if row is None:
        return
    if row["delivery_id"] is None:
        # The digest will tell the newest of it in one line.
        this = sa.update(held).where(held.c.id == row["id"])
        await connection.execute(this.values(message=change.message))
    elif change.kind is DeliveryKind.REPLY:
        await _add(connection, change, row, row["delivery_id"], at)


async def _rewrite(connection: AsyncConnection, delivery_id: int, change: NewChange) -> None:
    this = sa.update(deliveries).where(deliveries.c.id == delivery_id)
    await connection.execute(this.values(message=change.message))


async def _waiting_edit(connection: AsyncConnection, target: int) -> int | None:
    waiting = sa.select(deliveries.c.id).where(
        deliveries.c.target_id == target,
        deliveries.c.kind == DeliveryKind.EDIT.value,
        deliveries.c.status == _PENDING,
    )
    found: int | None = (await connection.execute(waiting.limit(1).with_for_update())).scalar_one_or_none()
    return found


async def _add(
    connection: AsyncConnection,
    change: NewChange,
    told: sa.RowMapping,
    target: int | None,
    at: datetime,
) -> None:
    place = told["destination_id"]
    values: dict[str, Any] = {
        "destination_id": place,
        "alert_id": change.alert_id,
        "nonce": change.nonce,
        "message": change.message,
        "status": DeliveryStatus.DRAFT.value if change.draft else _PENDING,
        "kind": change.kind.value,
        "target_id": target,
        # Never before the message that it is about: a digest's, where that is one.
        "rank": told.get("rank", Rank.DIGEST),
        "due_at": change.due_at,
        "created_at": at,
        "attempts": 0,
    }
    if change.kind is DeliveryKind.EDIT:
        values["due_at"] = max(change.due_at, await _next_edit(connection, place, at))
    if told.get("status") == _PENDING:
        values["due_at"] = max(values["due_at"], told["due_at"])
    await insert_all(connection, deliveries, [values])
    if change.draft is not None:
        await submit(connection, change.draft, change.nonce, place, at)


async def _next_edit(connection: AsyncConnection, place: int, at: datetime) -> datetime:
    """Return when the next edit in a destination may go: at most one a minute."""
    recent = sa.select(sa.func.max(deliveries.c.due_at)).where(
        deliveries.c.destination_id == place,
        deliveries.c.kind == DeliveryKind.EDIT.value,
        deliveries.c.created_at > at - timedelta(hours=1),
    )
    last: datetime | None = (await connection.execute(recent)).scalar_one_or_none()
    return at if last is None else max(at, last + EDIT_PAUSE)
