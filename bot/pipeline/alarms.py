"""Alarms on the event loop's clock, few however many are set."""

import asyncio
import math
from collections.abc import Callable

GRAIN = 0.01


class Alarms:
    """Calls ``ring`` at the moments that were asked for; those that lie within ``GRAIN`` seconds share one call."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._set: dict[int, asyncio.TimerHandle] = {}
        self._silent = False

    def at(self, moment: float) -> None:
        """Ring then, in seconds of the loop's clock; a moment gone by rings at once."""
        if self._silent:
            return
        loop = asyncio.get_running_loop()
        # Rounded up: what an alarm is for is due when it rings.
        grain = math.ceil(max(moment, loop.time()) / GRAIN)
        if grain not in self._set:
            self._set[grain] = loop.call_at(grain * GRAIN, self._go_off, grain)

    def silence(self) -> None:
        """Ring no more."""
        self._silent = True
        for alarm in self._set.values():
            alarm.cancel()
        self._set.clear()

    def _go_off(self, grain: int) -> None:
        del self._set[grain]
        self._ring()
