"""Keeps as many polls running as allowed: claims what is due, and claims again as soon as one ends."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.model.poll import ClaimedFeed
from bot.pipeline.hosts import HostQueue
from bot.pipeline.ingest import Ingest
from bot.pipeline.recording import Read
from bot.ports import Clock
from bot.stores.store import FeedStore

_log = structlog.get_logger()
_MOST_WAITING = 1000
# Claimed at once are the polls that begin now and three times as many for the slots that come free next.
_AHEAD = 4
# So many polls for each slot may wait to be written; where the database is slower than that, polls wait for it.
_UNWRITTEN = 3
_UNSTEADY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """How polls are spread after a long pause: at a start, after a sleep of the machine, after a jump of the clock.

    The first ``burst`` of the feeds that are due go at once, the others evenly over ``window``, but never fewer
    than one a second.
    """

    burst: int = 20
    window: timedelta = timedelta(minutes=5)

    def allowance(self, due: int, elapsed: timedelta) -> int:
        """Return how many polls may have begun when ``elapsed`` has passed with ``due`` feeds due at the start."""
        seconds = max(0.0, elapsed.total_seconds())
        rate = max(1.0, due / max(1.0, self.window.total_seconds()))
        return self.burst + int(seconds * rate)


class Poller:
    """Runs polls with bounded concurrency, as a whole and for each host.

    ``tick`` never waits for a poll, and feeds that wait for their host take no slot: no slow feed and no slow host
    holds up another.
    """

    def __init__(
        self,
        store: FeedStore,
        ingest: Ingest,
        clock: Clock,
        *,
        concurrency: int = 20,
        per_host: int = 2,
        lease: timedelta = timedelta(minutes=5),
        pace: Pace | None = None,
    ) -> None:
        self._store = store
        self._ingest = ingest
        self._clock = clock
        self._concurrency = concurrency
        self._lease = lease
        self._queue = HostQueue(per_host, freshness=lease / 2)
        self._pace = pace or Pace()
        self._running: set[asyncio.Task[None]] = set()
        self._busy = 0
        self._unwritten = 0
        self._most_unwritten = _UNWRITTEN * concurrency
        self._more = False
        self._turn = asyncio.Lock()
        self._stopping = False
        self._began: datetime | None = None
        self._looked: datetime | None = None
        self._due_at_start = 0
        self._backlog = 0
        self._begun = 0

    async def tick(self) -> None:
        """Begin polls of feeds that are due, as many as there are free slots; return without waiting for them."""
        async with self._turn:
            await self._follow_clock()
            await self._fill()

    async def idle(self) -> None:
        """Wait until no poll runs and none is due."""
        await self.tick()
        while self._running:
            await asyncio.wait(self._running)
            if not self._running:
                await self.tick()

    async def stop(self, grace: timedelta = timedelta(seconds=3)) -> None:
        """Begin no more polls, wait for the running ones up to ``grace``, then cancel them; leases run out."""
        self._stopping = True
        async with self._turn:
            # A claim under way has begun its polls once the turn is ours.
            pass
        if self._running:
            await asyncio.wait(self._running, timeout=grace.total_seconds())
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _follow_clock(self) -> None:
        """Take stock at the start, and again where time jumped: after a sleep of the machine or a set clock."""
        now, looked = self._clock.now(), self._looked
        self._looked = now
        if looked is not None and -_UNSTEADY <= now - looked <= self._pace.window:
            return
        if looked is None or now < looked:
            back = await self._store.turn_back(now)
            if back:
                _log.warning("clock_went_back", seconds=round(back.total_seconds()))
        await self._take_stock(now)

    async def _take_stock(self, now: datetime) -> None:
        self._begun = 0
        self._backlog = self._due_at_start = sum(
            feed.enabled and feed.poll.next_poll_at <= now for feed in await self._store.feeds()
        )
        self._began = now

    async def _fill(self) -> None:
        """Begin what waits and claim more where nothing does: a claim is a transaction, so it is made for many."""
        self._begin_waiting()
        room = min(self._allowed(), _AHEAD * self._concurrency - self._busy, _MOST_WAITING - len(self._queue))
        if self._stopping or self._queue.ready or room <= 0:
            return
        self._more = await self._claim(room) == room
        self._begin_waiting()

    async def _claim(self, limit: int) -> int:
        now = self._clock.now()
        claimed = await self._store.claim_feeds(now, limit=limit, lease=self._lease, floor=self._ingest.floor)
        for each in claimed:
            self._queue.put(each, now)
        self._begun += len(claimed)
        self._backlog = max(0, self._backlog - len(claimed)) if len(claimed) == limit else 0
        return len(claimed)

    def _allowed(self) -> int:
        """Return how many feeds may be claimed: without bound once what was due at the start is under way."""
        elapsed = self._clock.now() - self._began if self._began else timedelta(0)
        if not self._backlog or elapsed >= self._pace.window:
            return _MOST_WAITING
        return self._pace.allowance(self._due_at_start, elapsed) - self._begun

    def _begin_waiting(self) -> None:
        while (
            not self._stopping and self._busy < self._concurrency and self._unwritten < self._most_unwritten
        ):
            claimed = self._queue.take(self._clock.now())
            if claimed is None:
                return
            self._busy += 1
            task = asyncio.create_task(self._poll(claimed))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _poll(self, claimed: ClaimedFeed) -> None:
        """Poll a feed; while nothing but its new state waits to be written, its slot is another's already."""
        try:
            read = await self._ingest.read(claimed)
            light = read.is_light
            if not light:
                await self._ingest.record(read)
        finally:
            self._busy -= 1
            self._queue.done(claimed)
        if light:
            await self._write(read)
        await self._go_on()

    async def _write(self, read: Read) -> None:
        self._unwritten += 1
        try:
            self._begin_waiting()
            await self._ingest.record(read)
        finally:
            self._unwritten -= 1

    async def _go_on(self) -> None:
        try:
            self._begin_waiting()
            # Where the last claim found less than it asked for, nothing more is due before the next tick. Of the polls
            # that end together one claims for all.
            if self._more and not self._queue.ready and not self._turn.locked():
                async with self._turn:
                    await self._fill()
        except Exception:  # noqa: BLE001 - nobody awaits this task; the next tick tries again
            _log.exception("poll_claim_failed")
