"""Dates as feeds write them, in any language that Babel knows, as aware UTC or nothing."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

from bot.adapters.feeds.months import month_number

_ISO_CLOCK = (
    r"(?:[T ]+(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2}))?(?:[.,]\d+)?"
    r"\s*(?P<zone>Z|[+-]\d{2}(?::?\d{2})?|UTC|GMT)?)?"
)
_ISO = re.compile(
    rf"(?P<year>\d{{4}})(?:-?(?P<month>\d{{2}})(?:-?(?P<day>\d{{2}}))?)?{_ISO_CLOCK}", re.IGNORECASE
)
_ISO_WEEK = re.compile(
    rf"(?P<year>\d{{4}})-?W(?P<week>\d{{2}})(?:-?(?P<weekday>[1-7]))?{_ISO_CLOCK}", re.IGNORECASE
)
_ISO_ORDINAL = re.compile(rf"(?P<year>\d{{4}})-?(?P<ordinal>\d{{3}}){_ISO_CLOCK}", re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})")
_TIMESTAMP = re.compile(r"(\d{10})(?:\d{3}|\.\d+)?")
_RFC822 = re.compile(
    r"(?:[A-Za-z]{3,9},?\s*)?\d{1,2}[\s-]+[A-Za-z]{3,9}[\s-]+\d{2,4}\s(?!.*[ap]\.?m\b)", re.IGNORECASE
)
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
_IDEOGRAPHIC = re.compile(
    rf"(?:({'|'.join(_ERAS)})\s*(\d{{1,3}}|元)|(\d{{4}}))\s*[年년]\s*(\d{{1,2}})\s*[月월]\s*(\d{{1,2}})\s*[日일]?"
)
_NUMERIC = re.compile(
    r"(?<!\d)(?:(\d{4})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{1,2})|(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}))(?!\d)"
)
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
# Months that are told by their number, in a date of another order.
_NUMBERED = re.compile(
    r"(?<!\d)(\d{1,2})\s*[月월]|(?:(?:tháng|thg)\.?\s*|\bth)(\d{1,2})(?!\d)", re.IGNORECASE
)
# Days of the week that are told by a number.
_NUMBERED_DAY = re.compile(r"\b(?:thứ|th)\s+[2-7]\b", re.IGNORECASE)
_NAMED = re.compile(r"(?<!\d)(\d{1,2})(?!\d)|(?<!\d)(\d{4})(?!\d)|([^\s\d,;:/()\[\]<>\"“”+–—-]+)")
_CLOCK = re.compile(
    r"(?<!\d)(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,]\d+)?)?|\s?h\s?(\d{2})|\s?(?=[apAP]\.?\s?[mM]\b)"
    r"|\s*[시時点](?:\s*(\d{1,2})\s*[분分])?(?:\s*(\d{1,2})\s*[초秒])?)(?!\d)"
)
_AFTERNOON = re.compile(r"(?<![^\W\d])[pP]\.?\s?[mM]\b|오후|下午|午後|晚上")
_MORNING = re.compile(r"(?<![^\W\d])[aA]\.?\s?[mM]\b|오전|上午|午前")
_OFFSET = re.compile(
    r"(?:GMT|UTC)\s*([+-])(\d{1,2})(?::?(\d{2}))?(?!\d)|(?<!\d)([+-])(\d{2})(?::?(\d{2}))?(?![\d:/-])",
    re.IGNORECASE,
)
_ZONE = re.compile(r"\b[A-Z]{3,4}\b")
_ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AST": -4, "ADT": -3,
          "AKST": -9, "AKDT": -8, "HST": -10, "BRT": -3, "CET": 1, "CEST": 2, "MET": 1, "MEST": 2, "WEST": 1, "BST": 1, "EET": 2,
          "EEST": 3, "SAST": 2, "MSK": 3, "IST": 5.5, "PKT": 5, "WIB": 7, "ICT": 7, "HKT": 8, "SGT": 8, "AWST": 8, "JST": 9,
          "KST": 9, "ACST": 9.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13}  # fmt: skip
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_MAX_TEXT = 200
_BUDDHIST_FROM, _BUDDHIST_AHEAD = 2400, 543
_CENTURY_FROM = 69
_MAX_YEAR = 2200
_NOON, _MONTHS = 12, 12
_LAST_HOUR, _MINUTES = 24, 60

_Day = tuple[int, int, int]


def read_date(text: str | None, language: str | None = None) -> datetime | None:
    """Return the moment that a feed names; ``language`` tells which month a name means that means several."""
    if not text or not (plain := _plain(text)):
        return None
    for pattern in (_ISO, _ISO_WEEK, _ISO_ORDINAL):
        if found := pattern.fullmatch(plain):
            return _iso(found)
    if found := _COMPACT.fullmatch(plain):
        year, month, day, *clock = map(int, found.groups())
        return _moment((year, month, day), (clock[0], clock[1], clock[2]), timedelta(0))
    if found := _TIMESTAMP.fullmatch(plain):
        return datetime.fromtimestamp(int(found[1]), UTC)
    return (_rfc822(plain) if _RFC822.match(plain) else None) or _in_words(plain, language)


def _plain(text: str) -> str:
    """Return a text on one line, its digits and signs as ASCII has them."""
    line = " ".join(text[:_MAX_TEXT].split())
    if line.isascii():
        return line
    normal = _INVISIBLE.sub("", unicodedata.normalize("NFKC", line)).replace("\N{MINUS SIGN}", "-")
    return "".join(str(unicodedata.digit(char)) if char.isdecimal() else char for char in normal)


def _iso(found: re.Match[str]) -> datetime | None:
    """Read RFC 3339, ISO 8601 and their looser relatives; a date alone is midnight UTC."""
    parts = found.groupdict()
    year = int(parts["year"])
    clock = (int(parts["hour"] or 0), int(parts["minute"] or 0), int(parts["second"] or 0))
    offset = _offset(parts["zone"] or "")
    try:
        if week := parts.get("week"):
            day = datetime.fromisocalendar(year, int(week), int(parts["weekday"] or 1))
        elif ordinal := parts.get("ordinal"):
            day = datetime.strptime(f"{year}{ordinal}", "%Y%j")  # noqa: DTZ007 - a day; the zone comes with its clock
        else:
            return _moment((year, int(parts["month"] or 1), int(parts["day"] or 1)), clock, offset)
    except ValueError:
        return None
    return _moment((day.year, day.month, day.day), clock, offset)


def _rfc822(text: str) -> datetime | None:
    try:
        parts = parsedate_tz(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if parts is None:
        return None
    return _moment((parts[0], parts[1], parts[2]), (parts[3], parts[4], parts[5]), _offset_after_clock(text))


def _in_words(text: str, language: str | None) -> datetime | None:
    """Read a date with month names, in the East Asian order, or in figures."""
    day = _ideographic(text) or _named(text, language) or _numeric(text) or _slashed(text, language)
    return None if day is None else _moment(day, _clock(text), _offset_after_clock(text))


def _ideographic(text: str) -> _Day | None:
    found = _IDEOGRAPHIC.search(text)
    if found is None:
        return None
    year = int(found[3]) if found[3] else _ERAS[found[1]] + (1 if found[2] == "元" else int(found[2]))
    return year, int(found[4]), int(found[5])


def _numeric(text: str) -> _Day | None:
    found = _NUMERIC.search(text)
    if found is None:
        return None
    year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    return int(year), int(month), int(day)


def _slashed(text: str, language: str | None) -> _Day | None:
    """Read day/month/year; month/day/year in the United States and where nothing else is possible."""
    found = _SLASHED.search(text)
    if found is None:
        return None
    first, second, year = int(found[1]), int(found[3]), _full_year(int(found[4]))
    american = (language or "").lower() in ("en", "en-us") or second > _MONTHS
    return (year, first, second) if american and first <= _MONTHS else (year, second, first)


def _named(text: str, language: str | None) -> _Day | None:
    rest = _NUMBERED_DAY.sub(" ", _CLOCK.sub(" ", text))
    month = 0
    if found := _NUMBERED.search(rest):
        month, rest = int(found[1] or found[2]), f"{rest[: found.start()]} {rest[found.end() :]}"
    numbers: list[int] = []
    year = 0
    for short, long, word in _NAMED.findall(rest):
        if short:
            numbers.append(int(short))
        elif long:
            year = year or int(long)
        elif not found and (numbers or not month):
            # "mar." is a Tuesday in several languages: a month that follows the day wins.
            month = month_number(word, language) or month
    if not year and len(numbers) > 1:
        year = _full_year(numbers[1])
    if not (numbers and month and year):
        return None
    return (year - _BUDDHIST_AHEAD if year >= _BUDDHIST_FROM else year), month, numbers[0]


def _full_year(year: int) -> int:
    """Complete a year of two figures, as POSIX does."""
    if year > 99:  # noqa: PLR2004 - two figures
        return year
    return year + (1900 if year >= _CENTURY_FROM else 2000)


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


def _offset_after_clock(text: str) -> timedelta:
    found = _CLOCK.search(text)
    return _offset(text[found.end() :]) if found else timedelta(0)


def _offset(text: str) -> timedelta:
    if found := _OFFSET.search(text):
        sign, hours, minutes = (found[1], found[2], found[3]) if found[1] else (found[4], found[5], found[6])
        span = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return -span if sign == "-" else span
    name = next((word for word in _ZONE.findall(text.upper()) if word in _ZONES), "")
    return timedelta(hours=_ZONES.get(name, 0))


def _moment(day: _Day, clock: tuple[int, int, int], offset: timedelta) -> datetime | None:
    hour, minute, second = clock
    if hour > _LAST_HOUR or minute >= _MINUTES or second > _MINUTES or not 1 <= day[0] <= _MAX_YEAR:
        return None
    try:
        midnight = datetime(*day, tzinfo=UTC)
        return midnight + timedelta(hours=hour, minutes=minute, seconds=min(second, 59)) - offset
    except (ValueError, OverflowError):
        return None
