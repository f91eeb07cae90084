"""Which words of a text bring further features along: those that begin as a prefix does, or hold a pattern's letters."""

from collections.abc import Iterator, Sequence
from itertools import compress
from operator import not_
from typing import Any

import numpy as np

from bot.query.atoms import GRAM
from bot.query.keys import TextKeys, key_of

_HEAD = 2
"""Letters by which prefixes are sorted; no prefix is shorter."""

_MOST_REMEMBERED = 100_000
"""Words whose further features are remembered."""

_PLACES = 1 << 17
_SHIFT = 24
"""Bits of a key that are passed over in choosing a place."""


class Lexicon:
    """Knows the features in use that are more than a text's words; remembers what it found for a word."""

    def __init__(self) -> None:
        self.fields: dict[str, int] = {}
        self._uses: set[str] = set()
        self._prefixes: dict[str, set[int]] = {}
        self._lengths: dict[int, int] = {}
        self._known: dict[str, tuple[int, ...]] = {}
        self._doubtful: dict[str, tuple[int, ...]] = {}
        self._news: set[str] = set()
        """What was found for words before some letters came into use, and these letters."""
        self._heads: dict[str, set[str]] = {}
        self._bare = np.zeros(_PLACES, np.int64)
        """Words that have nothing further, by their keys and the age; a later one takes an earlier one's place."""
        self._age = 1

    def enter(self, feature: str) -> None:
        """Take a special feature into use that was not."""
        if ":" in feature:
            field = feature.partition(":")[0]
            self.fields[field] = self.fields.get(field, 0) + 1
            return
        self._uses.add(feature)
        self._age += 1
        if feature[-1] == "*":
            self._prefixes.setdefault(feature[:_HEAD], set()).add(len(feature) - 1)
            for word in self._heads.pop(feature[:_HEAD], ()):
                self._known.pop(word, None)
                self._doubtful.pop(word, None)
        else:
            self._lengths[len(feature) - 1] = self._lengths.get(len(feature) - 1, 0) + 1
            self._news.add(feature)
            if self._doubtful:
                self._doubtful |= self._known
                self._known.clear()
            else:
                self._doubtful, self._known = self._known, self._doubtful

    def leave(self, feature: str) -> None:
        """Take a special feature out of use; what is remembered of it does no harm."""
        if ":" in feature:
            _count_down(self.fields, feature.partition(":")[0])
            return
        self._uses.discard(feature)
        if feature[0] == GRAM:
            self._news.discard(feature)
            _count_down(self._lengths, len(feature) - 1)

    def further(self, found: TextKeys) -> list[int]:
        """Return the keys of the prefixes and letters in use that a text's words have."""
        if not self._uses:
            return []
        aged = found.words + self._age
        places = (aged >> _SHIFT) & (_PLACES - 1)
        unknown = (self._bare.take(places) != aged).nonzero()[0]
        keys: list[int] = []
        if not len(unknown):
            return keys
        rows = (places, aged, found.starts, found.ends)
        for place, key, start, end in zip(*(row.take(unknown).tolist() for row in rows), strict=True):
            features = self.of_word(found.text[start:end])
            if features:
                keys += features
            else:
                self._bare[place] = key
        return keys

    def of_word(self, word: str) -> tuple[int, ...]:
        """Return the keys of the prefixes and letters in use that a word has."""
        found = self._known.get(word)
        if found is not None:
            return found
        found = self._doubtful.pop(word, None)
        if found is None or not self._news.isdisjoint(self._grams_of(word)):
            return self._learn(word)
        self._known[word] = found
        return found

    def _learn(self, word: str) -> tuple[int, ...]:
        # Characters in a row are too many to remember, and seldom begin as a prefix does.
        if not word.isascii() and word[:_HEAD] not in self._prefixes:
            return ()
        found = tuple(map(key_of, (*self._prefixes_of(word), *self._grams_of(word))))
        if len(self._known) + len(self._doubtful) >= _MOST_REMEMBERED:
            self._forget()
        self._known[word] = found
        self._heads.setdefault(word[:_HEAD], set()).add(word)
        return found

    def _forget(self) -> None:
        self._known.clear()
        self._doubtful.clear()
        self._news.clear()
        self._heads.clear()

    def _prefixes_of(self, word: str) -> Iterator[str]:
        for length in self._prefixes.get(word[:_HEAD], ()):
            if length <= len(word) and (prefix := word[:length] + "*") in self._uses:
                yield prefix

    def _grams_of(self, word: str) -> list[str]:
        if not self._lengths or not word.isascii():
            return []
        uses = self._uses
        return [
            gram
            for length in self._lengths
            for start in range(len(word) - length + 1)
            if (gram := GRAM + word[start : start + length]) in uses
        ]


def _count_down(counts: dict[Any, int], key: str | int) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]


def special(features: Sequence[str], places: Sequence[int]) -> list[int]:
    """Return where, among some places, there are features that are more than words, or characters in a row."""
    names = list(map(features.__getitem__, places))
    return [
        place
        for place, name in compress(zip(places, names, strict=True), map(not_, map(str.isalnum, names)))
        if name[-1] == "*" or name[0] == GRAM or ":" in name
    ]
