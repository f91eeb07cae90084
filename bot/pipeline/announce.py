"""From fresh entries to the alerts about them: match, cluster, summarise, compose."""

import asyncio
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from bot.model.alert import MatchedSubscription, NewAlert
from bot.model.decision import NewDecision, Verdict
from bot.model.entry import FreshEntry, ParsedEntry
from bot.model.feed import Feed
from bot.model.message import Message
from bot.pipeline import cluster, compose, hold, match
from bot.pipeline.actions import under_alert
from bot.pipeline.editor import Copy, Editor, Work
from bot.pipeline.highlight import Span
from bot.pipeline.match import LiveQueries, Match, Matched, Passed
from bot.pipeline.summarise import SummaryStyle
from bot.stores import Store


@dataclass(frozen=True, slots=True)
class News:
    """What a poll has to tell, and what was decided about each match."""

    alerts: tuple[NewAlert, ...] = ()
    decisions: tuple[NewDecision, ...] = ()


class Announcer:
    """Turns fresh entries into alerts, one a destination and story."""

    def __init__(
        self, store: Store, queries: LiveQueries, style: SummaryStyle, editor: Editor | None = None
    ) -> None:
        self._store = store
        self._queries = queries
        self._style = style
        self._editor = editor or Editor()

    async def announce(
        self, feed: Feed, fresh: Sequence[FreshEntry], *, silent: Container[int], now: datetime
    ) -> News:
        """Match the stories of ``fresh`` against all live queries; entries in ``silent`` are passed over."""
        await self._queries.refresh()
        concerning: list[_Concerning] = []
        for story in cluster.stories(fresh):
            if story.lead in silent:
                continue
            found = await self._matched(feed, fresh[story.lead], now)
            if found is not None:
                concerning.append(_Concerning(story.lead, fresh[story.lead], found))
            # A feed with hundreds of new entries must not keep the event loop for itself.
            await asyncio.sleep(0)
        return await self._told(feed, concerning, now)

    async def _told(self, feed: Feed, concerning: Sequence["_Concerning"], now: datetime) -> News:
        sent = [each for each in concerning if each.found.matches]
        copies = await self._editor.copies([each.work(feed) for each in sent])
        by_index = {each.index: copy for each, copy in zip(sent, copies, strict=True)}
        alerts = {each.index: await self._alerts(feed, each, by_index[each.index], now) for each in sent}
        decisions = (
            _decided(each.index, one, alerts.get(each.index, ()), by_index.get(each.index))
            for each in concerning
            for one in each.found.decisions
        )
        return News(tuple(chain.from_iterable(alerts.values())), tuple(decisions))

    async def _matched(self, feed: Feed, fresh: FreshEntry, now: datetime) -> Matched | None:
        hits = self._queries.match(match.document(fresh.entry, feed))
        if not hits:
            return None
        subscribers = await self._store.subscribers([hit.query_id for hit in hits])
        muting = await self._store.muting(now, feed_id=feed.id) if subscribers else []
        return match.decide(hits, subscribers, fresh.entry, feed, muting)

    async def _alerts(
        self, feed: Feed, told: "_Concerning", copy: Copy, now: datetime
    ) -> tuple[NewAlert, ...]:
        composed: dict[object, Message] = {}
        alerts = []
        for each in told.found.matches:
            # Thousands of destinations often share one query, zone and language: compose once for all of them.
            key = _likeness(each)
            if key not in composed:
                composed[key] = self._compose(told.fresh.entry, feed, each, copy, now)
                await asyncio.sleep(0)
            address = each.destination.address
            nonce = compose.nonce(feed.url, told.fresh.identities[0], address)
            message = composed[key]
            alert = NewAlert(
                entry=told.index,
                destination_id=each.destination.id,
                matches=each.subscriptions,
                message=replace(message, actions=under_alert(address, nonce, message.url)),
                nonce=nonce,
                due_at=now,
                held=hold.plan(each.destination, each.options, now, now),
            )
            alerts.append(alert)
        return tuple(alerts)

    def _compose(self, entry: ParsedEntry, feed: Feed, found: Match, copy: Copy, now: datetime) -> Message:
        written = copy.written.get(found.destination.language)
        text = written or copy.text
        if text != entry.summary:
            places = self._queries.standing([each.query for each in found.subscriptions], text)
            # What matched must be seen: a page without any of its words is not the report that was meant.
            if written or places or not found.spans.get("summary"):
                entry = replace(entry, summary=text)
                found = replace(found, spans={**found.spans, "summary": places})
        return compose.alert(
            entry, feed, found, seen_at=now, style=self._style, machine_written=written is not None
        )


@dataclass(frozen=True, slots=True)
class _Concerning:
    """A fresh entry by its index, and whom it concerns."""

    index: int
    fresh: FreshEntry
    found: Matched

    def work(self, feed: Feed) -> Work:
        """Return what there is to prepare before this can be told."""
        entry = self.fresh.entry
        matches = self.found.matches
        words = (word for each in matches for one in each.subscriptions for word in one.words)
        return Work(
            entry,
            entry.language or feed.language,
            tuple(dict.fromkeys(each.destination.language for each in matches)),
            tuple(dict.fromkeys(words)),
        )


def _decided(index: int, passed: Passed, alerts: Sequence[NewAlert], copy: Copy | None = None) -> NewDecision:
    """Return the decision about a subscription; one whose alert waits for a digest, or is told no better, says so."""
    held = {
        match.subscription_id: alert.held for alert in alerts if alert.held for match in alert.matches
    }.get(passed.subscription_id)
    remarks = copy.remarks if copy and passed.verdict is Verdict.SENT else ()
    if held is None:
        detail = "; ".join(part for part in (passed.detail, *remarks) if part)
        return NewDecision(index, passed.subscription_id, passed.verdict, detail)
    detail = "; ".join((f"{held.reason}, until {held.due_at:%Y-%m-%d %H:%M} UTC", *remarks))
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
