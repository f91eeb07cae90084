"""One platform's way out of the outbox: its own slots, its own hold, nothing shared with other platforms."""

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.errors import LeaseLost
from bot.model.delivery import (
    Delivery,
    DeliveryKind,
    RetryLater,
    Scope,
    SendOutcome,
    Sent,
    Settlement,
)
from bot.pipeline.alarms import Alarms
from bot.pipeline.carry import carry_out
from bot.pipeline.doubt import Doubt
from bot.pipeline.jitter import fraction
from bot.pipeline.notices import Notices
from bot.pipeline.settle import DeliveryPolicy, decide, pause_after
from bot.pipeline.throttle import Complaints, Throttle
from bot.ports import Clock, Messenger, Observer
from bot.stores.store import OutboxStore

_HARMLESS = frozenset({DeliveryKind.EDIT, DeliveryKind.CROSSPOST, DeliveryKind.THREAD})

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class LaneBounds:
    """How much a platform may have in flight, how long one attempt may take, and how long its lease lasts.

    ``lease`` exceeds ``timeout`` by far: whoever holds it has settled or given up before it runs out.
    ``settle_pauses`` are the waits between tries to write the result of an attempt, in seconds. Where a destination's
    oldest alert has waited longer than ``behind``, the newest goes first.
    """

    concurrency: int = 32
    timeout: timedelta = timedelta(seconds=45)
    lease: timedelta = timedelta(minutes=3)
    behind: timedelta = timedelta(minutes=2)
    settle_pauses: tuple[float, ...] = (0.2, 1.0, 3.0)


class Lane:
    """Claims a platform's due deliveries and sends them side by side, never two of one destination."""

    def __init__(
        self,
        store: OutboxStore,
        messenger: Messenger,
        clock: Clock,
        policy: DeliveryPolicy,
        bounds: LaneBounds,
        observer: Observer,
        notices: Notices | None = None,
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._clock = clock
        self._policy = policy
        self._bounds = bounds
        self._observer = observer
        self._notices = notices
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self._again = False
        self._stopping = False
        self._held_until: datetime | None = None
        self._alarms = Alarms(self.nudge)
        self._throttle = Throttle(messenger.rate)
        self._complaints = Complaints()
        self._answered_at: datetime | None = None
        self._doubt = Doubt(messenger.rate, harmless=messenger.idempotent)

    @property
    def busy(self) -> bool:
        """Tell whether anything is in flight."""
        return bool(self._tasks)

    async def fill(self) -> None:
        """Claim what is due into the free slots; return without waiting for the sends."""
        self._again = True
        if self._turn.locked():
            # Whoever holds the turn looks once more before giving it up.
            return
        async with self._turn:
            while self._again:
                self._again = False
                await self._claim()

    def nudge(self) -> None:
        """Fill soon, from code that cannot wait."""
        if not self._stopping:
            self._spawn(self._fill_safely())

    async def wait(self) -> None:
        """Wait until something that is in flight ends."""
        if self._tasks:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def stop(self, grace: timedelta) -> None:
        """Claim no more, let what is in flight end within ``grace``, then cancel it; its leases run out."""
        self._stopping = True
        self._alarms.silence()
        async with self._turn:
            # A claim under way has begun its sends once the turn is ours.
            pass
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace.total_seconds()):
                while self._tasks:
                    await self.wait()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _claim(self) -> None:
        now = self._clock.now()
        moment = asyncio.get_running_loop().time()
        free = self._doubt.free(self._bounds.concurrency, moment)
        if free <= 0 and (again := self._doubt.room_at(moment)) is not None:
            self._alarms.at(again)
        if self._stopping or self._held(now) or free <= 0:
            return
        claimed = await self._store.claim_deliveries(
            now,
            platform=self._messenger.platform,
            limit=free,
            lease=self._bounds.lease,
            behind=self._bounds.behind,
        )
        for delivery in claimed:
            self._doubt.begun(delivery.id)
            self._spawn(self._deliver(delivery))

    def _held(self, now: datetime) -> bool:
        return self._held_until is not None and now < self._held_until

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _fill_safely(self) -> None:
        try:
            await self.fill()
        except Exception:  # noqa: BLE001 - nobody awaits this task; the next tick tries again
            _log.exception("delivery_claim_failed", platform=str(self._messenger.platform))

    async def _deliver(self, delivery: Delivery) -> None:
        now = asyncio.get_running_loop().time
        try:
            await asyncio.sleep(self._throttle.take(now()))
            self._doubt.asked(delivery.id, now())
            outcome = await self._send(delivery)
            self._doubt.answered(delivery.id, now(), sent=isinstance(outcome, Sent))
            await self._settle(delivery, outcome)
        finally:
            self._doubt.written(delivery.id)
        await self._fill_safely()

    async def _send(self, delivery: Delivery) -> SendOutcome:
        try:
            async with asyncio.timeout(self._bounds.timeout.total_seconds()):
                return await carry_out(self._messenger, delivery)
        except TimeoutError:
            seconds = round(self._bounds.timeout.total_seconds())
            return RetryLater(f"no answer within {seconds} s", uncertain=True)
        except Exception as error:  # noqa: BLE001 - a broken messenger must not end the lane
            _log.exception("send_crashed", delivery=delivery.id, destination=delivery.destination.id)
            return RetryLater(f"the messenger failed ({type(error).__name__})", uncertain=True)

    async def _settle(self, delivery: Delivery, outcome: SendOutcome) -> None:
        now = self._clock.now()
        chance = fraction(delivery.nonce, delivery.attempts)
        spacing = self._messenger.spacing(delivery.destination.address)
        settlement = decide(
            delivery, outcome, now, spacing, self._policy, chance, repeatable=self._repeatable(delivery)
        )
        if isinstance(outcome, Sent):
            self._answered_at = now
        elif isinstance(outcome, RetryLater):
            self._heed(delivery, outcome, now, chance)
        if await self._write(settlement, delivery):
            self._observe(delivery, settlement, now)
            await self._notify(delivery, settlement)
        self._wake_at(settlement.not_before or settlement.due_at, now)

    async def _notify(self, delivery: Delivery, settlement: Settlement) -> None:
        if self._notices is None:
            return
        try:
            await self._notices.settled(delivery, settlement)
        except Exception:  # noqa: BLE001 - the dead letter is kept and listed, told or not
            _log.exception("notice_not_written", delivery=delivery.id)

    def _repeatable(self, delivery: Delivery) -> bool:
        """Tell whether an attempt without answer may be made again.

        It may where a repeat does not show, and where nothing was answered since: then the platform is down, and
        what it did not answer it did not take either.
        """
        if self._messenger.idempotent or delivery.kind in _HARMLESS or delivery.uncertain_at is None:
            return True
        return self._answered_at is None or self._answered_at <= delivery.uncertain_at

    def _heed(self, delivery: Delivery, later: RetryLater, now: datetime, chance: float) -> None:
        """Hold the platform where its wish concerns the whole token."""
        moment = asyncio.get_running_loop().time()
        if later.scope is Scope.PLATFORM:
            self._hold(now + pause_after(delivery, later, self._policy, chance), later.reason)
            if later.after is not None:
                self._throttle.complained(moment)
        elif later.after is None or later.scope is Scope.DELIVERY:
            return
        elif self._complaints.note(delivery.destination.id, moment):
            self._throttle.complained(moment)
            self._hold(now + min(later.after, self._policy.longest_guess), later.reason)

    def _hold(self, until: datetime, reason: str) -> None:
        if self._held_until is None or until > self._held_until:
            self._held_until = until
            _log.warning(
                "platform_held",
                platform=str(self._messenger.platform),
                until=until.isoformat(),
                reason=reason,
            )

    async def _write(self, settlement: Settlement, delivery: Delivery) -> bool:
        """Write a result, trying again where storage fails: a sent message left unrecorded would be sent twice."""
        for pause in (*self._bounds.settle_pauses, None):
            try:
                await self._store.settle(settlement)
            except LeaseLost:
                _log.warning("delivery_lease_lost", delivery=delivery.id, outcome=settlement.outcome)
                return False
            except Exception:  # noqa: BLE001 - whatever ails the store may pass
                _log.exception("delivery_not_recorded", delivery=delivery.id, outcome=settlement.outcome)
                if pause is None:
                    return False
                await asyncio.sleep(pause)
            else:
                return True
        return False

    def _observe(self, delivery: Delivery, settlement: Settlement, now: datetime) -> None:
        self._observer.delivered(self._messenger.platform, settlement.outcome)
        context = {
            "delivery": delivery.id,
            "destination": delivery.destination.id,
            "attempt": delivery.attempts,
        }
        if settlement.outcome == "sent":
            _log.info("delivery_sent", **context)
            self._observer.latency(*_latency(delivery, now))
        else:
            _log.warning("delivery_" + settlement.outcome, reason=settlement.detail, **context)

    def _wake_at(self, when: datetime | None, now: datetime) -> None:
        """Fill again at that moment."""
        if when is not None:
            self._alarms.at(asyncio.get_running_loop().time() + (when - now).total_seconds())


def _latency(delivery: Delivery, now: datetime) -> tuple[timedelta | None, timedelta | None]:
    published, seen = delivery.published_at, delivery.seen_at
    return (seen - published if seen and published else None, now - seen if seen else None)
