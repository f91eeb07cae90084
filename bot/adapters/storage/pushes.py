"""Pushes: what was agreed with hubs, and the few columns by which a feed's row tells of it."""

from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.database import Part
from bot.adapters.storage.feeds import feed_from_row
from bot.adapters.storage.rows import insert_unless_there
from bot.adapters.storage.tables import feeds, pushes
from bot.model.feed import Feed
from bot.model.push import Push, PushState
from bot.pipeline.net import WHY

_FIELDS = tuple(each.name for each in fields(Push))
_NOTHING = {"push_hub": None, "push_until": None, "push_delivered_at": None, "push_problem": None}
# A feed that wants this subscription: the same hub and topic are still offered, and it is polled.
_WANTED = sa.and_(
    feeds.c.id == pushes.c.feed_id,
    feeds.c.hub == pushes.c.hub,
    feeds.c.topic == pushes.c.topic,
    feeds.c.enabled,
    sa.not_(feeds.c.gone),
)
# A poll found news that was not pushed, after the hub was last asked: it may have forgotten the subscription.
_FAILED = sa.exists().where(
    feeds.c.id == pushes.c.feed_id,
    feeds.c.missed_at > pushes.c.asked_at,
    pushes.c.state == PushState.ACTIVE.value,
)


class Pushes(Part):
    """The part of the store that keeps subscriptions at hubs."""

    async def unanswered_offers(self, *, limit: int) -> list[Feed]:
        """Return feeds that are polled and offer a hub which was not asked yet."""
        offers = sa.and_(feeds.c.hub.is_not(None), feeds.c.topic.is_not(None), feeds.c.enabled)
        wanted = (
            sa.select(feeds)
            .where(offers, sa.not_(feeds.c.gone), ~sa.exists().where(_WANTED))
            .order_by(feeds.c.id)
            .limit(limit)
        )

        async def work(connection: AsyncConnection) -> list[Feed]:
            return [feed_from_row(row) for row in (await connection.execute(wanted)).mappings()]

        return await self._database.read(work)

    async def add_push(self, push: Push) -> None:
        """Add a subscription, numbered by the store; one to the same hub and topic of its feed stays as it is."""
        values = _values(push)

        async def work(connection: AsyncConnection) -> None:
            if await insert_unless_there(connection, pushes, values) is not None:
                await _tell_feed(connection, push)

        await self._database.write(work)

    async def leave_unwanted(self, now: datetime) -> int:
        """Turn subscriptions that no feed wants any more into ``leaving`` ones, due now; return how many."""
        unwanted = sa.and_(
            pushes.c.state != PushState.LEAVING.value, ~sa.exists().where(_WANTED).correlate(pushes)
        )

        async def look(connection: AsyncConnection) -> bool:
            return (
                await connection.execute(sa.select(pushes.c.id).where(unwanted).limit(1))
            ).first() is not None

        async def work(connection: AsyncConnection) -> int:
            leave = (
                sa.update(pushes)
                .where(unwanted)
                .values(
                    state=PushState.LEAVING.value,
                    due_at=now,
                    asked_at=None,
                    failures=0,
                    version=pushes.c.version + 1,
                )
            )
            rows = (await connection.execute(leave.returning(pushes.c.feed_id))).all()
            left = [row.feed_id for row in rows if row.feed_id is not None]
            if left:
                await connection.execute(sa.update(feeds).where(feeds.c.id.in_(left)).values(_NOTHING))
            return len(rows)

        # Almost always there are none, and to look takes no turn at the file.
        return await self._database.write(work) if await self._database.read(look) else 0

    async def claim_pushes(self, now: datetime, *, limit: int, lease: timedelta) -> list[Push]:
        """Return subscriptions that are due, first due first; they are not due again before ``lease`` has passed.

        One whose hub left news to a poll to find is due as well.
        """
        due = (
            sa.select(pushes)
            .where(sa.or_(pushes.c.due_at <= now, _FAILED))
            .order_by(pushes.c.due_at)
            .limit(limit)
        )

        async def look(connection: AsyncConnection) -> bool:
            return (await connection.execute(due.limit(1))).first() is not None

        async def work(connection: AsyncConnection) -> list[Push]:
            rows = (await connection.execute(due.with_for_update(skip_locked=True))).mappings().all()
            mine = sa.update(pushes).where(pushes.c.id.in_([row["id"] for row in rows]))
            if rows:
                await connection.execute(mine.values(due_at=now + lease))
            return [_push(row) for row in rows]

        return await self._database.write(work) if await self._database.read(look) else []

    async def push(self, push_id: int) -> Push | None:
        """Return a subscription."""
        return await self._one(pushes.c.id == push_id)

    async def push_called(self, token: str) -> Push | None:
        """Return the subscription with this callback."""
        return await self._one(pushes.c.token == token)

    async def _one(self, condition: sa.ColumnElement[bool]) -> Push | None:
        async def work(connection: AsyncConnection) -> Push | None:
            found = (await connection.execute(sa.select(pushes).where(condition))).mappings().one_or_none()
            return None if found is None else _push(found)

        return await self._database.read(work)

    async def save_push(self, push: Push, *, poll_by: datetime | None = None) -> bool:
        """Write a changed subscription; False, having written nothing, where it changed meanwhile.

        A feed that waits for its net alone is polled at ``poll_by`` at the latest.
        """
        ours = sa.and_(pushes.c.id == push.id, pushes.c.version == push.version)
        values = {**_values(push), "version": push.version + 1}

        async def work(connection: AsyncConnection) -> bool:
            written = await connection.execute(sa.update(pushes).where(ours).values(values))
            if not written.rowcount:
                return False
            await _tell_feed(connection, push)
            if poll_by is not None:
                late = sa.and_(
                    feeds.c.id == push.feed_id, feeds.c.next_poll_at > poll_by, feeds.c.next_poll_why == WHY
                )
                sooner = {"next_poll_at": poll_by, "next_poll_why": "its hub no longer pushes its news"}
                await connection.execute(sa.update(feeds).where(late).values(sooner))
            return True

        return await self._database.write(work)

    async def forget_push(self, push_id: int) -> None:
        """Delete a subscription that ended."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(sa.delete(pushes).where(pushes.c.id == push_id))

        await self._database.write(work)

    async def push_counts(self) -> dict[str, int]:
        """Count subscriptions at hubs by state."""
        counted = sa.select(pushes.c.state, sa.func.count()).group_by(pushes.c.state)

        async def work(connection: AsyncConnection) -> dict[str, int]:
            return {row[0]: row[1] for row in (await connection.execute(counted)).all()}

        return await self._database.read(work)


async def _tell_feed(connection: AsyncConnection, push: Push) -> None:
    """Write into the feed's row what a subscription says; one that is being left says nothing any more."""
    if push.state is PushState.LEAVING or push.feed_id is None:
        return
    told = {
        "push_hub": push.hub,
        "push_until": push.until,
        "push_delivered_at": push.delivered_at,
        "push_problem": push.problem,
    }
    await connection.execute(sa.update(feeds).where(feeds.c.id == push.feed_id).values(told))


def _values(push: Push) -> dict[str, Any]:
    values = {name: getattr(push, name) for name in _FIELDS if name != "id"}
    return {**values, "state": push.state.value}


def _push(row: sa.RowMapping) -> Push:
    return Push(**{**{name: row[name] for name in _FIELDS}, "state": PushState(row["state"])})
