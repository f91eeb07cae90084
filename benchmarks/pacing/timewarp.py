"""An event loop whose time stands still while work is done and jumps when nothing is left but waiting."""

import asyncio
import selectors
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class _Jumping(selectors.DefaultSelector):
    """Skips a wait for a timer; while a thread works it waits for the thread instead, at a standstill."""

    jump: Callable[[float], None]
    busy: Callable[[], bool]

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        if self.busy():
            return super().select(None)
        found = super().select(0)
        if not found:
            self.jump(timeout)
        return found


class TimeWarp(asyncio.SelectorEventLoop):
    """The loop. Whoever gives work to a thread does so within ``standstill``."""

    def __init__(self) -> None:
        selector = _Jumping()
        selector.jump = self._jump
        selector.busy = lambda: self._busy > 0
        self._elapsed = 0.0
        self._busy = 0
        super().__init__(selector)

    def time(self) -> float:
        return self._elapsed

    def _jump(self, seconds: float) -> None:
        self._elapsed += seconds

    @contextmanager
    def standstill(self) -> Iterator[None]:
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1


class WarpClock:
    """The program's clock on such a loop."""

    def __init__(self, loop: TimeWarp) -> None:
        self._loop = loop

    def now(self) -> datetime:
        return START + timedelta(seconds=self._loop.time())
