"""Numbers in a text by their value, however they are written: 3.5 million, 350万, 三百五十万, thirty. Pure.

digits with grouping and decimals | units in English, Japanese, Chinese, Korean | ideographs | English words
"""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

Number = frozenset[Decimal]
"""The values that one written number may have: ``5m`` is five metres or five million."""

_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d{1,30}(?:\.\d{1,30})?")
_UNIT = re.compile(
    r"[ -]?(hundred|thousand|million|billion|trillion|bn|mn|tn|[mkb](?![a-z]))(?![a-z])", re.IGNORECASE
)
_ENGLISH_UNITS = {
    "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "bn": 10**9, "mn": 10**6, "tn": 10**12, "m": 10**6, "k": 10**3, "b": 10**9,
}  # fmt: skip
_LETTER_UNITS = frozenset({"m", "k", "b"})
_LARGE = {
    "万": 10**4,
    "萬": 10**4,
    "만": 10**4,
    "億": 10**8,
    "亿": 10**8,
    "억": 10**8,
    "兆": 10**12,
    "조": 10**12,
}
_SMALL = {"十": 10, "拾": 10, "百": 100, "백": 100, "千": 1000, "천": 1000}
_ONES = {
    name: value
    for value, names in enumerate(("〇零", "一壱", "二弐两兩", "三参", "四", "五", "六", "七", "八", "九"))
    for name in names
}
_IDEOGRAPHS = "".join((*_ONES, "十拾百千万萬億亿兆"))
_MIXED = re.compile(
    rf"(?:\d[\d,]*(?:\.\d+)?[百千十백천]?)?[万萬億亿兆만억조](?:\d[\d,]*[百千백천]?[万萬만]?|[{_IDEOGRAPHS}])*"
    rf"|\d[\d,]*(?:\.\d+)?[百千백천](?!\d)|[{_IDEOGRAPHS}]+"
)
_PIECE = re.compile(rf"\d[\d,]*(?:\.\d+)?|[{_IDEOGRAPHS}만억조백천]")
_TENTHS = re.compile(r"[割成](?!長|长|功|立|員|员|果|本|年|人|為|为)")
_VAGUE = frozenset("数數几幾")
_WORDS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
} | {
    word: value * 10
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2
    )
}
_WORD = re.compile(
    rf"\b(?:{'|'.join(_WORDS)})(?:[ -](?:and )?(?:{'|'.join(_WORDS)}|hundred|thousand|million|billion|trillion))*\b",
    re.IGNORECASE,
)
_ERAS = (("令和", 2018), ("平成", 1988), ("昭和", 1925), ("民國", 1911), ("民国", 1911))
_ERA = re.compile(rf"({'|'.join(name for name, _ in _ERAS)})(\d{{1,3}}|元)年")
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH = re.compile(
    rf"\b(?:{'|'.join(f'{name[:3]}(?:{name[3:]})?' if name != 'may' else name for name in _MONTHS)})\b\.?",
    re.IGNORECASE,
)


def numbers(text: str) -> list[tuple[str, Number]]:
    """Return the numbers of a text, each as it is written and with the values it may have.

    A lone "one" or 一 counts as a word, not as a number.
    """
    plain = unicodedata.normalize("NFKC", text).replace("百分之", " ")
    found: list[tuple[str, Number]] = []
    taken = [False] * len(plain)
    for reader in (_mixed, _digits, _spelt):
        for start, end, value in reader(plain):
            if not any(taken[start:end]):
                taken[start:end] = [True] * (end - start)
                found.append((plain[start:end].strip(), value))
    return found


def values(text: str) -> Number:
    """Return every value that a number of a text may have, dates by their months and eras too."""
    plain = unicodedata.normalize("NFKC", text)
    known = {value for _, number in numbers(text) for value in number}
    known |= {
        Decimal(_MONTHS.index(_whole(found.group())) + 1)
        for found in _MONTH.finditer(plain)
        if found.group()[0].isupper()
    }
    starts = dict(_ERAS)
    known |= {Decimal(starts[era] + (1 if year == "元" else int(year))) for era, year in _ERA.findall(plain)}
    return frozenset(known)


def months(text: str) -> dict[str, Decimal]:
    """Return the English months that a text names, in lower case, with their numbers."""
    return {
        found.group().lower().rstrip("."): Decimal(_MONTHS.index(_whole(found.group())) + 1)
        for found in _MONTH.finditer(text)
    }


def _whole(month: str) -> str:
    return next(name for name in _MONTHS if name.startswith(month.lower().rstrip(".")))


def _digits(text: str) -> Iterator[tuple[int, int, Number]]:
    for found in _DIGITS.finditer(text):
        value = Decimal(found.group().replace(",", ""))
        unit = _UNIT.match(text, found.end())
        if unit is None:
            tenths = _TENTHS.match(text, found.end())
            yield found.start(), found.end(), frozenset({value, value * 10} if tenths else {value})
            continue
        name = unit[1].lower()
        scaled = value * _ENGLISH_UNITS[name]
        yield found.start(), unit.end(), frozenset({scaled, value} if name in _LETTER_UNITS else {scaled})


def _mixed(text: str) -> Iterator[tuple[int, int, Number]]:
    for found in _MIXED.finditer(text):
        written = found.group()
        if found.start() and text[found.start() - 1] in _VAGUE:
            continue
        if written in {"一", "壱", "零", "〇"} or (len(written) == 1 and written not in _ONES):
            continue
        value = _ideographic(written)
        tenths = _TENTHS.match(text, found.end())
        yield found.start(), found.end(), frozenset({value, value * 10} if tenths else {value})


def _ideographic(written: str) -> Decimal:
    """Add up a number of ideographs, of digits before units, or of both."""
    pieces = _PIECE.findall(written)
    if all(piece in _ONES for piece in pieces):
        return Decimal("".join(str(_ONES[piece]) for piece in pieces))
    total, part, last = Decimal(0), Decimal(0), Decimal(0)
    for piece in pieces:
        if piece in _LARGE:
            total += (part + last or Decimal(1)) * _LARGE[piece]
            part, last = Decimal(0), Decimal(0)
        elif piece in _SMALL:
            part += (last or Decimal(1)) * _SMALL[piece]
            last = Decimal(0)
        else:
            last = Decimal(_ONES[piece]) if piece in _ONES else Decimal(piece.replace(",", ""))
    return total + part + last


def _spelt(text: str) -> Iterator[tuple[int, int, Number]]:
    for found in _WORD.finditer(text):
        words = [word for word in re.split(r"[ -]", found.group().lower()) if word != "and"]
        if words == ["one"]:
            continue
        total, part = 0, 0
        for word in words:
            unit = _ENGLISH_UNITS.get(word)
            if unit is None:
                part += _WORDS[word]
            elif unit == _ENGLISH_UNITS["hundred"]:
                part = (part or 1) * unit
            else:
                total, part = total + (part or 1) * unit, 0
        yield found.start(), found.end(), frozenset({Decimal(total + part)})
