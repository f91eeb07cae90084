"""Features as numbers of 64 bits, the same whether read off a query or, many at once, off a text.

A word is its string's hash (keyed by chance in each process), a pair of words a mixture of two hashes; characters in a
row are a mixture of their code points. That two features of a million share a key happens once in some ten million
installations; nobody outside can bring it about.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.query.charset import SUBSTRING_RANGES
from bot.query.text import is_run

Keys = NDArray[np.int64]

_PAIR = 0x5851F42D4C957F2D
_FIRST = 0x2545F4914F6CDD1D
_SECOND = 0x369DEA0F31A53F85
"""Odd factors of mixtures (from generators by Knuth, by Marsaglia and by L'Ecuyer)."""

FIRST_RUN_CHARACTER = chr(min(SUBSTRING_RANGES)[0])

_BITS = 1 << 64
_HALF = 1 << 63
_LAST_CODE = 0x10FFFF


def _runs() -> NDArray[np.bool_]:
    table = np.zeros(_LAST_CODE + 1, np.bool_)
    for first, last in SUBSTRING_RANGES:
        table[first : last + 1] = True
    return table


_IS_RUN = _runs()
"""By code point: whether it is searched by substring."""


def key_of(feature: str) -> int:
    """Return the key of a feature: a signed number of 64 bits."""
    if feature[0] >= FIRST_RUN_CHARACTER and is_run(feature):
        second = ord(feature[1]) if len(feature) > 1 else 0
        return _wrapped(ord(feature[0]) * _FIRST + second * _SECOND)
    if " " not in feature:
        return hash(feature)
    first, _, second_word = feature.partition(" ")
    return _wrapped(hash(first) * _PAIR + hash(second_word))


def _wrapped(number: int) -> int:
    return (number + _HALF) % _BITS - _HALF


def keys_of_words(words: Sequence[str], further: Iterable[int]) -> Keys:
    """Return the keys of words, of the pairs that follow one another, and further keys."""
    hashes = [*map(hash, words), *further]
    each = np.fromiter(hashes, np.int64, len(hashes))
    count = len(words)
    if count < 2:  # noqa: PLR2004  # no pair
        return each
    keys = np.empty(len(hashes) + count - 1, np.int64)
    keys[: len(hashes)] = each
    pairs = keys[len(hashes) :]
    np.multiply(each[: count - 1], _PAIR, out=pairs)
    pairs += each[1:count]
    return keys


def keys_of_runs(text: str) -> Keys:
    """Return the keys of the characters that are searched by substring, and of any two of them in a row."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    is_one = _IS_RUN[codes]
    signed = codes.astype(np.int64)
    ones = signed * _FIRST
    twos = (ones[:-1] + signed[1:] * _SECOND)[is_one[:-1] & is_one[1:]]
    return np.concatenate((ones[is_one], twos))
