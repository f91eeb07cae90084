"""The ticks: APScheduler calls a few functions again and again; all due times live in rows, not here.

APScheduler plans by the clock on the wall. Where that is set back, its next turns would lie hours ahead; so they are
looked at by the clock that only goes on, and pulled in.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

_log = structlog.get_logger()

Tick = Callable[[], Awaitable[None]]
_LOOK_SECONDS = 5.0
_UNSTEADY = timedelta(seconds=2)


class Schedule:
    """A handful of named ticks. A missed tick is made up for by the next one; a tick never runs beside itself."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._pauses: dict[str, timedelta] = {}
        self._looking: asyncio.TimerHandle | None = None

    def every(self, name: str, pause: timedelta, tick: Tick, *, at_once: bool = True) -> None:
        """Call ``tick`` every ``pause``; the first time at once, or after the first pause."""
        self._pauses[name] = pause
        first = datetime.now(UTC) + (timedelta(0) if at_once else pause)
        self._scheduler.add_job(
            partial(_run, name, tick),
            IntervalTrigger(seconds=pause.total_seconds(), timezone=UTC),
            id=name,
            name=name,
            next_run_time=first,
        )

    def daily(self, name: str, tick: Tick) -> None:
        """Call ``tick`` at once and then every 24 hours."""
        self.every(name, timedelta(days=1), tick)

    def start(self) -> None:
        """Begin to tick; call it with the event loop running."""
        self._scheduler.start()
        self._look()

    def pull_in(self, now: datetime) -> None:
        """Let no turn lie further ahead than its pause: after a clock that was set back, everything goes on."""
        for job in self._scheduler.get_jobs():
            pause = self._pauses[job.id]
            if job.next_run_time > now + pause + _UNSTEADY:
                _log.warning("tick_pulled_in", tick=job.id)
                job.modify(next_run_time=now + pause)

    def _look(self) -> None:
        self.pull_in(datetime.now(UTC))
        self._looking = asyncio.get_running_loop().call_later(_LOOK_SECONDS, self._look)

    def stop(self) -> None:
        """Tick no more; a tick that runs is cancelled."""
        if self._looking is not None:
            self._looking.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


async def _run(name: str, tick: Tick) -> None:
    try:
        await tick()
    except Exception:  # noqa: BLE001 - one failed turn must not end the series
        _log.exception("tick_failed", tick=name)
