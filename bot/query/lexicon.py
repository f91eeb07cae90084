"""Which words of a text bring further features along: those that begin as a prefix does, or hold a pattern's letters."""

from collections.abc import Iterator
from typing import Any

from bot.query.atoms import GRAM
from bot.query.keys import key_of

EVERYWHERE = "\x04"
"""The feature that every text has, for patterns without any fixed character."""

_HEAD = 2
"""Letters by which prefixes are sorted; no prefix is shorter."""

_MOST_REMEMBERED = 100_000
"""Words whose further features are remembered."""


class Lexicon:
    """Knows the features in use that are more than a text's words; remembers what it found for a word."""

    def __init__(self) -> None:
        self.fields: dict[str, int] = {}
        self._uses: set[str] = set()
        self._prefixes: dict[str, set[int]] = {}
        self._lengths: dict[int, int] = {}
        self._known: dict[str, tuple[int, ...]] = {}
        self._bare: set[str] = set()
        self._heads: dict[str, list[str]] = {}

    def enter(self, feature: str) -> None:
        """Take a special feature into use that was not."""
        if ":" in feature:
            field = feature.partition(":")[0]
            self.fields[field] = self.fields.get(field, 0) + 1
            return
        self._uses.add(feature)
        if feature[-1] == "*":
            self._prefixes.setdefault(feature[:_HEAD], set()).add(len(feature) - 1)
            for word in self._heads.pop(feature[:_HEAD], ()):
                self._known.pop(word, None)
                self._bare.discard(word)
        else:
            self._lengths[len(feature) - 1] = self._lengths.get(len(feature) - 1, 0) + 1
            self._forget()

    def leave(self, feature: str) -> None:
        """Take a special feature out of use; what is remembered of it does no harm."""
        if ":" in feature:
            _count_down(self.fields, feature.partition(":")[0])
            return
        self._uses.discard(feature)
        if feature[0] == GRAM:
            _count_down(self._lengths, len(feature) - 1)

    def further(self, words: set[str]) -> list[int]:
        """Return the keys of the prefixes and letters in use that words have."""
        if not self._uses:
            return []
        keys: list[int] = []
        for word in words - self._bare:
            found = self._known.get(word)
            keys += self._learn(word) if found is None else found
        return keys

    def _learn(self, word: str) -> tuple[int, ...]:
        # Characters in a row are too many to remember, and seldom begin as a prefix does.
        if not word.isascii() and word[:_HEAD] not in self._prefixes:
            return ()
        found = tuple(map(key_of, (*self._prefixes_of(word), *self._grams_of(word))))
        if len(self._known) + len(self._bare) >= _MOST_REMEMBERED:
            self._forget()
        if found:
            self._known[word] = found
        else:
            self._bare.add(word)
        self._heads.setdefault(word[:_HEAD], []).append(word)
        return found

    def _forget(self) -> None:
        self._known.clear()
        self._bare.clear()
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


def is_special(feature: str) -> bool:
    """Tell whether a feature is more than words, or characters in a row."""
    return feature[-1] == "*" or feature[0] == GRAM or ":" in feature
