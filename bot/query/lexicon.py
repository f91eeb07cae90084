"""Which words of a text bring further features along: those that begin as a prefix does, or hold a pattern's letters."""

from array import array
from collections.abc import Iterable, Iterator
from itertools import pairwise

from bot.query.atoms import GRAM

EVERYWHERE = "\x04"
"""The feature that every text has, for patterns without any fixed character."""

_HEAD = 2
"""Letters by which prefixes are sorted; no prefix is shorter."""

_SLOTS = 1 << 16
"""Places where uses of pairs are counted, by the hash of their first word; a power of two."""

_MOST_REMEMBERED = 100_000
"""Words whose further features are remembered."""


class Lexicon:
    """Knows the features in use that are more than a text's words; remembers what it found for a word."""

    def __init__(self) -> None:
        self.fields: dict[str, int] = {}
        self._uses: dict[str, int] = {}
        self._prefixes: dict[str, set[int]] = {}
        self._lengths: dict[int, int] = {}
        self._firsts = array("I", bytes(4 * _SLOTS))
        self._known: dict[str, tuple[str, ...]] = {}
        self._heads: dict[str, list[str]] = {}

    def enter(self, feature: str) -> None:
        """Note one more use of a feature."""
        if not is_special(feature):
            return
        if " " in feature:
            self._firsts[hash(feature.partition(" ")[0]) & _SLOTS - 1] += 1
            return
        self._uses[feature] = self._uses.get(feature, 0) + 1
        if self._uses[feature] > 1:
            return
        if ":" in feature:
            field = feature.partition(":")[0]
            self.fields[field] = self.fields.get(field, 0) + 1
        elif feature[-1] == "*":
            self._prefixes.setdefault(feature[:_HEAD], set()).add(len(feature) - 1)
            for word in self._heads.pop(feature[:_HEAD], ()):
                self._known.pop(word, None)
        else:
            self._lengths[len(feature) - 1] = self._lengths.get(len(feature) - 1, 0) + 1
            self._forget()

    def leave(self, feature: str) -> None:
        """Note one use less of a feature; what is remembered of it does no harm."""
        if not is_special(feature):
            return
        if " " in feature:
            self._firsts[hash(feature.partition(" ")[0]) & _SLOTS - 1] -= 1
            return
        self._uses[feature] -= 1
        if self._uses[feature]:
            return
        del self._uses[feature]
        if ":" in feature:
            field = feature.partition(":")[0]
            self.fields[field] -= 1
            if not self.fields[field]:
                del self.fields[field]
        elif feature[0] == GRAM:
            self._lengths[len(feature) - 1] -= 1
            if not self._lengths[len(feature) - 1]:
                del self._lengths[len(feature) - 1]

    def expand(self, present: set[str]) -> None:
        """Add to the words of a text the prefixes and letters in use that they have."""
        if not self._uses:
            return
        further = list(map(self._known.get, present))
        if None in further:
            further = [
                self._learn(word) if found is None else found
                for word, found in zip(present, further, strict=True)
            ]
        present.update(*filter(None, further))

    def pairs(self, words: list[str]) -> Iterable[str]:
        """Return the pairs of words in a row that may be in use: those whose first word is one of a pair's."""
        firsts, last = self._firsts, _SLOTS - 1
        rows = zip(pairwise(words), map(hash, words), strict=False)
        return [" ".join(pair) for pair, code in rows if firsts[code & last]]

    def _learn(self, word: str) -> tuple[str, ...]:
        # Characters in a row are too many to remember, and seldom begin as a prefix does.
        if not word.isascii() and word[:_HEAD] not in self._prefixes:
            return ()
        found = (*self._prefixes_of(word), *self._grams_of(word))
        if len(self._known) >= _MOST_REMEMBERED:
            self._forget()
        self._known[word] = found
        self._heads.setdefault(word[:_HEAD], []).append(word)
        return found

    def _forget(self) -> None:
        self._known.clear()
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


def is_special(feature: str) -> bool:
    """Tell whether a feature is more than a word, or characters in a row."""
    return feature[-1] == "*" or feature[0] == GRAM or ":" in feature or " " in feature
