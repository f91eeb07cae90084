"""A moment as people at a destination write it. Pure."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton

_SEEN = {
    "en": "seen {}",
    "de": "gesehen {}",
    "es": "visto {}",
    "fr": "vu {}",
    "ja": "{} 受信",
    "ko": "{} 수신",
    "zh": "{} 收到",
}
# CLDR's plain English puts the month first; a world-wide reader is served better by "2 Jan 2026".
_PREFERRED = {"en": "en_GB"}
_WITHOUT_COMMA = frozenset({"ja", "ko", "zh"})


def local_time(moment: datetime, *, timezone: str, language: str) -> str:
    """Return ``2 Jan 2026, 21:14 JST``; an unknown zone is UTC, an unknown language English."""
    there = moment.astimezone(zone(timezone))
    day = format_skeleton("yMMMd", there, locale=locale(language))
    comma = "" if locale(language).language in _WITHOUT_COMMA else ","
    return f"{day}{comma} {there:%H:%M} {_zone_name(there)}"


def short_time(moment: datetime, *, beside: datetime, timezone: str, language: str) -> str:
    """Return ``21:14``, or ``2 Jan, 21:14`` where the day is another one than that of ``beside``."""
    try:
        there, today = moment.astimezone(zone(timezone)), beside.astimezone(zone(timezone))
        if there.date() == today.date():
            return f"{there:%H:%M}"
        skeleton = "MMMd" if there.year == today.year else "yMMMd"
        return f"{format_skeleton(skeleton, there, locale=locale(language))}, {there:%H:%M}"
    except (OverflowError, ValueError):
        # A date at the very edge of the calendar has no local time everywhere.
        return ""


def seen_time(moment: datetime, *, timezone: str, language: str) -> str:
    """Return a moment worded as the time of discovery, for entries that tell no time of their own."""
    worded = _SEEN.get(locale(language).language, _SEEN["en"])
    return worded.format(local_time(moment, timezone=timezone, language=language))


def zone(name: str) -> tzinfo:
    """Return a time zone by its IANA name, UTC where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def locale(language: str) -> Locale:
    """Return the locale of a language tag such as ``ja`` or ``zh-Hant``, English where it is unknown."""
    try:
        return Locale.parse(_PREFERRED.get(language, language), sep="-" if "-" in language else "_")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_PREFERRED["en"])


def _zone_name(there: datetime) -> str:
    """Return ``JST`` where the zone has a name, else ``UTC+05:45``."""
    name = there.tzname() or "UTC"
    if name[:1] not in "+-":
        return name
    offset = there.strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:5]}"
