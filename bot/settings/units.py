"""Durations and sizes as people write them in a configuration: ``"90s"``, ``"1h30m"``, ``"20MB"``."""

import re
from datetime import timedelta

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)\s*")
_DURATION = re.compile(rf"(?:{_DURATION_PART.pattern})+")
_BYTES = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMG]?I?B|)", re.IGNORECASE)
_LONGEST = timedelta(days=3650)


def read_duration(text: str) -> timedelta:
    """Read ``"2s"``, ``"5m"``, ``"6h"``, ``"1d"``, ``"2w"`` or several of them in a row; raises ValueError."""
    given = text.strip().lower()
    if not _DURATION.fullmatch(given):
        raise ValueError(
            f'"{text}" is no duration; write a number with a unit, such as "30s", "5m", "6h" or "1d".'
        )
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in _DURATION_PART.findall(given))
    if seconds > _LONGEST.total_seconds():
        raise ValueError(f'"{text}" is longer than ten years; write a shorter duration.')
    return timedelta(seconds=seconds)


def read_size(text: str) -> int:
    """Read a number of bytes with or without a unit (``"10MB"``, ``"512KiB"``, ``"1048576"``); raises ValueError."""
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise ValueError(f'"{text}" is no size; write a number of bytes, or one with a unit such as "20MB".')
    return round(float(found[1]) * _BYTES[found[2].upper()])


def show_duration(value: timedelta) -> str:
    """Write a duration the way ``read_duration`` reads it: ``1h30m``; shorter than a second in ``ms``."""
    left = round(value.total_seconds())
    if left <= 0:
        return f"{round(value.total_seconds() * 1000)}ms" if value else "0s"
    parts = []
    for unit in ("d", "h", "m", "s"):
        count, left = divmod(left, int(_SECONDS[unit]))
        parts += [f"{count}{unit}"] if count else []
    return "".join(parts)


def show_size(value: int) -> str:
    """Write a number of bytes the way ``read_size`` reads it, in the largest unit that divides it."""
    for unit in ("GB", "MB", "KB"):
        if value and value % _BYTES[unit] == 0:
            return f"{value // _BYTES[unit]}{unit}"
    return str(value)
