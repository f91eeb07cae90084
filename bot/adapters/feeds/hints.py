"""What a document says about when to ask for it again: ttl, the syndication module, skipHours and skipDays.

Sources: RSS 2.0 (ttl in minutes; skipHours 0 to 23 GMT, in RSS 0.91 up to 24; skipDays in English), RSS 1.0
syndication module (updatePeriod, updateFrequency). What is not a positive number or a known word says nothing.
"""

import re
from datetime import timedelta

from bot.model.hints import PollHints

_LONGEST = timedelta(days=366)
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MIDNIGHT = 24
_FIRST_ENTRY = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_WITHIN = 50_000
_SKIP = re.compile(r"<(?:[\w.-]{1,40}:)?skip(?:hours|days)", re.IGNORECASE)
_SKIPS = {
    kind: re.compile(
        rf"<(?:[\w.-]{{1,40}}:)?skip{kind}\b[^>]{{0,200}}>(.{{0,4000}}?)</(?:[\w.-]{{1,40}}:)?skip{kind}\s*>",
        re.IGNORECASE | re.DOTALL,
    )
    for kind in ("hours", "days")
}
_ITEM = re.compile(r">\s*([A-Za-z0-9]{1,9})\s*</")


def read_hints(text: str, *, ttl: str = "", period: str = "", frequency: str = "") -> PollHints:
    """Return a document's wishes; the first three are what a parser found in its head."""
    named = [pause for pause in (_minutes(ttl), _updates(period, frequency)) if pause is not None]
    around = _around(text)
    hours = {int(word) % _MIDNIGHT for word in _skipped(around, "hours") if _is_hour(word)}
    days = {_DAYS.index(word) for word in _skipped(around, "days") if word in _DAYS}
    return PollHints(max(named, default=None), tuple(sorted(hours)), tuple(sorted(days)))


def _minutes(text: str) -> timedelta | None:
    number = _positive(text)
    return None if number is None else min(timedelta(minutes=number), _LONGEST)


def _updates(period: str, frequency: str) -> timedelta | None:
    length = _PERIODS.get(period.strip().lower())
    times = _positive(frequency) if frequency.strip() else 1
    return None if length is None or times is None else length / times


def _positive(text: str) -> int | None:
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()):
        return None
    return min(int(digits[:12]), 10**9) or None


def _around(text: str) -> list[str]:
    """Return what may skip, before the first entry and after the last: an entry's text may quote such elements."""
    first = _FIRST_ENTRY.search(text)
    head = text[: first.start() if first else None][:_WITHIN]
    tail = text[max(text.rfind("</item"), text.rfind("</entry")) :][:_WITHIN] if first else ""
    return [part for part in (head, tail) if _SKIP.search(part)]


def _skipped(parts: list[str], kind: str) -> list[str]:
    found = next(filter(None, map(_SKIPS[kind].search, parts)), None)
    return [] if found is None else [word.lower() for word in _ITEM.findall(found[1])]


def _is_hour(word: str) -> bool:
    return word.isdigit() and int(word) <= _MIDNIGHT
