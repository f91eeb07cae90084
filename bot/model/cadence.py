"""How often a subscription speaks: ``instant``, ``hourly``, ``daily@08:00``, ``weekly@mon 08:00``."""

import re
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_DAYS = "|".join(WEEKDAYS)
_TIME = r"(?P<hour>[01]?\d|2[0-3])[:.h](?P<minute>[0-5]\d)"
_FORM = re.compile(
    rf"(?P<kind>instant|hourly|daily|weekly)(?:\s*@\s*|\s+)?(?:(?P<day>{_DAYS})[a-z]*\s+)?(?:{_TIME})?",
    re.ASCII,
)
_CLOCK = re.compile(_TIME, re.ASCII)


class CadenceError(ValueError):
    """A cadence that cannot be read; the text is a sentence that says what is expected."""


class Rate(StrEnum):
    """How often; the first word of a cadence."""

    INSTANT = "instant"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Cadence:
    """When alerts go out. ``at`` is local time at the destination, for DAILY and WEEKLY; ``weekday`` counts from Monday, 0."""

    rate: Rate = Rate.INSTANT
    at: time | None = None
    weekday: int | None = None

    def __str__(self) -> str:
        """Return the canonical form, which ``parse`` reads back."""
        match self.rate:
            case Rate.INSTANT | Rate.HOURLY:
                return self.rate.value
            case Rate.DAILY:
                return f"{self.rate}@{clock(self.at)}"
            case Rate.WEEKLY:
                return f"{self.rate}@{WEEKDAYS[self.weekday or 0]} {clock(self.at)}"

    @classmethod
    def parse(cls, text: str) -> "Cadence":
        """Read a cadence; ``daily 8:00`` and ``Weekly Monday 08:00`` are understood, too. Raises CadenceError."""
        found = _FORM.fullmatch(" ".join(text.lower().split()))
        if found is None:
            raise CadenceError(_expected(text))
        rate, day = Rate(found["kind"]), found["day"]
        at = time(int(found["hour"]), int(found["minute"])) if found["hour"] else None
        timed = rate in {Rate.DAILY, Rate.WEEKLY}
        if timed is not (at is not None) or (rate is Rate.WEEKLY) is not (day is not None):
            raise CadenceError(_expected(text))
        return cls(rate, at, WEEKDAYS.index(day) if day else None)


INSTANT = Cadence()


def clock(at: time | None) -> str:
    """Return a time of day as ``08:00``."""
    return f"{at or time():%H:%M}"


def read_clock(text: str) -> time | None:
    """Return the time of day that ``8:00`` or ``08:00`` means; None where it is none."""
    found = _CLOCK.fullmatch(text.strip())
    return time(int(found["hour"]), int(found["minute"])) if found else None


def _expected(text: str) -> str:
    shown = " ".join(text.split())[:40]
    return f"'{shown}' is no cadence; write instant, hourly, daily@08:00 or weekly@mon 08:00."
