"""How fast a token may be used: evenly spaced slots, fewer of them while a platform complains. Pure.

Moments are seconds of a clock that never jumps.
The limits of a whole token are unpublished on Telegram and vary (Bot API FAQ: about 30 messages a second), so the
figure of the platform is where it begins, and refusals teach the rest.
"""

from collections import deque
from collections.abc import Iterator

SLOWER = 0.7
FASTER = 1.25
SLOWEST = 0.1
PATIENCE = 60.0
TOGETHER = 2.0
MANY = 3


class Throttle:
    """The slots of one token. ``rate`` is in requests a second; infinity means no limit."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._factor = 1.0
        self._next = 0.0
        self._complained_at = float("-inf")

    @property
    def rate(self) -> float:
        """Return how many requests a second are sent at most now."""
        return self._rate * self._factor

    def take(self, now: float) -> float:
        """Take the next free slot and return how many seconds it lies ahead."""
        self._recover(now)
        slot = max(self._next, now)
        self._next = slot + 1.0 / self.rate
        return slot - now

    def complained(self, now: float) -> None:
        """Send more slowly: the platform said that the whole token is too fast."""
        # Several refusals of one moment are one complaint.
        if now - self._complained_at > TOGETHER:
            self._factor = max(SLOWEST, self._factor * SLOWER)
            self._complained_at = now

    def _recover(self, now: float) -> None:
        if self._factor < 1.0 and now - self._complained_at > PATIENCE:
            self._factor = min(1.0, self._factor * FASTER)
            self._complained_at = now - TOGETHER


class Complaints:
    """Tells a limit of one chat from one of the whole token: where several chats are refused at once, it is the token."""

    def __init__(self) -> None:
        self._recent: deque[tuple[float, int]] = deque()

    def note(self, destination_id: int, now: float) -> bool:
        """Note that a platform asked for patience with a destination; True where the token must be meant."""
        self._recent.append((now, destination_id))
        while self._recent and now - self._recent[0][0] > TOGETHER:
            self._recent.popleft()
        return len(set(self._places())) >= MANY

    def _places(self) -> Iterator[int]:
        return (place for _, place in self._recent)
