"""What a feed's own document says about when to ask for it again."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class PollHints:
    """Wishes of a document (RSS 2.0 ``ttl``, ``skipHours``, ``skipDays``; RSS 1.0 syndication module).

    ``pause`` is the longest pause that it names. ``skip_hours`` are hours of the day from 0 to 23, ``skip_days`` days
    of the week from 0 (Monday) to 6, both GMT and in order; all of them, or none, say nothing.
    """

    pause: timedelta | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
