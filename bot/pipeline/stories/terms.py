"""What a text says, as terms: stems of words, pairs of Han characters, katakana words, numbers by value."""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from functools import lru_cache

from bot.pipeline.stories.words import COMMON, SAME, STOP
from bot.query.fold import fold
from bot.query.text import without_addresses

_TERM = re.compile(
    r"(?P<id>(?<![a-z0-9])(?:cve-\d{4}-\d+|[a-z]{1,6}-?\d[\d-]*[a-z]?)(?![a-z0-9]|\.\d))"
    r"|(?P<sum>\d+[亿兆]\d+千?万)"
    r"|(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)(?P<unit>\s?(?:million|billion|trillion|mln|mn|bln|bn|tn|trn|thousand)\b|[mkb]\b|(?:[万亿兆]|千(?![米瓦克卡]))+)?"
    r"|(?P<word>[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3][^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3.]*)"
    r"|(?P<kana>[\u30a1-\u30fa\u30fc]+)|(?P<han>[\u3400-\u9fff]+)|(?P<hangul>[\uac00-\ud7a3]+)"
)
_MOMENT = re.compile(
    r"\d{1,2}:\d{2}|(?<!\d)(?:19|20)\d{2}(?:年度?|[-/.]\d{1,2}[-/.]\d{1,2}|\b)|\d{1,2}月(?:\d{1,2}日)?|\d{1,2}(?:日|号|時|时|分)(?!間|间|本)"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}\b|\b\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
    r"|\b\d{1,2}/\d{1,2}\b(?!/)"
)
_DAY = re.compile(
    r"\d{1,2}月\d{1,2}日|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}\b"
)
_POWERS = {
    "million": 1e6, "mln": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bln": 1e9, "bn": 1e9, "b": 1e9,
    "trillion": 1e12, "tn": 1e12, "trn": 1e12, "thousand": 1e3,
    "k": 1e3, "千": 1e3, "万": 1e4, "亿": 1e8, "兆": 1e12,
}  # fmt: skip
_WORDS_OF_NUMBERS = {
    word: f"#{number}"
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        start=1,
    )
    if number > 1
}
_GLUE = re.compile(
    "[" + re.escape(fold("的了在是和与及将對为於等被把向从也都就這那其之以并而但或").text) + "]"
)
_LARGE = 1000
_ROUNDED = 0.05
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS_OF_MONTH = 31
_NEAR_DAYS = 3
_PAIR = 2
_PAIR_COUNTS = 0.5
_FIRST_WIDE = "\u3400"
_SHORTEST_STEM = 4


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return a word's stem: English plurals and the endings of verbs go, what headlines use alike becomes one."""
    plain = word.replace(".", "")
    if plain in SAME:
        return SAME[plain]
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if plain.endswith(ending) and len(plain) - len(ending) + len(instead) >= _SHORTEST_STEM - (
            ending == "s"
        ):
            if ending == "s" and plain.endswith(("ss", "us", "is")):
                break
            base = plain[: len(plain) - len(ending)] + instead
            if (
                len(base) > _SHORTEST_STEM
                and base[-1] == base[-2]
                and base[-1] not in "lsz"
                and ending in ("ing", "ed")
            ):
                base = base[:-1]
            for form in (base, base + "e"):
                if form in SAME:
                    return SAME[form]
            return base.removesuffix("e") if len(base) > _SHORTEST_STEM else base
    return plain.removesuffix("e") if len(plain) > _SHORTEST_STEM else plain


def number(digits: str, unit: str | None) -> str:
    """Return a number by its value, so that ``328.5 million`` and ``3億2850万`` begin alike."""
    value = float(digits.replace(",", ""))
    for character in [unit.strip()] if unit and unit.strip() in _POWERS else list(unit or ""):
        value *= _POWERS.get(character, 1)
    return f"#{value:.6g}"


def is_known(number: str, known: Collection[str]) -> bool:
    """Tell whether a number is one of those known, or a large one of them rounded."""
    value = float(number[1:])
    return number in known or any(
        abs(value - float(other[1:])) <= _ROUNDED * value for other in known if value >= _LARGE
    )


def folded(text: str) -> str:
    """Fold a text and blank out its addresses."""
    return without_addresses(fold(text).text)


def terms(text: str) -> list[str]:
    """Return the terms of a folded text in order, repeated ones too; dates and times of day are none."""
    return list(_terms(_MOMENT.sub(" ", text)))


def _terms(text: str) -> Iterator[str]:
    for found in _TERM.finditer(text):
        value = found.group()
        match found.lastgroup:
            case "id":
                yield value.replace("-", "")
            case "number" | "unit":
                yield number(found["number"], found["unit"])
            case "sum":
                parts = re.findall(r"(\d+)(\D+)", value)
                yield f"#{sum(float(number(*part)[1:]) for part in parts):.6g}"
            case "word":
                if value in _WORDS_OF_NUMBERS:
                    yield _WORDS_OF_NUMBERS[value]
                elif len(value) > 1 and (plain := value.strip(".")) not in STOP and len(plain) > 1:
                    yield stem(plain)
            case "kana":
                if len(value) > 1:
                    yield value
            case _:
                yield from _pairs(value)


def _pairs(run: str) -> Iterator[str]:
    for piece in _GLUE.split(run):
        for at in range(len(piece) - 1):
            pair = piece[at : at + 2]
            if pair not in STOP:
                yield SAME.get(pair, pair)


def is_pair(term: str) -> bool:
    """Tell whether a term is a pair of characters, which is less than a word."""
    return len(term) == _PAIR and term[0] >= _FIRST_WIDE


def extent(found: Iterable[str]) -> float:
    """Return about how many words some terms are: pairs of characters overlap."""
    return sum(_PAIR_COUNTS if is_pair(term) else 1.0 for term in found)


def dates(text: str) -> frozenset[str]:
    """Return the days of the year that a folded text names."""
    return frozenset(found.group() for found in _DAY.finditer(text))


def is_near(date: str, moment: datetime) -> bool:
    """Tell whether a date, as ``dates`` gives it, is within three days of a moment: then it only says when."""
    digits = [int(number) for number in re.findall(r"\d+", date)]
    month, day = digits if "月" in date else (MONTHS.index(date[:3]) + 1, digits[0])
    away = abs((moment.month - month) * _DAYS_OF_MONTH + moment.day - day)
    return min(away, 12 * _DAYS_OF_MONTH - away) <= _NEAR_DAYS


def skeleton(text: str) -> str:
    """Return a folded text without its digits, days and months: what exchange rates and quakes have in common from day to day."""
    return _COUNTING.sub("0", text).strip()


_COUNTING = re.compile(
    r"\d+(?:[.,:]\d+)*|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|[月火水木金土日]曜日?|(?:周|星期)[一二三四五六日天]"
    r"|\b(?:jan|febr)uary\b|\b(?:march|april|may|june|july|august)\b|\b(?:septem|octo|novem|decem)ber\b"
)


_TURN = re.compile(
    r"第?(?P<one>\d{1,4})(?P<after>日目|节|轮|回|话|战|局|届|期|弾|场|番)|\b(?P<before>day|week|round|game|matchday|stage|episode|part|leg|heat|chapter|vol)\W? ?(?P<other>\d{1,4})\b"
)
_HOLE = re.compile(r"(?<![a-z0-9])cve-\d{4}-\d+")
_IDENTIFIER = re.compile(r"(?<![a-z0-9])(?:[a-z]{1,6}-?\d[\d-]*[a-z]?|[a-z]+ \d{1,3}(?:-\d+)?)(?![a-z0-9.])")


def identifiers(text: str) -> dict[str, set[str]] | None:
    """Return what is told apart by its number (``cve-2026-1234``, ``iphone 17``), by the kind of thing; None for none."""
    holes = set(_HOLE.findall(text))
    found: dict[str, set[str]] = {"cve": holes} if holes else {}
    for match in _TURN.finditer(text):
        found.setdefault(match["before"] or match["after"], set()).add(match["one"] or match["other"])
    for match in _IDENTIFIER.finditer(_MOMENT.sub(" ", _HOLE.sub(" ", text))):
        kind = re.split(r"[-\s\d]", match.group(), maxsplit=1)[0]
        if kind not in STOP and kind not in COMMON:
            found.setdefault(kind, set()).add(match.group().replace("-", "").replace(" ", ""))
    return found or None
