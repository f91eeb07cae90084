"""What a feed brought lately."""

from dataclasses import dataclass
from datetime import datetime, timedelta

_DAY = timedelta(days=1)
# Entries of less than this tell a burst, not a rate.
_SHORTEST = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Activity:
    """How many entries a feed published since a moment, and the first of them; as far as dates are known."""

    entries: int
    first_at: datetime


def entries_per_day(
    activity: Activity | None, since: datetime, now: datetime, *, known_for: timedelta
) -> float:
    """Return how many entries a feed brings a day.

    ``since`` is where counting began. A feed known for a shorter time is counted from its first entry: its document
    may not reach back further.
    """
    if activity is None:
        return 0.0
    length = now - since if known_for >= now - since else max(now - activity.first_at, known_for, _SHORTEST)
    return activity.entries / (length / _DAY)
