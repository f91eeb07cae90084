"""The end of a poll: its news is placed in stories and told, then everything is written in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from bot.errors import LeaseLost
from bot.model.entry import FreshEntry
from bot.model.feed import Feed
from bot.model.poll import ClaimedFeed, PollOutcome, PollRecord
from bot.pipeline.announce import Announcer, Draft
from bot.pipeline.newsroom import Newsroom
from bot.ports import Clock, Observer
from bot.query.topics import Topics
from bot.stores.store import Store

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pending:
    """A poll with news, which is placed, told and recorded in the newsroom's turn."""

    record: PollRecord
    feed: Feed
    draft: Draft


@dataclass(frozen=True, slots=True)
class Found:
    """What a document holds: entries to store, identities met again, and what to tell of the former."""

    feed: Feed
    fresh: tuple[FreshEntry, ...]
    seen: tuple[str, ...]
    draft: Draft | None

    @property
    def outcome(self) -> PollOutcome:
        """Tell whether there is anything new."""
        return PollOutcome.NEW if self.fresh else PollOutcome.NO_NEWS

    def pending(self, record: PollRecord) -> PollRecord | Pending:
        """Return what is left to do for a record: what somebody is told of has to be placed first."""
        return Pending(record, self.feed, self.draft) if self.draft is not None else record


@dataclass(frozen=True, slots=True)
class Read:
    """What a poll brought, and how long it took."""

    claimed: ClaimedFeed
    record: PollRecord | Pending
    seconds: float

    @property
    def is_light(self) -> bool:
        """Tell whether it holds no entries: many of its kind may wait for their writing."""
        return isinstance(self.record, PollRecord) and self.record.is_calm


class Recorder:
    """Writes polls, those with news one after the other; ``wake`` is called after something for the outbox was written."""

    def __init__(
        self,
        store: Store,
        announcer: Announcer,
        clock: Clock,
        observer: Observer,
        wake: Callable[[], None],
        topics: Topics,
    ) -> None:
        self._store = store
        self._announcer = announcer
        self._newsroom = Newsroom(store, topics)
        self._clock = clock
        self._observer = observer
        self._wake = wake

    async def tell(
        self, pending: Pending, seconds: float | None, crashed: Callable[[Exception], PollRecord]
    ) -> PollOutcome:
        """Place the news in stories, tell it and record it; ``crashed`` makes a failed poll of what goes wrong."""
        async with self._newsroom.turn:
            try:
                record = await self._told(pending)
            except Exception as error:  # noqa: BLE001 - whatever one feed brings about, the others go on
                record = crashed(error)
            try:
                return await self.write(record, seconds)
            finally:
                self._newsroom.withdraw()

    async def write(self, record: PollRecord, seconds: float | None) -> PollOutcome:
        """Record a poll; where that fails, nothing was written and the poll is repeated when its lease ends.

        ``seconds`` is how long it took, None for what was pushed.
        """
        try:
            await self._store.record_poll(record)
        except LeaseLost:
            _log.warning("poll_lease_lost", feed=record.feed_id)
            return record.outcome
        except Exception:  # noqa: BLE001 - as above
            _log.exception("poll_not_recorded", feed=record.feed_id)
            return PollOutcome.FAILED
        self._observe(record, seconds)
        return record.outcome

    async def _told(self, pending: Pending) -> PollRecord:
        now = self._clock.now()
        record = pending.record
        placements = await self._newsroom.place(pending.feed, record.fresh, now)
        urgent = [self._newsroom.urgent(each, now) for each in placements]
        news = await self._announcer.tell(pending.draft, placements, urgent, now)
        return replace(
            record,
            placements=tuple(placements),
            alerts=news.alerts,
            decisions=news.decisions,
            changes=news.changes,
            plans=news.plans,
        )

    def _observe(self, record: PollRecord, seconds: float | None) -> None:
        if seconds is not None:
            self._observer.polled(record.outcome, seconds)
        self._observer.entries(len(record.fresh))
        self._observer.alerted(len(record.alerts))
        if record.outcome in {PollOutcome.FAILED, PollOutcome.GONE} and seconds is not None:
            _log.warning("poll_failed", feed=record.feed_id, reason=record.state.failure)
        elif record.fresh:
            _log.info("poll_new", feed=record.feed_id, entries=len(record.fresh), alerts=len(record.alerts))
        if record.alerts or record.changes:
            self._wake()
