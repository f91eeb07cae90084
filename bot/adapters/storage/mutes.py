"""Mutes: what places do not want to hear of for a while."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.database import Part
from bot.adapters.storage.destinations import current_id
from bot.adapters.storage.outbox_tables import mutes
from bot.adapters.storage.rows import insert_all
from bot.model.mute import Mute


class Mutes(Part):
    """The part of the store that keeps mutes."""

    async def mute(
        self,
        destination_id: int,
        *,
        until: datetime,
        title: str,
        feed_id: int | None = None,
        story_id: int | None = None,
    ) -> Mute:
        """Mute a feed or a story for a destination; a mute that is there already gets the new end."""

        async def work(connection: AsyncConnection) -> Mute:
            place = await current_id(connection, destination_id)
            target = mutes.c.feed_id == feed_id if feed_id is not None else mutes.c.story_id == story_id
            await connection.execute(sa.delete(mutes).where(mutes.c.destination_id == place, target))
            row = {"destination_id": place, "feed_id": feed_id, "story_id": story_id}
            [number] = await insert_all(connection, mutes, [{**row, "title": title, "until": until}])
            return Mute(number, place, until, feed_id, story_id, title)

        return await self._database.write(work)

    async def unmute(self, destination_id: int, mute_id: int) -> Mute | None:
        """End a mute of this destination and return it; None where it has no such mute."""

        async def work(connection: AsyncConnection) -> Mute | None:
            place = await current_id(connection, destination_id)
            this = sa.delete(mutes).where(mutes.c.id == mute_id, mutes.c.destination_id == place)
            row = (await connection.execute(this.returning(mutes))).mappings().one_or_none()
            return None if row is None else _mute_from_row(row)

        return await self._database.write(work)

    async def mutes(self, destination_id: int, now: datetime) -> list[Mute]:
        """Return the mutes of a destination that have not ended, the one that ends first first."""

        async def work(connection: AsyncConnection) -> list[Mute]:
            place = await current_id(connection, destination_id)
            held = mutes.c.destination_id == place
            return await _select(connection, held, now)

        return await self._database.read(work)

    async def muting(self, now: datetime, *, feed_id: int, story_id: int | None = None) -> list[Mute]:
        """Return the mutes of all destinations that concern news of this feed or this story."""

        async def work(connection: AsyncConnection) -> list[Mute]:
            concerned = mutes.c.feed_id == feed_id
            if story_id is not None:
                concerned = sa.or_(concerned, mutes.c.story_id == story_id)
            return await _select(connection, concerned, now)

        return await self._database.read(work)


async def _select(
    connection: AsyncConnection, condition: sa.ColumnElement[bool], now: datetime
) -> list[Mute]:
    wanted = sa.select(mutes).where(condition, mutes.c.until > now).order_by(mutes.c.until, mutes.c.id)
    return [_mute_from_row(row) for row in (await connection.execute(wanted)).mappings()]


def _mute_from_row(row: Any) -> Mute:
    return Mute(row["id"], row["destination_id"], row["until"], row["feed_id"], row["story_id"], row["title"])
