"""Quiet hours: the local times at which a destination is not to be disturbed."""

import re
from dataclasses import dataclass
from datetime import time

from bot.model.cadence import WEEKDAYS, clock, read_clock

_FORM = re.compile(r"(?P<start>\S+?)\s*(?:-|–|—|to)\s*(?P<end>\d\S*)(?:\s+(?P<days>.+))?")
_RANGE = re.compile(r"(?P<first>[a-z]+)\s*[-–]\s*(?P<last>[a-z]+)")


class QuietError(ValueError):
    """Quiet hours that cannot be read; the text is a sentence that says what is expected."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From ``start`` to ``end``, over midnight where ``end`` comes first.

    ``days`` are the weekdays (Monday is 0) on which the hours begin; empty: every day.
    """

    start: time
    end: time
    days: tuple[int, ...] = ()

    def __str__(self) -> str:
        """Return the canonical form, which ``parse`` reads back: ``22:00-07:00 mon,tue``."""
        span = f"{clock(self.start)}-{clock(self.end)}"
        return f"{span} {','.join(WEEKDAYS[day] for day in self.days)}" if self.days else span

    @classmethod
    def parse(cls, text: str) -> "QuietHours":
        """Read ``22:00-07:00``, perhaps with weekdays after it: ``mon-fri`` or ``sat,sun``. Raises QuietError."""
        found = _FORM.fullmatch(" ".join(text.lower().split()))
        start, end = (read_clock(found["start"]), read_clock(found["end"])) if found else (None, None)
        if found is None or start is None or end is None:
            raise QuietError(_expected(text))
        if start == end:
            raise QuietError("Quiet hours that end when they begin are none; write two different times.")
        days = _days(found["days"] or "")
        if days is None:
            raise QuietError(_expected(text))
        return cls(start, end, () if len(days) == len(WEEKDAYS) else days)


def _days(text: str) -> tuple[int, ...] | None:
    """Return the weekdays that ``mon-fri`` or ``sat,sun`` name, none for an empty text, None where it is wrong."""
    chosen: set[int] = set()
    for part in text.replace(" and ", ",").replace(" ", "").split(",") if text else ():
        span = _RANGE.fullmatch(part)
        first, last = (_day(span["first"]), _day(span["last"])) if span else (_day(part), _day(part))
        if first is None or last is None:
            return None
        chosen.update((first + step) % len(WEEKDAYS) for step in range((last - first) % len(WEEKDAYS) + 1))
    return tuple(sorted(chosen))


def _day(text: str) -> int | None:
    found = (number for number, day in enumerate(WEEKDAYS) if text.startswith(day) and text.isalpha())
    return next(found, None)


def _expected(text: str) -> str:
    shown = " ".join(text.split())[:40]
    return f"'{shown}' are no quiet hours; write 22:00-07:00, with weekdays after it if you like: mon-fri."
