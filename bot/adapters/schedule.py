"""The ticks: APScheduler calls a few functions again and again; all due times live in rows, not here."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

_log = structlog.get_logger()

Tick = Callable[[], Awaitable[None]]


class Schedule:
    """A handful of named ticks. A missed tick is made up for by the next one; a tick never runs beside itself."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def every(self, name: str, pause: timedelta, tick: Tick, *, at_once: bool = True) -> None:
        """Call ``tick`` every ``pause``; the first time at once, or after the first pause."""
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

    def stop(self) -> None:
        """Tick no more; a tick that runs is cancelled."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


async def _run(name: str, tick: Tick) -> None:
    try:
        await tick()
    except Exception:  # noqa: BLE001 - one failed turn must not end the series
        _log.exception("tick_failed", tick=name)
