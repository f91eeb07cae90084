"""When a server would like to be asked again: Cache-Control, Age, Expires (RFC 9111) and Retry-After (RFC 9110)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

_DIRECTIVE = re.compile(r'([A-Za-z-]+)\s*(?:=\s*(?:"([^"]*)"|([^\s,;]*)))?')
_LONGEST = timedelta(days=366)
_MAX_DIGITS = 12


def not_before(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long an answer stays fresh; None where the server names nothing usable. Header names are lower-case.

    ``max-age`` (or the longer ``s-maxage``) less Age, else Expires less Date. Nonsense, the past and ``no-store``
    count as nothing named, never as "at once".
    """
    directives = _directives(headers.get("cache-control", ""))
    if directives.keys() & {"no-store", "no-cache"}:
        return None
    ages = [_seconds(directives[name]) for name in ("max-age", "s-maxage") if name in directives]
    if known := [age for age in ages if age is not None]:
        return _positive(max(known) - (_seconds(headers.get("age", "")) or timedelta()))
    if ages or "expires" not in headers:
        return None
    expires = http_date(headers["expires"])
    if expires is None:
        return None
    return _positive(expires - (http_date(headers.get("date", "")) or now))


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long a server asks to be left alone, in seconds or until a date; None where it does not say."""
    value = headers.get("retry-after", "").strip()
    if (seconds := _seconds(value)) is not None:
        return _positive(seconds)
    moment = http_date(value)
    return None if moment is None else _positive(moment - now)


def http_date(text: str) -> datetime | None:
    """Read an HTTP date in any of its three forms as aware UTC; None where it is none."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


# Most servers say the same each time.
@lru_cache(maxsize=1_024)
def _directives(text: str) -> Mapping[str, str]:
    return {
        found[1].lower(): (found[2] if found[2] is not None else found[3]) or ""
        for found in _DIRECTIVE.finditer(text[:2_000])
    }


def _seconds(text: str) -> timedelta | None:
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()):
        return None
    if len(digits) > _MAX_DIGITS:
        return _LONGEST
    return min(timedelta(seconds=int(digits)), _LONGEST)


def _positive(span: timedelta) -> timedelta | None:
    return min(span, _LONGEST) if span > timedelta() else None
