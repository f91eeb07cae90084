"""Feeds: the list, its settings, and who may poll which now."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import attrgetter, itemgetter
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.database import Part
from bot.adapters.storage.prepared import Sized, prepared
from bot.adapters.storage.rows import chunks, insert_unless_there, new_lease
from bot.adapters.storage.tables import feeds
from bot.adapters.storage.types import Moment, Span
from bot.model.feed import Feed, FeedOrigin, FeedSpec, PollState
from bot.model.poll import ClaimedFeed
from bot.model.push import Pushing
from bot.model.url import normalise

Row = sa.RowMapping
STATE = tuple(PollState.__dataclass_fields__)
"""The columns that hold what a poll leaves behind."""
_state = itemgetter(*STATE)
_values = attrgetter(*STATE)
# Clocks of several processes on one database may be apart by so much without any of them having been set back.
_CLOCKS_DIFFER = timedelta(minutes=1)


_FREE = sa.or_(feeds.c.lease_until.is_(None), feeds.c.lease_until <= sa.bindparam("now", type_=Moment()))
_DUE = prepared(
    sa.select(feeds)
    .where(feeds.c.enabled, feeds.c.next_poll_at <= sa.bindparam("now", type_=Moment()), _FREE)
    .order_by(feeds.c.next_poll_at, feeds.c.id)
    .limit(sa.bindparam("most"))
    .with_for_update(skip_locked=True)
)
# A poll in the future was before the clock was set back.
_RESTED = sa.or_(
    feeds.c.polled_at.is_(None),
    feeds.c.polled_at <= sa.bindparam("rested", type_=Moment()),
    feeds.c.polled_at > sa.bindparam("now", type_=Moment()),
)
_ONE = prepared(
    sa.select(feeds)
    .where(feeds.c.id == sa.bindparam("feed"), _RESTED, _FREE)
    .with_for_update(skip_locked=True)
)
_SOONEST = sa.bindparam("soonest", type_=Moment())
_LEASE = Sized[sa.Update, int](
    lambda ours: (
        sa.update(feeds)
        .where(feeds.c.id.in_(ours))
        .values(
            lease=sa.bindparam("token"),
            lease_until=sa.bindparam("until", type_=Moment()),
            next_poll_at=sa.case((feeds.c.next_poll_at < _SOONEST, _SOONEST), else_=feeds.c.next_poll_at),
        )
    )
)


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
            found = await connection.execute(_DUE, {"now": now, "most": limit})
            return await _lease(connection, found.mappings().all(), now, lease=lease, floor=floor)

        return await self._database.write(work)

    async def claim_feed(
        self, feed_id: int, now: datetime, *, lease: timedelta, floor: timedelta
    ) -> ClaimedFeed | None:
        """Lease one feed, due or not; None where another holds it or it was polled less than ``floor`` ago."""

        async def work(connection: AsyncConnection) -> ClaimedFeed | None:
            found = await connection.execute(_ONE, {"feed": feed_id, "rested": now - floor, "now": now})
            claimed = await _lease(connection, found.mappings().all(), now, lease=lease, floor=floor)
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


async def _lease(
    connection: AsyncConnection,
    rows: Sequence[Row],
    now: datetime,
    *,
    lease: timedelta,
    floor: timedelta,
) -> list[ClaimedFeed]:
    token = new_lease()
    for some in chunks([row["id"] for row in rows]):
        statement, ours = _LEASE.of(some)
        terms = {"token": token, "until": now + lease, "soonest": now + floor}
        await connection.execute(statement, {**terms, **ours})
    return [ClaimedFeed(feed_from_row(row), token) for row in rows]


def spec_values(spec: FeedSpec) -> dict[str, Any]:
    """Return what an operator says about a feed as column values."""
    return {"given_title": spec.title, "tags": spec.tags, "interval": spec.interval}


def state_values(state: PollState) -> dict[str, Any]:
    """Return what a poll leaves behind as column values."""
    return dict(zip(STATE, _values(state), strict=True))


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
        poll=PollState(*_state(row)),
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
