"""Polls that brought nothing but a new state of their feed: most of all polls, and written many in one transaction."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.feeds import STATE
from bot.adapters.storage.prepared import Sized, prepared
from bot.adapters.storage.tables import feeds
from bot.errors import LeaseLost
from bot.model.poll import PollRecord

# What the quietest polls change: they say when the feed was asked, and when it is asked again.
_TIMES = ("next_poll_at", "next_poll_why", "polled_at", "succeeded_at")
_rest = attrgetter(*(name for name in STATE if name not in _TIMES))
_values = {names: attrgetter(*names) for names in (_TIMES, STATE)}
_HELD = Sized[sa.Select[tuple[int, str | None]], int](
    lambda asked: sa.select(feeds.c.id, feeds.c.lease).where(feeds.c.id.in_(asked)).with_for_update()
)


def _update(names: Iterable[str]) -> sa.Update:
    values = {name: sa.bindparam(name, type_=feeds.c[name].type) for name in names}
    ours = sa.update(feeds).where(feeds.c.id == sa.bindparam("feed_id"))
    return prepared(ours.values(values | {"lease": None, "lease_until": None}))


_UPDATES = {names: _update(names) for names in _values}


async def store_calm(connection: AsyncConnection, records: Sequence[PollRecord]) -> list[LeaseLost | None]:
    """Write the states and free the leases; return for each record the error where its lease is no longer ours."""
    asked = _HELD.of([each.feed_id for each in records])
    held = {row.id: row.lease for row in (await connection.execute(*asked)).all()}
    ours = [held.get(each.feed_id) == each.lease for each in records]
    changed: dict[tuple[str, ...], list[dict[str, Any]]] = {names: [] for names in _UPDATES}
    for each, mine in zip(records, ours, strict=True):
        if mine:
            names = _changed(each)
            row = dict(zip(names, _values[names](each.state), strict=True))
            changed[names].append({"feed_id": each.feed_id, **row})
    for names, rows in changed.items():
        if rows:
            await connection.execute(_UPDATES[names], rows)
    return [None if mine else lease_lost(each) for each, mine in zip(records, ours, strict=True)]


def _changed(record: PollRecord) -> tuple[str, ...]:
    before = record.before
    return _TIMES if before is not None and _rest(before) == _rest(record.state) else STATE


def lease_lost(record: PollRecord) -> LeaseLost:
    """Return the error of a poll whose feed is no longer its own."""
    return LeaseLost(f"The poll of feed {record.feed_id} took too long; another process took the feed over.")
