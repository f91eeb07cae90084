"""Rate limits: buckets by route and top-level id, and one for the whole token."""

import hashlib
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field


@dataclass
class Window:
    remaining: int
    reset_at: float


@dataclass(frozen=True)
class Passage:
    """Whether a request passes, and the headers of its answer."""

    ok: bool
    headers: dict[str, str]
    retry_after: float = 0.0


class Buckets:
    """``limit`` requests in ``seconds`` for each route and top-level id; ``whole`` a second for the token."""

    def __init__(self, limit: int = 20, seconds: float = 1.0, whole: int = 50) -> None:
        self.limit = limit
        self.seconds = seconds
        self.whole = whole
        self._windows: dict[tuple[str, str], Window] = {}
        self._global = Window(whole, 0.0)

    def take(self, route: str, major: str) -> Passage:
        now = time.monotonic()
        window = self._windows.get((route, major))
        if window is None or window.reset_at <= now:
            window = self._windows[route, major] = Window(self.limit, now + self.seconds)
        left = window.reset_at - now
        headers = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": hashlib.md5(route.encode(), usedforsecurity=False).hexdigest(),
        }
        if window.remaining <= 0:
            return Passage(False, headers | {"X-RateLimit-Remaining": "0", "X-RateLimit-Scope": "user"}, left)
        window.remaining -= 1
        return Passage(True, headers | {"X-RateLimit-Remaining": str(window.remaining)})

    def take_global(self) -> float:
        """Return 0 where the token may go on, else how long it must wait."""
        now = time.monotonic()
        if self._global.reset_at <= now:
            self._global = Window(self.whole, now + 1.0)
        if self._global.remaining <= 0:
            return self._global.reset_at - now
        self._global.remaining -= 1
        return 0.0


@dataclass
class Budget:
    """How many crossposts a channel has left within the last ``seconds``."""

    most: int = 10
    seconds: float = 3600.0
    used: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def take(self, channel_id: str) -> float:
        """Return 0 where one more may go, else how long it has to wait."""
        now, used = time.monotonic(), self.used[channel_id]
        while used and now - used[0] >= self.seconds:
            used.popleft()
        if len(used) >= self.most:
            return self.seconds - (now - used[0])
        used.append(now)
        return 0.0
