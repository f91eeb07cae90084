"""A bound on how often a place may ask for something dear."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(slots=True)
class Quota:
    """At most ``limit`` grants per key in any span of ``per``. Kept in memory: a restart forgives."""

    limit: int = 20
    per: timedelta = timedelta(days=1)
    _granted: dict[str, deque[datetime]] = field(default_factory=dict)

    def grant(self, key: str, now: datetime) -> bool:
        """Tell whether this key may go on, and count it where it may."""
        self._forget(now)
        if len(self._granted.get(key, ())) >= self.limit:
            return False
        self._granted.setdefault(key, deque()).append(now)
        return True

    def _forget(self, now: datetime) -> None:
        for key in [key for key, moments in self._granted.items() if moments[-1] <= now - self.per]:
            del self._granted[key]
        for moments in self._granted.values():
            while moments[0] <= now - self.per:
                moments.popleft()
