"""Dates as feeds write them, in any language that Babel knows, as aware UTC or nothing."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz
from functools import lru_cache
from itertools import chain
from time import struct_time

from babel import Locale, UnknownLocaleError

_ISO = re.compile(
    r"(?P<year>\d{4})-?(?P<month>\d{2})(?:-?(?P<day>\d{2}))?"
    r"(?:[T ]+(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2}))?(?:[.,]\d+)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2}|UTC|GMT)?)?",
    re.IGNORECASE,
)
_RFC822 = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)?\d{1,2}[\s-]+[A-Za-z]{3,9}[\s-]+\d{2,4}\s(?!.*[ap]\.?m\b)", re.IGNORECASE
)
_IDEOGRAPHIC = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?")
_NUMERIC = re.compile(
    r"(?<!\d)(?:(\d{4})[./-](\d{1,2})[./-](\d{1,2})|(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}))(?!\d)"
)
_NAMED = re.compile(r"(?<!\d)(\d{1,2})(?!\d)|(?<!\d)(\d{4})(?!\d)|([^\W\d_]+(?:['’.-][^\W\d_]+)*\.?)")
_CLOCK = re.compile(
    r"(?<!\d)(\d{1,2})(?::(\d{2})(?::(\d{2}))?|h(\d{2})|\s*[시時点](?:\s*(\d{1,2})\s*[분分])?(?:\s*(\d{1,2})\s*[초秒])?)(?!\d)"
)
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)")
_TIMESTAMP = re.compile(r"\d{10}(?:\d{3})?")
_AFTERNOON = re.compile(r"\b[pP]\.?\s?[mM]\b|오후|下午|午後|晚上")
_MORNING = re.compile(r"\b[aA]\.?\s?[mM]\b|오전|上午|午前")
_OFFSET = re.compile(r"(?:^|(?<=\s)|(?<=:\d\d)|GMT|UTC)([+-])(\d{2}):?(\d{2})(?!\d)")
# Forms that feedparser takes for something else.
_OURS = re.compile(
    "|".join(one.pattern for one in (_IDEOGRAPHIC, _NUMERIC, _SLASHED, _AFTERNOON))
    + r"|\d-[^\W\d]{3,}-\d{4}|\d\s+(?:BST|CET|CEST|WEST|EEST|MSK|JST|KST|HKT|AEST|AEDT)\b"
)
_ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "CET": 1,
          "CEST": 2, "WEST": 1, "AEDT": 11, "EET": 2, "EEST": 3, "MSK": 3, "BST": 1, "JST": 9, "KST": 9, "IST": 5.5, "HKT": 8, "AEST": 10}  # fmt: skip
_LANGUAGES = (
    "en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "nb", "fi", "pl", "cs", "sk", "hu", "ro", "bg", "ru",
    "uk", "be", "sr", "sr_Latn", "hr", "sl", "mk", "el", "tr", "az", "id", "ms", "vi", "th", "hi", "bn", "ta", "ar",
    "fa", "he", "ca", "gl", "eu", "et", "lv", "lt", "is", "ga", "cy", "ka", "hy", "kk", "sw", "af", "sq", "mt", "ja", "zh", "ko",
)  # fmt: skip
_MIN_NAME = 3
_MAX_TEXT = 200
_BUDDHIST_FROM, _BUDDHIST_AHEAD = 2400, 543
_NOON = 12
_MONTHS = 12


def read_date(
    text: str | None, parsed: struct_time | None = None, language: str | None = None
) -> datetime | None:
    """Return the moment that a feed names; ``parsed`` is feedparser's reading in UTC, ``language`` a hint."""
    if text:
        text = _ascii_digits(text.strip()[:_MAX_TEXT])
        if (
            found := _iso(text)
            or _timestamp(text)
            or (_in_words(text, language) if _OURS.search(text) else None)
        ):
            return found
    if parsed is not None and (found := _from_tuple(parsed)):
        return found
    if not text:
        return None
    return (_rfc822(text) if _RFC822.match(text) else None) or _in_words(text, language) or _rfc822(text)


def _timestamp(text: str) -> datetime | None:
    """Read seconds or milliseconds since 1970."""
    if not _TIMESTAMP.fullmatch(text):
        return None
    return datetime.fromtimestamp(int(text[:10]), UTC)


def _from_tuple(parsed: struct_time) -> datetime | None:
    try:
        return datetime(*parsed[:5], min(parsed[5], 59), tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.digit(char)) if char.isdecimal() else char
        for char in unicodedata.normalize("NFC", text)
    )


def _iso(text: str) -> datetime | None:
    """Read RFC 3339 and its looser relatives; a date alone is midnight UTC."""
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    clock = (int(found["hour"] or 0), int(found["minute"] or 0), int(found["second"] or 0))
    return _moment(
        int(found["year"]), int(found["month"]), int(found["day"] or 1), clock, _offset(found["zone"] or "")
    )


def _rfc822(text: str) -> datetime | None:
    try:
        parts = parsedate_tz(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if parts is None or parts[0] < 1000:  # noqa: PLR2004 - a year that somebody meant
        return None
    return _moment(
        parts[0], parts[1], parts[2], (parts[3], parts[4], parts[5]), timedelta(seconds=parts[9] or 0)
    )


def _in_words(text: str, language: str | None) -> datetime | None:
    """Read a date with month names or in the East Asian order."""
    day = _ideographic(text) or _named(text, language) or _numeric(text) or _slashed(text, language)
    if day is None:
        return None
    return _moment(*day, _clock(text), _offset(text))


def _ideographic(text: str) -> tuple[int, int, int] | None:
    found = _IDEOGRAPHIC.search(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _numeric(text: str) -> tuple[int, int, int] | None:
    found = _NUMERIC.search(text)
    if found is None:
        return None
    year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    return int(year), int(month), int(day)


def _slashed(text: str, language: str | None) -> tuple[int, int, int] | None:
    """Read day/month/year; month/day/year in the United States and where nothing else is possible."""
    found = _SLASHED.search(text)
    if found is None:
        return None
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    american = (language or "").lower() in ("en", "en-us") or second > _MONTHS
    return (year, first, second) if american and first <= _MONTHS else (year, second, first)


def _named(text: str, language: str | None) -> tuple[int, int, int] | None:
    day = year = month = 0
    for short, long, word in _NAMED.findall(_CLOCK.sub(" ", text)):
        if short and not day:
            day = int(short)
        elif long and not year:
            year = int(long)
        elif word and (day or not month):
            # "mar." is a Tuesday in several languages: a month that follows the day wins.
            month = month_number(word, language) or month
    if not (day and month and year):
        return None
    return (year - _BUDDHIST_AHEAD if year >= _BUDDHIST_FROM else year), month, day


def _clock(text: str) -> tuple[int, int, int]:
    found = _CLOCK.search(text)
    if found is None:
        return 0, 0, 0
    hour = int(found[1])
    if _AFTERNOON.search(text) and hour < _NOON:
        hour += _NOON
    elif _MORNING.search(text) and hour == _NOON:
        hour = 0
    return hour, int(found[2] or found[4] or found[5] or 0), int(found[3] or found[6] or 0)


def _offset(text: str) -> timedelta:
    if found := _OFFSET.search(text):
        span = timedelta(hours=int(found[2]), minutes=int(found[3]))
        return -span if found[1] == "-" else span
    name = next((word for word in re.findall(r"\b[A-Z]{3,4}\b", text) if word in _ZONES), "")
    return timedelta(hours=_ZONES.get(name, 0))


def _moment(
    year: int, month: int, day: int, clock: tuple[int, int, int], offset: timedelta
) -> datetime | None:
    hour, minute, second = clock
    try:
        local = datetime(year, month, day, tzinfo=UTC) + timedelta(
            hours=hour, minutes=minute, seconds=min(second, 59)
        )
        return local - offset
    except (ValueError, OverflowError):
        return None


def month_number(word: str, language: str | None = None) -> int | None:
    """Return the month that a word names, in the language hinted at or else in any other."""
    name = _fold(word)
    if len(name) < _MIN_NAME:
        return None
    hinted = [language.replace("-", "_")] if language else []
    return next((months[name] for months in map(_months, chain(hinted, _LANGUAGES)) if name in months), None)


@lru_cache(maxsize=256)
def _months(language: str) -> Mapping[str, int]:
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        base = language.partition("_")[0]
        return _months(base) if base != language else {}
    return dict(_names(locale))


def _names(locale: Locale) -> Iterator[tuple[str, int]]:
    for context in ("stand-alone", "format"):
        for width in ("abbreviated", "wide"):
            names = locale.months[context][width]
            yield from (
                (_fold(name), number) for number, name in names.items() if len(_fold(name)) >= _MIN_NAME
            )


def _fold(word: str) -> str:
    folded = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in folded if not unicodedata.combining(char)).strip(".'’")
