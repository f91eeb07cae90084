"""Drafts: deliveries that wait for somebody's word, each with the message that asks for it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.database import Part
from bot.adapters.storage.deliveries import PENDING, WHOLE, bare_values, delivery_from_row
from bot.adapters.storage.destinations import ensure
from bot.adapters.storage.outbox_tables import deliveries, destinations
from bot.adapters.storage.rows import insert_unless_there, new_lease
from bot.model.delivery import Delivery, DeliveryKind, DeliveryStatus
from bot.model.draft import DraftDecision, submission_nonce
from bot.model.submission import Submission

_DRAFT = DeliveryStatus.DRAFT.value


class Drafts(Part):
    """The part of the store that keeps drafts."""

    async def draft(self, nonce: str) -> Delivery | None:
        """Return a delivery by its nonce, whatever became of it; None where it was pruned."""

        async def work(connection: AsyncConnection) -> Delivery | None:
            found = await connection.execute(WHOLE.where(deliveries.c.nonce == nonce))
            row = found.mappings().one_or_none()
            return None if row is None else delivery_from_row(row)

        return await self._database.read(work)

    async def decide_draft(self, decision: DraftDecision) -> bool:
        """Write a decision about a draft and change what asks for it; False where it was decided already."""

        async def work(connection: AsyncConnection) -> bool:
            values: dict[str, Any] = {
                "status": decision.status.value,
                "due_at": decision.at,
                "error": decision.reason,
            }
            if decision.message is not None:
                values["message"] = decision.message
            mine = sa.and_(deliveries.c.nonce == decision.nonce, deliveries.c.status == _DRAFT)
            if not (await connection.execute(sa.update(deliveries).where(mine).values(values))).rowcount:
                return False
            await _show(connection, decision)
            return True

        return await self._database.write(work)

    async def old_drafts(self, before: datetime, *, limit: int) -> list[Delivery]:
        """Return drafts that were written before a moment and wait still, oldest first."""

        async def work(connection: AsyncConnection) -> list[Delivery]:
            old = WHOLE.where(deliveries.c.status == _DRAFT, deliveries.c.created_at < before)
            rows = await connection.execute(old.order_by(deliveries.c.id).limit(limit))
            return [delivery_from_row(row) for row in rows.mappings()]

        return await self._database.read(work)


async def submit(
    connection: AsyncConnection, submission: Submission, nonce: str, place: int, at: datetime
) -> None:
    """Write the message that puts a draft of a place before those who decide."""
    chat = await _chat(connection, submission, place, at)
    values = bare_values(chat, submission.message, submission_nonce(nonce), at)
    await insert_unless_there(connection, deliveries, values)


async def _chat(connection: AsyncConnection, submission: Submission, place: int, at: datetime) -> int:
    """Return the destination that decides, made with the language and zone of the place where it is new."""
    alike = sa.select(destinations.c.language, destinations.c.timezone).where(destinations.c.id == place)
    like = (await connection.execute(alike)).one()
    chat = await ensure(
        connection,
        submission.to,
        title=str(submission.to),
        timezone=like.timezone,
        language=like.language,
        at=at,
    )
    return int(chat["id"])


async def _show(connection: AsyncConnection, decision: DraftDecision) -> None:
    """Change what stands before those who decide: rewrite it while it was never attempted, else edit it."""
    asked = sa.select(deliveries).where(deliveries.c.nonce == submission_nonce(decision.nonce))
    row = (await connection.execute(asked.with_for_update())).mappings().one_or_none()
    if row is None:
        return
    if row["status"] == PENDING and row["attempts"] == 0:
        this = sa.update(deliveries).where(deliveries.c.id == row["id"])
        await connection.execute(this.values(message=decision.shown))
        return
    waiting = sa.and_(deliveries.c.target_id == row["id"], deliveries.c.status == PENDING)
    changed = await connection.execute(sa.update(deliveries).where(waiting).values(message=decision.shown))
    if changed.rowcount:
        return
    edit = bare_values(row["destination_id"], decision.shown, new_lease()[:24], decision.at)
    values = {**edit, "kind": DeliveryKind.EDIT.value, "target_id": row["id"]}
    await insert_unless_there(connection, deliveries, values)
