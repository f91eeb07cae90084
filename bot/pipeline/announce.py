"""From fresh entries to the alerts about them: match, cluster, summarise, compose."""

import asyncio
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.model.alert import MatchedSubscription, NewAlert
from bot.model.decision import NewDecision, Verdict
from bot.model.entry import FreshEntry, ParsedEntry
from bot.model.feed import Feed
from bot.model.message import Message
from bot.pipeline import cluster, compose, hold, match
from bot.pipeline.actions import under_alert
from bot.pipeline.highlight import Span
from bot.pipeline.match import LiveQueries, Match, Passed
from bot.pipeline.summarise import SummaryStyle
from bot.stores import Store


@dataclass(frozen=True, slots=True)
class News:
    """What a poll has to tell, and what was decided about each match."""

    alerts: tuple[NewAlert, ...] = ()
    decisions: tuple[NewDecision, ...] = ()


class Announcer:
    """Turns fresh entries into alerts, one a destination and story."""

    def __init__(self, store: Store, queries: LiveQueries, style: SummaryStyle) -> None:
        self._store = store
        self._queries = queries
        self._style = style

    async def announce(
        self, feed: Feed, fresh: Sequence[FreshEntry], *, silent: Container[int], now: datetime
    ) -> News:
        """Match the stories of ``fresh`` against all live queries; entries in ``silent`` are passed over."""
        await self._queries.refresh()
        alerts: list[NewAlert] = []
        decisions: list[NewDecision] = []
        for story in cluster.stories(fresh):
            if story.lead in silent:
                continue
            news = await self._story(feed, fresh[story.lead], story.lead, now)
            alerts.extend(news.alerts)
            decisions.extend(news.decisions)
            # A feed with hundreds of new entries must not keep the event loop for itself.
            await asyncio.sleep(0)
        return News(tuple(alerts), tuple(decisions))

    async def _story(self, feed: Feed, fresh: FreshEntry, index: int, now: datetime) -> News:
        hits = self._queries.match(match.document(fresh.entry, feed))
        if not hits:
            return News()
        subscribers = await self._store.subscribers([hit.query_id for hit in hits])
        muting = await self._store.muting(now, feed_id=feed.id) if subscribers else []
        found = match.decide(hits, subscribers, fresh.entry, feed, muting)
        alerts = tuple(self._alerts(feed, fresh, index, found.matches, now))
        return News(alerts, tuple(_decided(index, each, alerts) for each in found.decisions))

    def _alerts(
        self, feed: Feed, fresh: FreshEntry, index: int, matches: Sequence[Match], now: datetime
    ) -> Iterator[NewAlert]:
        composed: dict[object, Message] = {}
        for each in matches:
            # Thousands of destinations often share one query, zone and language: compose once for all of them.
            key = _likeness(each)
            if key not in composed:
                composed[key] = self._compose(fresh.entry, feed, each, now)
            address = each.destination.address
            nonce = compose.nonce(feed.url, fresh.identities[0], address)
            message = composed[key]
            yield NewAlert(
                entry=index,
                destination_id=each.destination.id,
                matches=each.subscriptions,
                message=replace(message, actions=under_alert(address, nonce, message.url)),
                nonce=nonce,
                due_at=now,
                held=hold.plan(each.destination, each.options, now, now),
            )

    def _compose(self, entry: ParsedEntry, feed: Feed, found: Match, now: datetime) -> Message:
        return compose.alert(entry, feed, found, seen_at=now, style=self._style)


def _decided(index: int, passed: Passed, alerts: Sequence[NewAlert]) -> NewDecision:
    """Return the decision about a subscription; one whose alert waits for a digest says so."""
    held = {
        match.subscription_id: alert.held for alert in alerts if alert.held for match in alert.matches
    }.get(passed.subscription_id)
    if held is None:
        return NewDecision(index, passed.subscription_id, passed.verdict, passed.detail)
    detail = f"{held.reason}, until {held.due_at:%Y-%m-%d %H:%M} UTC"
    return NewDecision(index, passed.subscription_id, Verdict.HELD, detail)


def _likeness(found: Match) -> object:
    """Return what two matches must share for their messages to be the same."""
    return (
        found.destination.timezone,
        found.destination.language,
        found.mentions,
        _queries(found.subscriptions),
        _places(found.spans),
    )


def _queries(subscriptions: Sequence[MatchedSubscription]) -> tuple[str, ...]:
    return tuple(each.query for each in subscriptions)


def _places(spans: Mapping[str, tuple[Span, ...]]) -> tuple[tuple[str, tuple[Span, ...]], ...]:
    return tuple(sorted(spans.items()))
