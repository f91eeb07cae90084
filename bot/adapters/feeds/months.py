"""Names of months in any language that Babel knows."""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain

from babel import Locale, UnknownLocaleError

LANGUAGES = (
    "en", "en_GB", "de", "de_AT", "fr", "es", "pt", "it", "nl", "sv", "da", "nb", "fi", "pl", "cs", "sk", "hu", "ro", "bg", "ru",
    "uk", "be", "sr", "sr_Latn", "hr", "sl", "mk", "el", "tr", "az", "id", "ms", "vi", "th", "hi", "bn", "ta", "ar",
    "fa", "he", "ca", "gl", "eu", "et", "lv", "lt", "is", "ga", "cy", "ka", "hy", "kk", "sw", "af", "sq", "mt", "ja", "zh", "ko",
)  # fmt: skip
_MIN_NAME = 3
_HEBREW_IN = "ב"


def month_number(word: str, language: str | None = None) -> int | None:
    """Return the month that a word names, in the language hinted at or else in any other."""
    return next(filter(None, (_number(form, language) for form in _forms(fold(word)))), None)


def fold(word: str) -> str:
    """Return a text without case and accents, and without what stands around it."""
    folded = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in folded if not unicodedata.combining(char)).strip(".'’")


def _forms(name: str) -> Iterator[str]:
    """Yield a name as it stands, without an elided article, and without the Hebrew "in"."""
    yield name
    yield name.replace("’", "'").rpartition("'")[2]
    if name.startswith(_HEBREW_IN):
        yield name[1:]


def _number(name: str, language: str | None) -> int | None:
    if not _is_name(name):
        return None
    hinted = [language.replace("-", "_")] if language else []
    return next((months[name] for months in map(_months, chain(hinted, LANGUAGES)) if name in months), None)


def _is_name(name: str) -> bool:
    """Tell whether a name is long enough to be a month's alone; outside the Latin script two letters are."""
    return len(name) >= _MIN_NAME - (not name.isascii())


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
            yield from ((fold(name), number) for number, name in names.items() if _is_name(fold(name)))
