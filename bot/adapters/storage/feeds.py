"""Feeds: the list, its settings, and who may poll which now."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.database import Part
from bot.adapters.storage.rows import insert_unless_there, new_lease
from bot.adapters.storage.tables import feeds
from bot.adapters.storage.types import Moment, Span
from bot.model.feed import Feed, FeedOrigin, FeedSpec, PollState
from bot.model.poll import ClaimedFeed
from bot.model.push import Pushing
from bot.model.url import normalise

Row = sa.RowMapping
# Clocks of several processes on one database may be apart by so much without any of them having been set back.
_CLOCKS_DIFFER = timedelta(minutes=1)


class Feeds(Part):
    """The part of the store that keeps the list of feeds."""

    async def add_feed(self, spec: FeedSpec, *, origin: FeedOrigin, now: datetime) -> tuple[Feed, bool]:
        """Add a feed, due at once, or find the one with the same normalised URL; True where it is new."""

        async def work(connection: AsyncConnection) -> tuple[Feed, bool]:
            values = {
                "url": normalise(spec.url),
                "origin": origin.value,
                "added_at": now,
                "enabled": True,
                **spec_values(spec),
                **state_values(PollState(next_poll_at=now)),
            }
            added = await insert_unless_there(connection, feeds, values)
            found = await connection.execute(sa.select(feeds).where(feeds.c.url == values["url"]))
            return feed_from_row(found.mappings().one()), added is not None

        return await self._database.write(work)

    async def remove_feed(self, feed_id: int) -> None:
        """Remove a feed with its entries and identities; alerts and deliveries already written stay."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(sa.delete(feeds).where(feeds.c.id == feed_id))

        await self._database.write(work)

    async def feeds(self) -> list[Feed]:
        """Return all feeds, by title."""

        async def work(connection: AsyncConnection) -> list[Feed]:
            return [feed_from_row(row) for row in (await connection.execute(sa.select(feeds))).mappings()]

        return sorted(await self._database.read(work), key=lambda feed: (feed.title.casefold(), feed.id))

    async def feed(self, url: str) -> Feed | None:
        """Return the feed with this (normalised) URL."""

        async def work(connection: AsyncConnection) -> Feed | None:
            found = await connection.execute(sa.select(feeds).where(feeds.c.url == normalise(url)))
            row = found.mappings().one_or_none()
            return None if row is None else feed_from_row(row)

        return await self._database.read(work)

    async def configure_feed(self, feed_id: int, spec: FeedSpec, *, enabled: bool = True) -> None:
        """Change title, tags, interval of a feed and whether it is polled; its poll state and its URL stay."""

        async def work(connection: AsyncConnection) -> None:
            change = (
                sa.update(feeds).where(feeds.c.id == feed_id).values(enabled=enabled, **spec_values(spec))
            )
            await connection.execute(change)

        await self._database.write(work)

    async def claim_feeds(
        self, now: datetime, *, limit: int, lease: timedelta, floor: timedelta = timedelta(0)
    ) -> list[ClaimedFeed]:
        """Lease feeds that are due, longest due first, skipping those leased by others.

        A claimed feed is not due again before ``floor`` has passed, even if its poll is never recorded.
        """

        async def work(connection: AsyncConnection) -> list[ClaimedFeed]:
            return await _claim(connection, _due(now, limit), now, lease=lease, floor=floor)

        return await self._database.write(work)

    async def claim_feed(
        self, feed_id: int, now: datetime, *, lease: timedelta, floor: timedelta
    ) -> ClaimedFeed | None:
        """Lease one feed, due or not; None where another holds it or it was polled less than ``floor`` ago."""
        # A poll in the future was before the clock was set back.
        rested = sa.or_(
            feeds.c.polled_at.is_(None), feeds.c.polled_at <= now - floor, feeds.c.polled_at > now
        )
        wanted = sa.select(feeds).where(feeds.c.id == feed_id, rested, _free(now))

        async def work(connection: AsyncConnection) -> ClaimedFeed | None:
            locked = wanted.with_for_update(skip_locked=True)
            claimed = await _claim(connection, locked, now, lease=lease, floor=floor)
            return claimed[0] if claimed else None

        return await self._database.write(work)

    async def turn_back(self, now: datetime) -> timedelta:
        """Move due times of feeds back with a clock that was set back; return by how much, zero where it was not."""

        async def work(connection: AsyncConnection) -> timedelta:
            latest: datetime | None = (
                await connection.execute(sa.select(sa.func.max(feeds.c.polled_at)))
            ).scalar_one()
            if latest is None or latest - now <= _CLOCKS_DIFFER:
                return timedelta(0)
            shift = sa.literal(latest - now, Span())
            ahead = sa.update(feeds).where(feeds.c.next_poll_at > now)
            await connection.execute(ahead.values(next_poll_at=feeds.c.next_poll_at - shift))
            leased = sa.update(feeds).where(feeds.c.lease_until > now)
            await connection.execute(leased.values(lease_until=feeds.c.lease_until - shift))
            await connection.execute(sa.update(feeds).where(feeds.c.polled_at > now).values(polled_at=now))
            return latest - now

        return await self._database.write(work)


async def _claim(
    connection: AsyncConnection,
    wanted: sa.Select[Any],
    now: datetime,
    *,
    lease: timedelta,
    floor: timedelta,
) -> list[ClaimedFeed]:
    rows = (await connection.execute(wanted)).mappings().all()
    token = new_lease()
    if rows:
        mine = sa.update(feeds).where(feeds.c.id.in_([row["id"] for row in rows]))
        soonest = sa.literal(now + floor, Moment())
        rested = sa.case((feeds.c.next_poll_at < soonest, soonest), else_=feeds.c.next_poll_at)
        await connection.execute(mine.values(lease=token, lease_until=now + lease, next_poll_at=rested))
    return [ClaimedFeed(feed_from_row(row), token) for row in rows]


def _free(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(feeds.c.lease_until.is_(None), feeds.c.lease_until <= now)


def _due(now: datetime, limit: int) -> sa.Select[Any]:
    return (
        sa.select(feeds)
        .where(feeds.c.enabled, feeds.c.next_poll_at <= now, _free(now))
        .order_by(feeds.c.next_poll_at, feeds.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def spec_values(spec: FeedSpec) -> dict[str, Any]:
    """Return what an operator says about a feed as column values."""
    return {"given_title": spec.title, "tags": spec.tags, "interval": spec.interval}


def state_values(state: PollState) -> dict[str, Any]:
    """Return what a poll leaves behind as column values."""
    return {name: getattr(state, name) for name in PollState.__dataclass_fields__}


def title_of(row: Row) -> str:
    """Return the operator's own title, else the feed's, else its host."""
    url: str = row["url"]
    title: str | None = row["given_title"] or row["found_title"]
    return title or urlsplit(url).hostname or url


def feed_from_row(row: Row) -> Feed:
    """Return the feed that a row holds."""
    return Feed(
        id=row["id"],
        url=row["url"],
        title=title_of(row),
        origin=FeedOrigin(row["origin"]),
        added_at=row["added_at"],
        poll=PollState(**{name: row[name] for name in PollState.__dataclass_fields__}),
        site=row["site"],
        language=row["language"],
        tags=row["tags"],
        interval=row["interval"],
        enabled=row["enabled"],
        push=_pushing(row),
        icon=row["icon"],
    )


def _pushing(row: Row) -> Pushing | None:
    if row["push_hub"] is None:
        return None
    return Pushing(row["push_hub"], row["push_until"], row["push_delivered_at"], row["push_problem"])
