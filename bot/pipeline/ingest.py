"""From a due feed to the outbox: one poll, one record, one transaction.

    fetch | unchanged? | parse what is not known byte for byte | identify | known? | re-issued? | match | edit
                                    a pushed document | parse | identify | …
                                                          in the newsroom's turn: place in stories | compose | record

The validators that make the next request conditional are written together with the entries they stand for.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.model.burst import Burst
from bot.model.entry import FreshEntry, ParsedFeed, ParseFailed
from bot.model.feed import Feed, PollState
from bot.model.fetch import Fetched, FetchFailed, FetchResult, Gone, Moved, NotModified
from bot.model.known import KnownItems
from bot.model.poll import ClaimedFeed, PollOutcome, PollRecord
from bot.model.push import PushedDocument
from bot.pipeline import migration
from bot.pipeline.announce import Announcer, Draft
from bot.pipeline.editor import Editor
from bot.pipeline.hosts import Patience
from bot.pipeline.jitter import fraction
from bot.pipeline.match import LiveQueries
from bot.pipeline.parse import distinct, identify
from bot.pipeline.poll import PollPolicy, Success, confirmed_move, decide, postponed, pushed, request, settled
from bot.pipeline.recording import Found, Pending, Read, Recorder
from bot.pipeline.summarise import SummaryStyle
from bot.pipeline.unobserved import Unobserved
from bot.ports import Clock, Fetcher, Observer, Parser
from bot.stores.store import Store

_log = structlog.get_logger()


def _nobody() -> None:
    """Stand in where nobody waits for alerts."""


class Ingest:
    """Polls claimed feeds. ``wake`` is called after alerts were committed, so that they need not wait for a tick."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        parser: Parser,
        queries: LiveQueries,
        clock: Clock,
        policy: PollPolicy | None = None,
        *,
        style: SummaryStyle | None = None,
        burst: Burst | None = None,
        editor: Editor | None = None,
        patience: Patience | None = None,
        observer: Observer | None = None,
        wake: Callable[[], None] = _nobody,
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._parser = parser
        self._clock = clock
        self._policy = policy or PollPolicy()
        self._announcer = Announcer(store, queries, style or SummaryStyle(), editor)
        self._recorder = Recorder(
            store, self._announcer, clock, observer or Unobserved(), wake, queries.topics
        )
        self._burst = burst
        self._patience = patience or Patience()

    @property
    def floor(self) -> timedelta:
        """The shortest pause between two requests for a feed, whoever asks for them."""
        return self._policy.min_interval

    async def poll(self, claimed: ClaimedFeed, *, forced: bool = False) -> PollOutcome:
        """Poll a feed and record the result. Never raises but for cancellation; a fault becomes a failed poll.

        ``forced`` asks for the whole document.
        """
        return await self.record(await self.read(claimed, forced=forced))

    async def read(self, claimed: ClaimedFeed, *, forced: bool = False) -> Read:
        """Ask for a feed and read the answer; what came of it is still to be recorded. Raises as ``poll``."""
        began = time.monotonic()
        record: PollRecord | Pending
        try:
            async with asyncio.timeout(self._policy.deadline.total_seconds()):
                record = await self._attempt(claimed, forced=forced)
        except TimeoutError:
            seconds = round(self._policy.deadline.total_seconds())
            record = self._failed(claimed, FetchFailed(f"The poll was given up after {seconds} s."))
        except Exception as error:  # noqa: BLE001 - whatever one feed brings about, the others go on
            record = self._crashed(claimed, error)
        return Read(claimed, record, time.monotonic() - began)

    async def record(self, read: Read) -> PollOutcome:
        """Place, tell and write what a poll brought. Raises as ``poll``."""
        if isinstance(read.record, Pending):
            return await self._recorder.tell(
                read.record, read.seconds, lambda error: self._crashed(read.claimed, error)
            )
        return await self._recorder.write(read.record, read.seconds)

    def _crashed(self, claimed: ClaimedFeed, error: Exception) -> PollRecord:
        _log.exception("poll_crashed", feed=claimed.feed.id)
        reason = f"Newsbell itself failed on this feed ({type(error).__name__}); its log has the details."
        return self._failed(claimed, FetchFailed(reason))

    async def push(self, claimed: ClaimedFeed, document: PushedDocument) -> PollOutcome:
        """Record the news of a document that a hub pushed, as a poll would; what the next poll asks with stays.

        Never raises but for cancellation. The document may hold some of the feed's entries only, so nothing is taken
        from what it leaves out. A feed that no poll has read yet waits for its silent first one.
        """
        try:
            async with asyncio.timeout(self._policy.deadline.total_seconds()):
                record = await self._take_pushed(claimed, document)
        except Exception as error:  # noqa: BLE001 - whatever a document brings about, the others go on
            record = self._unread(claimed, error)
        if isinstance(record, Pending):
            return await self._recorder.tell(record, None, lambda error: self._unread(claimed, error))
        return await self._recorder.write(record, None)

    async def _take_pushed(self, claimed: ClaimedFeed, document: PushedDocument) -> PollRecord | Pending:
        feed = claimed.feed
        if feed.poll.seeded_at is None:
            return self._unread(claimed)
        known = await self._store.known_items(feed.id)
        parsed = await self._parser.parse(
            document.body,
            url=feed.url,
            headers=document.headers,
            known=known.digests if known else None,
        )
        if isinstance(parsed, ParseFailed):
            _log.warning("push_unreadable", feed=feed.id, reason=parsed.reason)
            return self._unread(claimed)
        found = await self._sort(feed, parsed)
        now = self._clock.now()
        state = pushed(feed, tuple(each.entry.published for each in found.fresh), now, self._policy)
        record = PollRecord(feed.id, claimed.lease, now, found.outcome, state, burst=self._burst, whole=False)
        return found.pending(replace(record, fresh=found.fresh, seen=found.seen))

    def _unread(self, claimed: ClaimedFeed, error: Exception | None = None) -> PollRecord:
        """Return the record that leaves a feed as it was before a push."""
        if error is not None:
            _log.error("push_crashed", feed=claimed.feed.id, exc_info=error)
        return PollRecord(
            claimed.feed.id, claimed.lease, self._clock.now(), PollOutcome.FAILED, claimed.feed.poll
        )

    async def _attempt(self, claimed: ClaimedFeed, *, forced: bool) -> PollRecord | Pending:
        now = self._clock.now()
        until = self._patience.until(claimed.feed.url, now)
        if until is not None:
            return self._postponed(claimed, until, now)
        result = await self._fetcher.fetch(request(claimed.feed, now, self._policy, forced=forced))
        return await self._read(claimed, result, moved_to=None)

    async def _read(
        self, claimed: ClaimedFeed, result: FetchResult, moved_to: str | None
    ) -> PollRecord | Pending:
        match result:
            case Moved(to, inner):
                return await self._read(claimed, inner, moved_to=to)
            case FetchFailed() | Gone():
                return self._failed(claimed, result)
            case NotModified(validators=validators, not_before=wish):
                success = Success(validators, not_before=wish, moved_to=moved_to)
                return self._calm(claimed, success, PollOutcome.NOT_MODIFIED)
            case Fetched():
                return await self._read_body(claimed, result, moved_to)

    async def _read_body(
        self, claimed: ClaimedFeed, fetched: Fetched, moved_to: str | None
    ) -> PollRecord | Pending:
        body_hash = hashlib.sha256(fetched.body).hexdigest()
        changed = body_hash != claimed.feed.poll.body_hash
        success = Success(
            fetched.validators, body_hash, not_before=fetched.not_before, moved_to=moved_to, changed=changed
        )
        if not changed:
            return self._calm(claimed, success, PollOutcome.UNCHANGED)
        known = await self._store.known_items(claimed.feed.id)
        parsed = await self._parser.parse(
            fetched.body,
            url=fetched.url,
            headers=fetched.headers,
            known=known.at(self._clock.now()) if known else frozenset(),
        )
        match parsed:
            case ParseFailed(reason):
                return self._failed(claimed, FetchFailed(reason))
            case ParsedFeed():
                return await self._take(claimed, parsed, success, known)

    async def _take(
        self, claimed: ClaimedFeed, parsed: ParsedFeed, success: Success, known: KnownItems | None
    ) -> PollRecord | Pending:
        found = await self._sort(claimed.feed, parsed)
        # What the first document holds was published at its own time, not within the rhythm of our polls.
        first = claimed.feed.poll.seeded_at is None
        dates = () if first else tuple(each.entry.published for each in found.fresh)
        success = replace(success, hints=parsed.hints, offer=parsed.offer, news=dates)
        calm = self._calm(claimed, success, found.outcome)
        record = replace(
            calm,
            fresh=found.fresh,
            seen=found.seen,
            burst=self._burst,
            title=parsed.title,
            site=parsed.link,
            language=parsed.language,
            icon=parsed.icon,
            known=KnownItems(parsed.items, known.whole_at if known and parsed.skipped else calm.at),
        )
        return found.pending(record)

    async def _sort(self, feed: Feed, parsed: ParsedFeed) -> Found:
        """Sort the entries into known, old ones under new names, and news; prepare what is told of the news."""
        if parsed.warning:
            _log.info("feed_flawed", feed=feed.id, reason=parsed.warning)
        listed = distinct(identify(feed.url, entry) for entry in parsed.entries)
        known = await self._store.known_identities(
            feed.id, [identity for each in listed for identity in each.identities]
        )
        fresh = tuple(each for each in listed if known.isdisjoint(each.identities))
        met = [each for each in listed if not known.isdisjoint(each.identities)]
        seen = tuple(identity for each in met for identity in each.identities)
        told = replace(
            feed,
            language=parsed.language or feed.language,
            site=parsed.link or feed.site,
            icon=parsed.icon or feed.icon,
        )
        return Found(told, fresh, seen, await self._draft(told, fresh, len(listed) + parsed.skipped))

    async def _draft(self, feed: Feed, fresh: Sequence[FreshEntry], listed: int) -> Draft | None:
        """Prepare alerts; a feed's first successful poll, and what a moved site re-issues, stays silent."""
        if feed.poll.seeded_at is None or not fresh:
            return None
        silent = await self._reissued(feed, fresh, listed)
        if silent:
            _log.warning("feed_reissued", feed=feed.id, entries=len(fresh), silent=len(silent))
        return await self._announcer.prepare(feed, fresh, silent=silent, now=self._clock.now())

    async def _reissued(self, feed: Feed, fresh: Sequence[FreshEntry], listed: int) -> frozenset[int]:
        if not migration.suspicious(listed, len(fresh)):
            return frozenset()
        shown = migration.Shown()
        async for entry in self._store.entries_since(feed.added_at, feed_ids=[feed.id]):
            shown.add(entry.content)
        return migration.reissued(fresh, shown, feed.poll.succeeded_at)

    def _calm(self, claimed: ClaimedFeed, success: Success, outcome: PollOutcome) -> PollRecord:
        """Return the record of a good answer, without any entries yet."""
        now, feed = self._clock.now(), claimed.feed
        state = self._state(feed, success, now)
        moved = confirmed_move(state, now, self._policy)
        if moved is not None:
            _log.info("feed_moved", feed=feed.id)
            state = settled(state)
        return PollRecord(feed.id, claimed.lease, now, outcome, state, url=moved, before=feed.poll)

    def _failed(self, claimed: ClaimedFeed, failed: FetchFailed | Gone) -> PollRecord:
        now = self._clock.now()
        outcome = PollOutcome.GONE if isinstance(failed, Gone) else PollOutcome.FAILED
        state = self._state(claimed.feed, failed, now)
        if isinstance(failed, FetchFailed) and failed.host_wide:
            self._patience.hold(claimed.feed.url, state.next_poll_at)
        return PollRecord(claimed.feed.id, claimed.lease, now, outcome, state)

    def _postponed(self, claimed: ClaimedFeed, until: datetime, now: datetime) -> PollRecord:
        state = postponed(claimed.feed, until, self._policy, fraction(claimed.feed.url, until.isoformat()))
        feed = claimed.feed
        return PollRecord(feed.id, claimed.lease, now, PollOutcome.POSTPONED, state, before=feed.poll)

    def _state(self, feed: Feed, outcome: Success | FetchFailed | Gone, now: datetime) -> PollState:
        chance = fraction(feed.url, now.isoformat())
        return decide(feed, outcome, now, self._policy, chance)
