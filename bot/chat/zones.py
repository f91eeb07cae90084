"""Time zones by the names that people use: ``Asia/Tokyo``, ``tokyo``, ``New York``. Pure."""

from collections import defaultdict
from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

# Large cities that the time zone database files under another city of the same zone.
_CITIES = {
    "abu dhabi": "Asia/Dubai",
    "bangalore": "Asia/Kolkata",
    "barcelona": "Europe/Madrid",
    "beijing": "Asia/Shanghai",
    "boston": "America/New_York",
    "cologne": "Europe/Berlin",
    "delhi": "Asia/Kolkata",
    "frankfurt": "Europe/Berlin",
    "geneva": "Europe/Zurich",
    "guangzhou": "Asia/Shanghai",
    "hamburg": "Europe/Berlin",
    "hanoi": "Asia/Ho_Chi_Minh",
    "houston": "America/Chicago",
    "kaohsiung": "Asia/Taipei",
    "kyoto": "Asia/Tokyo",
    "miami": "America/New_York",
    "milan": "Europe/Rome",
    "mumbai": "Asia/Kolkata",
    "munich": "Europe/Berlin",
    "osaka": "Asia/Tokyo",
    "rio de janeiro": "America/Sao_Paulo",
    "san francisco": "America/Los_Angeles",
    "seattle": "America/Los_Angeles",
    "shenzhen": "Asia/Shanghai",
    "st petersburg": "Europe/Moscow",
    "washington": "America/New_York",
}
_LEGACY = ("posix/", "right/", "SystemV/", "US/", "Etc/")


@cache
def zones() -> tuple[str, ...]:
    """Return all zone names, without the ones kept for old programs only."""
    names = (each for each in available_timezones() if not each.startswith(_LEGACY))
    return tuple(
        sorted({*(each for each in names if each not in {"localtime", "Factory", "posixrules"}), "UTC"})
    )


@cache
def _by_name() -> dict[str, str]:
    return {
        _plain(each): each for each in sorted(available_timezones() - {"localtime", "Factory", "posixrules"})
    }


@cache
def _by_city() -> dict[str, tuple[str, ...]]:
    cities = defaultdict(list)
    for zone in zones():
        if "/" in zone:
            cities[_plain(zone.rpartition("/")[2])].append(zone)
    return {
        **{city: tuple(found) for city, found in cities.items()},
        **{city: (zone,) for city, zone in _CITIES.items()},
    }


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").casefold().split())


def resolve(text: str) -> tuple[str, ...]:
    """Return the zones that a text names: one, several where a city is not unique, none where it is unknown."""
    wanted = _plain(text)
    if wanted in _by_name():
        return (_by_name()[wanted],)
    return _by_city().get(wanted, ())


def near(text: str) -> tuple[str, ...]:
    """Return the zones whose names or cities look like a text, best first."""
    wanted = _plain(text)
    found = get_close_matches(wanted, [*_by_city(), *_by_name()], n=5, cutoff=0.7)
    names = [zone for each in found for zone in resolve(each)]
    return tuple(dict.fromkeys(names))[:3]


def completions(prefix: str) -> list[str]:
    """Return zone names for a prefix, those whose city begins with it first."""
    wanted = _plain(prefix)
    named = [zone for city, found in sorted(_by_city().items()) if city.startswith(wanted) for zone in found]
    holding = [zone for zone in zones() if wanted in _plain(zone)]
    return list(dict.fromkeys([*named, *holding]))
