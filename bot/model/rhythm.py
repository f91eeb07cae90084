"""When a feed brings new entries."""

from dataclasses import dataclass
from datetime import datetime

HOURS = 24
DAYS = 7


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How many new entries a feed brought, older ones counting less, as of ``news_at``.

    ``hours`` counts them by hour of the day, ``days`` by day of the week from Monday, both UTC. ``since`` is when
    counting began, ``news_at`` when the last new entry was met.
    """

    since: datetime | None = None
    news_at: datetime | None = None
    hours: tuple[float, ...] = (0.0,) * HOURS
    days: tuple[float, ...] = (0.0,) * DAYS
