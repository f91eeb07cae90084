"""A poll written as a whole: the feed's new state together with everything that stands on it, or nothing."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.alerts import store_alerts
from bot.adapters.storage.calm import lease_lost, store_calm
from bot.adapters.storage.changes import store_changes
from bot.adapters.storage.database import Database, Part
from bot.adapters.storage.entries import Stored, store_entries
from bot.adapters.storage.feeds import STATE, state_values, title_of
from bot.adapters.storage.held import replan
from bot.adapters.storage.identities import known_of, meet_again, remember
from bot.adapters.storage.outbox_tables import decisions
from bot.adapters.storage.prepared import prepared
from bot.adapters.storage.recognition import recall, replace_known
from bot.adapters.storage.rows import insert_all
from bot.adapters.storage.tables import feeds
from bot.adapters.storage.together import Together
from bot.adapters.storage.trimming import trim
from bot.errors import LeaseLost
from bot.model.decision import NewDecision
from bot.model.entry import FreshEntry
from bot.model.known import KnownItems
from bot.model.poll import PollRecord
from bot.model.story import Placement
from bot.model.url import normalise

_TOLD = ("found_title", "site", "language", "icon", "listed_at")
_WRITE = prepared(
    sa.update(feeds)
    .where(feeds.c.id == sa.bindparam("feed_id"), feeds.c.lease == sa.bindparam("held"))
    .values(
        {name: sa.bindparam(name, type_=feeds.c[name].type) for name in STATE}
        | {
            name: sa.func.coalesce(sa.bindparam(f"told_{name}", type_=feeds.c[name].type), feeds.c[name])
            for name in _TOLD
        }
        | {"lease": None, "lease_until": None}
    )
    .returning(feeds.c.id, feeds.c.url, feeds.c.given_title, feeds.c.found_title, feeds.c.tags)
)


class Polls(Part):
    """The part of the store that writes polls."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._calm = Together(self._write_calm)

    async def known_identities(self, feed_id: int, identities: Sequence[str]) -> frozenset[str]:
        """Return which of these identities the feed has shown before."""

        async def work(connection: AsyncConnection) -> frozenset[str]:
            return await known_of(connection, feed_id, identities)

        return await self._database.glance(work, rows=len(identities))

    async def known_items(self, feed_id: int) -> KnownItems | None:
        """Return by what the items of a feed's last document are recognised."""

        async def work(connection: AsyncConnection) -> KnownItems | None:
            return await recall(connection, feed_id)

        return await self._database.glance(work)

    async def record_poll(self, record: PollRecord) -> None:
        """Write a poll as a whole, and free the lease: state, entries, stories, alerts, deliveries, decisions.

        Raises LeaseLost, having written nothing, where the lease is no longer ours.
        """
        if record.is_calm:
            await self._calm.write(record)
        else:
            await self._database.write(lambda connection: _store(connection, record))

    async def _write_calm(self, records: Sequence[PollRecord]) -> list[LeaseLost | None]:
        return await self._database.write(lambda connection: store_calm(connection, records))


async def _store(connection: AsyncConnection, record: PollRecord) -> None:
    feed = await _store_state(connection, record)
    await meet_again(connection, record.feed_id, record.seen, record.at)
    stored = await _store_fresh(connection, record)
    await trim(connection, record.feed_id, [each.entry_id for each in stored.values()])
    if record.known is not None:
        await replace_known(connection, record.feed_id, record.known)
    await store_alerts(
        connection, record.alerts, stored, source=title_of(feed), at=record.at, burst=record.burst
    )
    await store_changes(connection, record.changes, record.at)
    await replan(connection, record.plans)
    await _store_decisions(connection, record, stored)
    if record.url is not None and normalise(record.url) != feed["url"]:
        await _move(connection, feed, normalise(record.url))


async def _store_state(connection: AsyncConnection, record: PollRecord) -> sa.RowMapping:
    listed = record.whole and (record.fresh or record.seen)
    values: dict[str, Any] = {
        "feed_id": record.feed_id,
        "held": record.lease,
        **state_values(record.state),
        "told_found_title": record.title,
        "told_site": record.site,
        "told_language": record.language,
        "told_icon": record.icon,
        "told_listed_at": record.at if listed else None,
    }
    row: sa.RowMapping | None = (await connection.execute(_WRITE, values)).mappings().one_or_none()
    if row is None:
        raise lease_lost(record)
    return row


async def _store_fresh(connection: AsyncConnection, record: PollRecord) -> dict[int, Stored]:
    names = [name for fresh in record.fresh for name in fresh.identities]
    known = await remember(connection, record.feed_id, names, record.at)
    chosen = _choose(record.fresh, known)
    await meet_again(connection, record.feed_id, sorted(known), record.at)
    contents = [record.fresh[index].entry for index in chosen]
    placements = _placed(record.placements, chosen)
    stored = await store_entries(connection, record.feed_id, contents, record.at, placements)
    return dict(zip(chosen, stored, strict=True))


def _placed(placements: Sequence[Placement], chosen: Sequence[int]) -> list[Placement]:
    """Return the placements of the chosen entries; one beside an entry that is not stored begins a story."""
    if not placements:
        return []
    at: dict[int | None, int | None] = {index: number for number, index in enumerate(chosen)}
    ours = [placements[index] for index in chosen]
    return [one if one.beside is None else replace(one, beside=at.get(one.beside)) for one in ours]


def _choose(fresh: Sequence[FreshEntry], known: frozenset[str]) -> list[int]:
    """Return the indexes of entries that go by no name known or used by an entry before them."""
    used = set(known)
    chosen = []
    for index, candidate in enumerate(fresh):
        if used.isdisjoint(candidate.identities):
            chosen.append(index)
        used.update(candidate.identities)
    return chosen


async def _store_decisions(
    connection: AsyncConnection, record: PollRecord, stored: dict[int, Stored]
) -> None:
    kept = [decision for decision in record.decisions if decision.entry in stored]
    await insert_all(connection, decisions, [_decision_values(each, stored, record) for each in kept])


def _decision_values(decision: NewDecision, stored: dict[int, Stored], record: PollRecord) -> dict[str, Any]:
    return {
        "entry_id": stored[decision.entry].entry_id,
        "subscription_id": decision.subscription_id,
        "verdict": decision.verdict.value,
        "detail": decision.detail,
        "created_at": record.at,
    }


async def _move(connection: AsyncConnection, feed: sa.RowMapping, url: str) -> None:
    """Give the feed its new address, or let the feed that is there already take its place."""
    there = sa.select(feeds).where(feeds.c.url == url).with_for_update()
    other = (await connection.execute(there)).mappings().one_or_none()
    if other is None:
        await connection.execute(sa.update(feeds).where(feeds.c.id == feed["id"]).values(url=url))
        return
    # The other stays: it has its own past. What was asked for here is asked of it from now on.
    tags = tuple(dict.fromkeys([*other["tags"], *feed["tags"]]))
    both = sa.update(feeds)
    await connection.execute(both.where(feeds.c.id == other["id"]).values(tags=tags, enabled=True))
    sentence = f"It moved to the address of feed {other['id']} ({title_of(other)}), which is polled instead."
    await connection.execute(both.where(feeds.c.id == feed["id"]).values(enabled=False, failure=sentence))
