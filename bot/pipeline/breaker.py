"""Leaving a failing endpoint alone for a while, so that its failure is not waited for at every alert."""

from datetime import datetime, timedelta

_FAILURES = 3
_FIRST = timedelta(minutes=1)
_LONGEST = timedelta(minutes=10)


class Breaker:
    """Closed while an endpoint answers; open for a minute after three failures in a row, then longer each time."""

    def __init__(self) -> None:
        self._failures = 0
        self._until: datetime | None = None

    def open_until(self, now: datetime) -> datetime | None:
        """Return until when the endpoint is left alone, None where it may be asked."""
        return self._until if self._until is not None and now < self._until else None

    def succeeded(self) -> None:
        """Begin anew."""
        self._failures = 0
        self._until = None

    def failed(self, now: datetime, after: timedelta | None = None) -> None:
        """Count a failure; ``after`` is how long the endpoint itself asked to be left alone."""
        self._failures += 1
        if after is not None:
            self._until = now + min(after, _LONGEST)
        elif self._failures >= _FAILURES:
            self._until = now + min(_FIRST * 2 ** min(self._failures - _FAILURES, 8), _LONGEST)
