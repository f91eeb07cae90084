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
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate

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
from bot.query.piles import without_piles

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


@lru_cache(maxsize=1 << 13)
def _is_han(character: str) -> bool:
    return inside(ord(character), HAN_RANGES)


@lru_cache(maxsize=1 << 13)
def _is_ignored(character: str) -> bool:
    return inside(ord(character), IGNORED_RANGES)


@lru_cache(maxsize=1 << 13)
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
    visible = without_piles("".join(c for c in cluster if not _is_ignored(c)))
    plain = unicodedata.normalize("NFKC", visible).casefold()
    plain = _without_diacritics(unicodedata.normalize("NFKC", plain).casefold()).translate(_LETTERS)
    plain = "".join(_han(c) if _is_han(c) else c for c in plain)
    return " " if plain and not plain.strip() else plain


_SHORT = 4
_MOST_CLUSTERS = 1 << 14
"""Clusters that are remembered; only short ones, since a hostile text may pile up marks without end."""


class _Clusters(dict[str, str]):
    """What each character folds to, with the marks that follow it; filled as clusters are met."""

    def __missing__(self, cluster: str) -> str:
        folded = _fold_cluster(cluster)
        folded = "" if folded == DROPPED_CHARACTER else folded
        if len(cluster) <= _SHORT:
            if len(self) >= _MOST_CLUSTERS:
                self.clear()
            self[cluster] = folded
        return folded


_CLUSTERS = _Clusters()


class _Table(dict[int, str]):
    """What ``str.translate`` looks characters up in; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        folded = _fold_cluster(chr(code)) or DROPPED_CHARACTER
        self[code] = folded
        return folded


_TABLE = _Table()


@dataclass(frozen=True)
class Folded:
    """A folded text. ``pieces`` are what each of the original's ``clusters`` became.

    Both are None where every character stands for the one at its own place.
    """

    text: str
    clusters: list[str] | None = None
    pieces: list[str] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the part of the original that a stretch of the folded text stands for; not empty."""
        starts, ends = self._sources
        return (starts[start], ends[end - 1]) if starts else (start, end)

    @cached_property
    def _sources(self) -> tuple[list[int], list[int]]:
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        for cluster, piece in zip(self.clusters or (), self.pieces or (), strict=True):
            end = at + len(cluster)
            starts += [at] * len(piece)
            ends += [end] * len(piece)
            at = end
        return starts, ends


def fold(text: str, longest: int | None = None) -> Folded:
    """Fold a text; linear in its length. Both it and what it becomes are cut where they are longer than ``longest``."""
    text = text[:longest]
    if text.isascii():
        return Folded(text.lower().replace("`", "'"))
    folded = text.translate(_TABLE)
    if len(folded) == len(text) and DROPPED_CHARACTER not in folded and not _CONTEXT.search(text):
        return Folded(folded)
    return _fold_clusters(text, longest)


def _fold_clusters(text: str, longest: int | None) -> Folded:
    clusters = _CLUSTER.findall(text)
    pieces = [_CLUSTERS[cluster] for cluster in clusters]
    if longest is not None and sum(map(len, pieces)) > longest:
        kept = bisect_right(list(accumulate(map(len, pieces))), longest)
        clusters, pieces = clusters[:kept], pieces[:kept]
    return Folded("".join(pieces), clusters, pieces)
