"""How many messages may be unsettled at a time, where a sudden end would repeat every one of them."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

REMEMBERED = 20
FEW = 5
MARGIN = 1.5
PATIENCE = 0.5


class Doubt:
    """Keeps on their way only as many messages as the rate needs; ``rate`` is in messages a second.

    A platform that answers at once needs one at a time, a slow one so many as it answers late. What has no answer
    after ``PATIENCE`` seconds makes room: one silent chat stops nobody else. What has one is written first, however
    slow the storage is.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._took: deque[float] = deque(maxlen=REMEMBERED)
        self._begun: dict[int, float] = {}
        self._unwritten = 0
        self._changed = asyncio.Event()

    async def room(self) -> None:
        """Wait until one more may go."""
        while (wait := self._wait(asyncio.get_running_loop().time())) is not None:
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._changed.wait()

    @contextmanager
    def asking(self, number: int) -> Iterator[None]:
        """Count a message from its request to its answer; at once afterwards it is to be ``writing``."""
        now = asyncio.get_running_loop().time
        began = self._begun[number] = now()
        try:
            yield
        finally:
            del self._begun[number]
            self._took.append(now() - began)
            self._changed.set()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Count a message while its result is written."""
        self._unwritten += 1
        try:
            yield
        finally:
            self._unwritten -= 1
            self._changed.set()

    def _wait(self, now: float) -> float | None:
        """Return how long at most to wait, None where there is room."""
        if self._unwritten:
            return PATIENCE
        young = [began for began in self._begun.values() if now < began + PATIENCE]
        if not young or len(young) < self._most():
            return None
        return min(young) + PATIENCE - now

    def _most(self) -> float:
        # The first answers are slow because everything begins; they tell nothing about the platform.
        if len(self._took) < FEW:
            return 1.0
        return max(1.0, self._rate * min(self._took) * MARGIN)
