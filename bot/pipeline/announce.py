"""From fresh entries to the alerts about them: match, cluster, summarise, compose."""

import asyncio
from collections.abc import AsyncIterator, Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.model.alert import MatchedSubscription, NewAlert
from bot.model.decision import NewDecision, Verdict
from bot.model.delivery import NewChange
from bot.model.destination import Destination
from bot.model.entry import FreshEntry, ParsedEntry
from bot.model.feed import Feed
from bot.model.hold import Held, HoldReason
from bot.model.message import Message, Source
from bot.model.story import Placement, Told
from bot.model.subscription import SubscriptionOptions
from bot.pipeline import compose, hold, match
from bot.pipeline.actions import under_alert
from bot.pipeline.drafts import draft_chat, submission
from bot.pipeline.editor import Copy, Editor, Work
from bot.pipeline.haste import Plans, hasten
from bot.pipeline.highlight import Span
from bot.pipeline.match import LiveQueries, Match, Matched, Passed
from bot.pipeline.retelling import Sorting, follow_up, further, may_follow, related, sort
from bot.pipeline.summarise import SummaryStyle
from bot.stores.store import Store

_LOOKED_BACK = 30
_Plan = Callable[[Destination, Sequence[SubscriptionOptions]], Held | None]
_DRAFTED = "a draft, until somebody publishes it"


@dataclass(frozen=True, slots=True)
class News:
    """What a poll has to tell, and what was decided about each match."""

    alerts: tuple[NewAlert, ...] = ()
    decisions: tuple[NewDecision, ...] = ()
    changes: tuple[NewChange, ...] = ()
    plans: Plans = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a poll may have to tell: the fresh entries that concern somebody, with a copy of each to tell from."""

    feed: Feed
    concerning: tuple["_Concerning", ...]
    copies: Mapping[int, Copy]


class Announcer:
    """Turns fresh entries into alerts, one a destination and story.

    ``prepare`` may take its time over pages and language models; ``tell`` is quick and belongs into the newsroom's turn.
    """

    def __init__(
        self, store: Store, queries: LiveQueries, style: SummaryStyle, editor: Editor | None = None
    ) -> None:
        self._store = store
        self._queries = queries
        self._style = style
        self._editor = editor or Editor()

    async def prepare(
        self, feed: Feed, fresh: Sequence[FreshEntry], *, silent: Container[int], now: datetime
    ) -> Draft:
        """Match ``fresh`` against all live queries; entries in ``silent`` are passed over."""
        await self._queries.refresh()
        concerning: list[_Concerning] = []
        for index, each in enumerate(fresh):
            if index in silent:
                continue
            found = await self._matched(feed, each, now)
            if found is not None:
                concerning.append(_Concerning(index, each, found))
            # A feed with hundreds of new entries must not keep the event loop for itself.
            await asyncio.sleep(0)
        sent = [each for each in concerning if each.found.matches]
        copies = await self._editor.copies([each.work(feed) for each in sent])
        by_index = {each.index: copy for each, copy in zip(sent, copies, strict=True)}
        return Draft(feed, tuple(concerning), by_index)

    async def tell(
        self, draft: Draft, placements: Sequence[Placement], urgent: Sequence[bool], now: datetime
    ) -> News:
        """Return what each destination is told, now that it is known which story each entry belongs to.

        ``urgent`` tells of each entry whether its story is.
        """
        matches = {each.index: each.found.matches for each in draft.concerning}
        news = News(plans=await hasten(self._store, placements, matches, urgent, now))
        alerted: dict[int, frozenset[int]] = {}
        for each in draft.concerning:
            placement = placements[each.index]
            earlier = (
                alerted.get(placement.beside, frozenset()) if placement.beside is not None else frozenset()
            )
            sorting = await self._sorted(draft.feed, each, placement, earlier, now)
            told = [match.destination.id for match in sorting.new]
            alerted[each.index if placement.beside is None else placement.beside] = earlier | frozenset(told)
            copy = draft.copies.get(each.index, Copy(each.fresh.entry.summary))
            plan = partial(hold.plan, seen_at=now, now=now, urgent=urgent[each.index])
            alerts = tuple(
                [one async for one in self._alerts(draft.feed, each, copy, sorting.new, plan, now)]
            )
            changes = tuple(self._changes(draft.feed, each, copy, placement, sorting.told, plan, now))
            decisions = tuple(
                _decided(each.index, sorting.verdict(one), alerts, draft.copies.get(each.index))
                for one in each.found.decisions
            )
            news = replace(
                news,
                alerts=(*news.alerts, *alerts),
                decisions=(*news.decisions, *decisions),
                changes=(*news.changes, *changes),
            )
        return news

    async def _matched(self, feed: Feed, fresh: FreshEntry, now: datetime) -> Matched | None:
        hits = self._queries.match(match.document(fresh.entry, feed))
        if not hits:
            return None
        subscribers = await self._store.subscribers([hit.query_id for hit in hits])
        muting = await self._store.muting(now, feed_id=feed.id) if subscribers else []
        return match.decide(hits, subscribers, fresh.entry, feed, muting)

    async def _sorted(
        self, feed: Feed, each: "_Concerning", placement: Placement, alerted: Container[int], now: datetime
    ) -> Sorting:
        story = placement.story_id
        if story is None or not each.found.matches:
            return sort(each.found.matches, {}, (), alerted)
        told = {one.alert.destination_id: one for one in await self._store.told_about(story)}
        muting = await self._store.muting(now, feed_id=feed.id, story_id=story)
        muted = frozenset(one.destination_id for one in muting if one.story_id is not None)
        return sort(each.found.matches, told, muted, alerted)

    async def _alerts(
        self,
        feed: Feed,
        told: "_Concerning",
        copy: Copy,
        matches: Sequence[Match],
        plan: _Plan,
        now: datetime,
    ) -> AsyncIterator[NewAlert]:
        composed: dict[object, Message] = {}
        for each in matches:
            # Thousands of destinations often share one query, zone and language: compose once for all of them.
            key = _likeness(each)
            if key not in composed:
                message = self._compose(told.fresh.entry, feed, each, copy, now)
                composed[key] = replace(message, related=await self._related(told.fresh.entry, each, now))
            address = each.destination.address
            nonce = compose.nonce(feed.url, told.fresh.identities[0], address)
            message = composed[key]
            chat = draft_chat(each.options)
            yield NewAlert(
                entry=told.index,
                destination_id=each.destination.id,
                matches=each.subscriptions,
                message=replace(message, actions=under_alert(address, nonce, message.url)),
                nonce=nonce,
                due_at=now,
                held=None if chat else plan(each.destination, each.options),
                draft=submission(chat, each.destination, message, nonce) if chat else None,
            )

    def _changes(
        self,
        feed: Feed,
        each: "_Concerning",
        copy: Copy,
        placement: Placement,
        told: Sequence[tuple[Match, Told]],
        plan: _Plan,
        now: datetime,
    ) -> Iterator[NewChange]:
        """Yield the edits and the replies for those who were told of the story already."""
        identity = each.fresh.identities[0]
        for found, one in told:
            address = found.destination.address
            if placement.update and found.destination.settings.follow_ups and may_follow(one, now):
                message = self._compose(each.fresh.entry, feed, found, copy, now)
                held = plan(found.destination, found.options)
                waits = held is not None and held.reason is not HoldReason.CALM
                nonce = compose.nonce(feed.url, f"reply {identity}", address)
                reply = follow_up(one, message, nonce, held.due_at if held and waits else now)
                yield _drafted(reply, found, now)
            elif draft_chat(found.options) is None:
                nonce = compose.nonce(feed.url, f"edit {identity}", address)
                link = compose.safe_url(each.fresh.entry.link)
                change = further(one, feed, link, nonce, now)
                if change is not None:
                    yield change

    async def _related(self, entry: ParsedEntry, found: Match, now: datetime) -> tuple[Source, ...]:
        earlier = await self._store.latest_alerts(found.destination.id, limit=_LOOKED_BACK)
        return related(entry, found.subscriptions, earlier, now)

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
    drafted = {match.subscription_id for alert in alerts if alert.draft for match in alert.matches}
    if passed.subscription_id in drafted:
        return NewDecision(index, passed.subscription_id, Verdict.HELD, "; ".join((_DRAFTED, *remarks)))
    if held is None:
        detail = "; ".join(part for part in (passed.detail, *remarks) if part)
        return NewDecision(index, passed.subscription_id, passed.verdict, detail)
    until = "the story is not urgent" if held.reason is HoldReason.CALM else _until(held)
    detail = "; ".join((until, *remarks))
    return NewDecision(index, passed.subscription_id, Verdict.HELD, detail)


def _until(held: Held) -> str:
    return f"{held.reason}, until {held.due_at:%Y-%m-%d %H:%M} UTC"


def _drafted(change: NewChange, found: Match, now: datetime) -> NewChange:
    """Return a reply as it is written: put before somebody first where the broadcast wants that."""
    chat = draft_chat(found.options)
    if chat is None:
        return change
    asked = submission(chat, found.destination, change.message, change.nonce)
    return replace(change, due_at=now, draft=asked)


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
