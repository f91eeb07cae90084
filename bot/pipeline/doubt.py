"""How many messages may be on their way at a time, where a sudden end would repeat every one of them. Pure.

Moments are seconds of a clock that never jumps.
"""

import math
from collections import deque

REMEMBERED = 20
FEW = 5
PATIENCE = 0.5


class Doubt:
    """Keeps on their way only as many messages as the rate needs; ``rate`` is in messages a second.

    A message is on its way from its beginning until its result is written. A platform that answers at once needs one at
    a time, a slow one so many as it answers late. What has no answer ``PATIENCE`` seconds after its request makes
    room: one silent chat stops nobody else. Where repeats do not show (``harmless``), any number may go.
    """

    def __init__(self, rate: float, *, harmless: bool) -> None:
        self._rate = rate
        self._harmless = harmless
        self._took: deque[float] = deque(maxlen=REMEMBERED)
        self._under_way: set[int] = set()
        self._asked: dict[int, float] = {}

    def room(self, now: float) -> float:
        """Return how many more may go now."""
        silent = sum(asked + PATIENCE <= now for asked in self._asked.values())
        return max(0.0, self._most() - len(self._under_way) + silent)

    def room_at(self, now: float) -> float | None:
        """Return when there is room next although nothing is answered; None where only an answer makes room."""
        return min(
            (asked + PATIENCE for asked in self._asked.values() if asked + PATIENCE > now), default=None
        )

    def free(self, most: int, now: float) -> int:
        """Return how many more to claim, of ``most`` at a time: only what may go at once.

        The time of the claim between two messages is time in which a sudden end repeats nothing.
        """
        return int(min(most - len(self._under_way), self.room(now)))

    def begun(self, number: int) -> None:
        """Count a message from now on."""
        self._under_way.add(number)

    def asked(self, number: int, now: float) -> None:
        """Note that its request leaves."""
        self._asked[number] = now

    def answered(self, number: int, now: float, *, sent: bool) -> None:
        """Note that its answer is there, or will never be; how long a refusal took tells nothing."""
        took = now - self._asked.pop(number)
        if sent:
            self._took.append(took)

    def written(self, number: int) -> None:
        """Count it no more: its result is written, or it never went."""
        self._under_way.discard(number)
        self._asked.pop(number, None)

    def _most(self) -> float:
        if self._harmless:
            return math.inf
        # The first answers are slow because everything begins; they tell nothing about the platform.
        if len(self._took) < FEW:
            return 1.0
        needed = self._rate * min(self._took)
        return max(1.0, math.ceil(needed)) if needed < math.inf else math.inf
