"""Folding: one form for all spellings of the same text, with the way back to the original.

* compatibility forms and width: NFKC (UAX #15)
* full case folding, with the sharp s and the final sigma (Unicode Standard, section 3.13)
* diacritics dropped, also the Turkish dot of i and the strokes of Polish, Danish, Vietnamese letters; Cyrillic short i,
  Ukrainian yi and the voicing marks of kana stay, since they make other letters
* Han variants: traditional, simplified and Japanese forms are one (tables of OpenCC), and so are name variants
* ignorable characters vanish (UAX #44)
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import opencc

from bot.query.charset import (
    CLUSTER_RANGES,
    DROPPED_CHARACTER,
    HAN_RANGES,
    IGNORED_RANGES,
    MARK_RANGES,
    as_class,
    inside,
)

_CLUSTER = re.compile(f"(?s:.)[{as_class(CLUSTER_RANGES)}]*")
_CONTEXT = re.compile(f"[{as_class(CLUSTER_RANGES)}]")

_LETTERS = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "ƶ": "z", "ɨ": "i",
        "’": "'", "‘": "'", "ʼ": "'", "ʹ": "'", "′": "'", "`": "'", "‛": "'",
    }
)  # fmt: skip

_SEPARATORS = frozenset("…‥™℠®©¨´¯¸˘˙˚˛˜˝ͺ΄΅᾽᾿῀῁῍῎῏῝῞῟῭΅´῾‗‾﹉﹊﹋﹌゛゜")
"""Signs that NFKC would spell out into letters or spaces; here they separate words."""

_NAME_VARIANTS = str.maketrans(
    "髙﨑嵜碕濵濱邉邊齋齊栁𠮷槗舘德瀨淸靑曻黑薰廣敎圓眞惠槇",
    "高崎崎崎浜浜辺辺斎斉柳吉橋館徳瀬清青昇黒薫広教円真恵槙",
)
"""Forms met in names, which the tables of OpenCC leave apart."""

_JAPANESE = opencc.OpenCC("jp2t")
_HONG_KONG = opencc.OpenCC("hk2t")
_TAIWAN = opencc.OpenCC("tw2t")
_SIMPLIFIED = opencc.OpenCC("t2s")


def _han_once(character: str) -> str:
    plain = character.translate(_NAME_VARIANTS)
    for table in (_JAPANESE, _HONG_KONG, _TAIWAN, _SIMPLIFIED):
        converted = table.convert(plain)
        plain = converted if len(converted) == 1 else plain
    return plain


def _han(character: str) -> str:
    """Return the representative of a Han character's variants; of itself, a representative is its own."""
    seen = {character}
    while (following := _han_once(character)) not in seen:
        seen.add(following)
        character = following
    return min(_cycle(character))


def _cycle(character: str) -> set[str]:
    members = {character}
    while (character := _han_once(character)) not in members:
        members.add(character)
    return members


def _is_han(character: str) -> bool:
    return inside(ord(character), HAN_RANGES)


def _is_diacritic(mark: str, base: str) -> bool:
    if not inside(ord(mark), MARK_RANGES):
        return False
    if mark == "\u0306":
        return base not in "иу"
    if mark == "\u0308":
        return base != "і"
    return not (mark == "\u0301" and base in "гк")


def _without_diacritics(text: str) -> str:
    kept: list[str] = []
    base = " "
    for character in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(character):
            base = character
        elif _is_diacritic(character, base):
            continue
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def _fold_cluster(cluster: str) -> str:
    """Fold a character with the marks that follow it; nothing is left of ignorable characters."""
    if cluster in _SEPARATORS:
        return " "
    visible = "".join(c for c in cluster if not inside(ord(c), IGNORED_RANGES))
    plain = unicodedata.normalize("NFKC", visible).casefold()
    plain = _without_diacritics(unicodedata.normalize("NFKC", plain).casefold()).translate(_LETTERS)
    plain = "".join(_han(c) if _is_han(c) else c for c in plain)
    return " " if plain and not plain.strip() else plain


_fold_short = lru_cache(maxsize=1 << 14)(_fold_cluster)
"""Remembers clusters; only short ones, since a hostile text may pile up marks without end."""

_SHORT = 4


class _Table(dict[int, str]):
    """What ``str.translate`` looks characters up in; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        folded = _fold_cluster(chr(code)) or DROPPED_CHARACTER
        self[code] = folded
        return folded


_TABLE = _Table()


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. ``starts`` and ``ends`` give, for each of its characters, the part of the original it stands for.

    Both are None where every character stands for the one at its own place.
    """

    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None


def fold(text: str) -> Folded:
    """Fold a text; linear in its length."""
    if text.isascii():
        return Folded(text.lower().replace("`", "'"))
    folded = text.translate(_TABLE)
    if len(folded) == len(text) and DROPPED_CHARACTER not in folded and not _CONTEXT.search(text):
        return Folded(folded)
    return _fold_clusters(text)


def _fold_clusters(text: str) -> Folded:
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _CLUSTER.finditer(text):
        cluster = match.group()
        if len(cluster) == 1:
            piece = _TABLE[ord(cluster)]
        else:
            piece = _fold_short(cluster) if len(cluster) <= _SHORT else _fold_cluster(cluster)
        if piece == DROPPED_CHARACTER:
            continue
        pieces.append(piece)
        starts.extend([match.start()] * len(piece))
        ends.extend([match.end()] * len(piece))
    return Folded("".join(pieces), starts, ends)
