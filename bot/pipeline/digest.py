"""From what was held to the digests in the outbox: fold what is too much, compose what is due, write it at once.

A digest and the holds it takes are written in one transaction, so that a crash loses nothing and repeats nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.model.burst import Burst
from bot.model.destination import Destination
from bot.model.hold import DueDigest, Held, Hold, HoldReason, NewDigest
from bot.model.subscription import Priority, Subscriber, Subscription
from bot.pipeline import hold as holding
from bot.pipeline.moments import zone
from bot.pipeline.pages import pages
from bot.pipeline.slots import quiet_around
from bot.ports import Clock
from bot.stores.store import Store

_PLACES = 50
_ROUNDS = 20

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Decided:
    """What follows for a place with holds that are due: a digest, and holds that have to wait on."""

    digest: NewDigest
    plans: dict[int, Held]


def decide(due: DueDigest, subscriptions: Sequence[Subscription], now: datetime) -> Decided:
    """Return the digest of what is due; what nobody wants or never became urgent falls out, quiet hours hold on. Pure."""
    place = due.destination
    dropped: list[int] = []
    ready: list[Hold] = []
    plans: dict[int, Held] = {}
    for hold in due.holds:
        wanted = holding.wanting(hold, subscriptions)
        later = holding.burst(place, [each.options for each in wanted], now)
        if not wanted or hold.held.reason is HoldReason.CALM:
            dropped.append(hold.id)
        elif later.due_at > now:
            plans[hold.id] = Held(later.due_at, HoldReason.QUIET)
        else:
            ready.append(hold)
    made = pages(place, ready) if ready else ()
    return Decided(NewDigest(place.id, now, made, tuple(dropped)), plans)


class Digester:
    """Makes digests. ``wake`` is called after some were written, so that they need not wait for a tick."""

    def __init__(self, store: Store, clock: Clock, burst: Burst, *, wake: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._burst = burst
        self._wake = wake

    async def tick(self) -> None:
        """Hold what quiet hours overtook, fold what waits beyond the bound, then write every digest that is due."""
        now = self._clock.now()
        await self._rest(now)
        await self._fold(now)
        for _ in range(_ROUNDS):
            due = await self._store.due_digests(now, limit=_PLACES)
            written = [await self._write(each, now) for each in due]
            if any(written):
                self._wake()
            else:
                break

    async def _rest(self, now: datetime) -> None:
        """Hold what still waits singly from before quiet hours began, as what comes in them is held."""
        for place in await self._store.restless(limit=_PLACES):
            around = quiet_around(place.settings.quiet, now, zone(place.timezone))
            if around is None:
                continue
            began, ends = around
            known = _own(await self._store.subscriptions(place.id))
            spare = {each.id for each in known if each.options.priority is not Priority.NORMAL}
            plan = Held(ends, HoldReason.QUIET)
            folded = await self._store.fold(place.id, plan, before=began, spare=spare)
            if folded:
                _log.info("backlog_held", destination=place.id, alerts=folded)

    async def _fold(self, now: datetime) -> None:
        most = self._burst.most
        if not most:
            return
        plan = Held(now, HoldReason.BURST)
        for place in await self._store.crowded(now, most=most, limit=_PLACES):
            folded = await self._store.fold(place, plan, keep=most)
            _log.info("backlog_folded", destination=place, alerts=folded)

    async def _write(self, due: DueDigest, now: datetime) -> bool:
        known = await self._store.subscriptions(due.destination.id)
        decided = decide(due, _own(known), now)
        if decided.plans:
            await self._store.replan(decided.plans)
        digest = decided.digest
        if not digest.pages and not digest.dropped:
            return bool(decided.plans)
        if not await self._store.write_digest(digest):
            # Another process was faster, or the place moved; what is left is looked at again.
            return False
        alerts = sum(len(page.holds) for page in digest.pages)
        _log.info("digest_written", destination=due.destination.id, alerts=alerts, pages=len(digest.pages))
        return True


async def replan(store: Store, place: Destination, now: datetime) -> None:
    """Plan anew what is held for a place whose time zone, quiet hours or cadences have changed to these."""
    holds = await store.holds(place.id)
    if holds:
        known = _own(await store.subscriptions(place.id))
        await store.replan(holding.replanned(place, known, holds, now))


def _own(subscribers: Sequence[Subscriber]) -> list[Subscription]:
    return [each.subscription for each in subscribers]
