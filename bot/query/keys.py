"""Features as numbers of 64 bits, the same whether read off a query or, all at once, off a text.

A string's key is the polynomial of its code points at a base that each process draws by chance; the sums of a text's
code points, each times the power for its place, give the keys of all its words and of any stretch of them. A pair of
words has a mixture of their two keys. That two features of a million share a key happens once in some ten million
installations; nobody outside can bring it about.
"""

from collections.abc import Sequence
from operator import mul
from secrets import randbits

import numpy as np
from numpy.typing import NDArray

from bot.query.charset import SUBSTRING_RANGES

Keys = NDArray[np.int64]

_BITS = 1 << 64
_HALF = 1 << 63
_MASK = _BITS - 1
_BASE = randbits(64) | 1
_SPREAD = randbits(64) | 1
"""Makes all bits of a short string's key depend on it."""

_PAIR = randbits(64) | 1
_SPACE = 32
_BETWEEN = "\n"
"""Stands in no feature."""

_USUAL = 2048
_LAST_CODE = 0x10FFFF
_FIRST_PLACE = np.zeros(1, np.int64)


def _wrapped(number: int) -> int:
    return (number + _HALF) % _BITS - _HALF


_FACTOR = _wrapped(_PAIR)


class _Powers:
    """Powers of the base and of its inverse, as many as the longest text asked for."""

    def __init__(self) -> None:
        self.up: Keys = np.zeros(0, np.int64)
        self.reach(_USUAL)

    def reach(self, length: int) -> None:
        """Make sure that there are powers for texts of a length."""
        if length <= len(self.up):
            return
        length *= 2
        self.up = self._powers(_SPREAD, _BASE, length)
        self.down = self._powers(1, pow(_BASE, -1, _BITS), length)
        self.first = self.up[:64].tolist()

    @staticmethod
    def _powers(first: int, base: int, length: int) -> Keys:
        factors = np.full(length, _wrapped(base), np.int64)
        factors[0] = _wrapped(first)
        return np.cumprod(factors)


_powers = _Powers()


def _runs() -> NDArray[np.bool_]:
    table = np.zeros(_LAST_CODE + 1, np.bool_)
    for first, last in SUBSTRING_RANGES:
        table[first : last + 1] = True
    return table


_IS_RUN = _runs()
"""By code point: whether it is searched by substring."""


def key_of(feature: str) -> int:
    """Return the key of a feature: a signed number of 64 bits."""
    if " " not in feature:
        return (_key(feature) + _HALF & _MASK) - _HALF
    first, _, second = feature.partition(" ")
    return (_key(first) * _PAIR + _key(second) + _HALF & _MASK) - _HALF


def _key(text: str) -> int:
    factors = _powers.first
    if len(text) > len(factors):
        _powers.reach(len(text))
        factors = _powers.up[: len(text)].tolist()
    return sum(map(mul, text.encode() if text.isascii() else map(ord, text), factors))


def keys_of(features: Sequence[str]) -> Keys:
    """Return the keys of features, many at once."""
    joined = _BETWEEN.join(features)
    codes = np.frombuffer(f"{joined}{_BETWEEN}".encode("utf-32-le", "surrogatepass"), np.uint32)
    is_space = codes == _SPACE
    ends = (is_space | (codes == ord(_BETWEEN))).nonzero()[0]
    starts = np.concatenate((_FIRST_PLACE, ends[:-1] + 1))
    lengths = ends - starts + 1
    _powers.reach(int(lengths.max()))
    products = codes * _powers.up.take(np.arange(len(codes)) - starts.repeat(lengths))
    products[ends] = 0
    words: Keys = np.add.reduceat(products, starts)
    opens = is_space.take(ends).nonzero()[0]
    if not len(opens):
        return words
    words[opens] = words[opens] * _FACTOR + words[opens + 1]
    is_whole = np.ones(len(words), np.bool_)
    is_whole[opens + 1] = False
    return words.compress(is_whole)


class TextKeys:
    """The keys of a text of words between spaces.

    ``words`` are the words' keys in order; ``starts`` and ``ends`` say where they stand.
    """

    __slots__ = ("_codes", "ends", "starts", "text", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        if text.isascii():
            self._codes = np.frombuffer(text.encode("ascii"), np.uint8)
        else:
            self._codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        length = len(text)
        _powers.reach(length)
        sums = np.cumsum(self._codes * _powers.up[:length])
        space = self._codes == _SPACE
        edges = (space[1:] != space[:-1]).nonzero()[0]
        before, last = edges[::2], edges[1::2]
        self.starts = before + 1
        self.ends = last + 1
        self.words: Keys = (sums.take(last) - sums.take(before)) * _powers.down.take(self.starts)

    def all(self, further: list[int]) -> Keys:
        """Return the keys of the words, of pairs of them in a row, of characters in a row, and further ones."""
        words = self.words
        parts = [words, words[:-1] * _FACTOR + words[1:]]
        if further:
            parts.append(np.array(further, np.int64))
        if self._codes.dtype != np.uint8:
            parts += self._of_runs()
        return np.concatenate(parts)

    def _of_runs(self) -> list[Keys]:
        """Return the keys of the characters that are searched by substring, and of any two of them in a row."""
        is_one = _IS_RUN.take(self._codes)
        ones = self._codes * _powers.up[0]
        twos = ones[:-1] + self._codes[1:] * _powers.up[1]
        return [ones.compress(is_one), twos.compress(is_one[:-1] & is_one[1:])]
