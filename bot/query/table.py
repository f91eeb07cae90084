"""Features numbered densely: found by their keys, many at once, in arrays a few bytes a feature wide.

The table is one of linear hashing (Litwin, 1980): it grows by a few buckets at a time, so that no addition waits for a
rebuild. What does not fit into its bucket is kept aside until the bucket is split.
"""

from array import array
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bot.query.column import Column, once, tally
from bot.query.keys import Keys

Numbers = NDArray[np.int32]
Places = NDArray[np.int64]

NEVER = 0
"""The number of what no text has."""

ALWAYS = 1
"""The number of what every text has."""

_WIDTH = 8
_LOG_WIDTH = 3
_LOAD = 4
"""Features that a bucket of eight holds on average."""

_SHIFT = 24
"""Bits of a key that are passed over: the low ones of a mixture are the least mixed."""


class FeatureTable:
    """Numbers features while they are in use; a number is given again when its feature is not."""

    def __init__(self) -> None:
        self._keys = Column(np.int64)
        self._numbers = Column(np.int32)
        self._level = self._buckets = len(self._keys) // _WIDTH
        self._mask = 2 * self._level - 1
        self._aside: dict[int, dict[int, int]] = {}
        self._has_aside = Column(np.bool_)
        self._uses = Column(np.int32)
        self._key_of = Column(np.int64)
        """By number, how many uses there are, and the key."""
        self._free = array("i")
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def end(self) -> int:
        """The number that all numbers in use are below."""
        return ALWAYS + 1 + self._length + len(self._free)

    def find(self, key: int) -> int:
        """Return the number of a feature, ``NEVER`` where it is not in use."""
        bucket = (key >> _SHIFT) & self._mask
        if bucket >= self._buckets:
            bucket -= self._level
        start = bucket << _LOG_WIDTH
        held = self._keys.at[start : start + _WIDTH].tolist()
        if key in held:
            number: int = self._numbers.at[start + held.index(key)]
            return number
        return self._aside[bucket].get(key, NEVER) if bucket in self._aside else NEVER

    def find_all(self, keys: Keys) -> Numbers:
        """Return the numbers of those features that are in use, in no order, repeated ones repeatedly."""
        buckets = self._buckets_of(keys)
        at = self._held(keys, buckets)[1]
        numbers: Numbers = self._numbers.array.take(at)
        if not self._aside:
            return numbers
        further = [number for _, number in self._found_aside(keys, buckets)]
        return np.concatenate((numbers, np.array(further, np.int32))) if further else numbers

    def enter(self, keys: Keys) -> tuple[Numbers, Places]:
        """Note one more use of each feature; return their numbers, and which were not in use before, each once."""
        numbers = self.numbers(keys)
        new = (numbers == NEVER).nonzero()[0]
        if len(new):
            distinct, first, which = _distinct(keys.take(new))
            given = self._unused(len(distinct))
            self._key_of.array[given] = distinct
            self._file(distinct, given)
            numbers[new] = given.take(which)
            new = new.take(first)
        tally(self._uses, numbers.astype(np.int64), 1)
        return numbers, new

    def leave(self, numbers: Places) -> Places:
        """Note one use less of each feature, all of which are in use; return which are not any more, each once."""
        tally(self._uses, numbers, -1)
        gone: Places = once(numbers.compress(self._uses.array.take(numbers) == 0))
        if not len(gone):
            return gone
        keys = self._key_of.array.take(gone)
        buckets = self._buckets_of(keys)
        rows, at = self._held(keys, buckets)
        self._keys.array[at] = 0
        if len(rows) < len(gone):
            for row, _ in list(self._found_aside(keys, buckets)):
                self._drop_aside(int(buckets[row]), int(keys[row]))
        self._free.frombytes(gone.astype(np.int32).tobytes())
        self._length -= len(gone)
        return gone

    def numbers(self, keys: Keys) -> Numbers:
        """Return the number of each feature, ``NEVER`` of those not in use."""
        numbers = np.full(len(keys), NEVER, np.int32)
        buckets = self._buckets_of(keys)
        rows, at = self._held(keys, buckets)
        numbers[rows] = self._numbers.array.take(at)
        if self._aside:
            for row, number in self._found_aside(keys, buckets):
                numbers[row] = number
        return numbers

    def _unused(self, count: int) -> Numbers:
        """Return numbers that are not in use, those that were before first."""
        again = self._free[-count:]
        end = self.end
        del self._free[-count:]
        self._length += count
        self._uses.reserve(self.end)
        self._key_of.reserve(self.end)
        return np.concatenate(
            (np.array(again, np.int32), np.arange(end, end + count - len(again), dtype=np.int32))
        )

    def _buckets_of(self, keys: Keys) -> Places:
        buckets: Places = (keys >> _SHIFT) & self._mask
        buckets -= self._level * (buckets >= self._buckets)
        return buckets

    def _held(self, keys: Keys, buckets: Places) -> tuple[Places, Places]:
        """Return which of the keys are in their buckets, and where they stand."""
        held = self._keys.array.reshape(-1, _WIDTH).take(buckets, axis=0)
        at = (held == keys[:, None]).ravel().nonzero()[0]
        rows = at >> _LOG_WIDTH
        return rows, (buckets.take(rows) << _LOG_WIDTH) + (at & _WIDTH - 1)

    def _found_aside(self, keys: Keys, buckets: Places) -> Iterator[tuple[int, int]]:
        """Yield which of the keys are kept aside, and their numbers."""
        doubtful = self._has_aside.array.take(buckets).nonzero()[0]
        rows = (doubtful, buckets.take(doubtful), keys.take(doubtful))
        for row, bucket, key in zip(*(row.tolist() for row in rows), strict=True):
            number = self._aside[bucket].get(key)
            if number is not None:
                yield row, number

    def _drop_aside(self, bucket: int, key: int) -> None:
        del self._aside[bucket][key]
        if not self._aside[bucket]:
            del self._aside[bucket]
            self._has_aside.at[bucket] = False

    def _file(self, keys: Keys, numbers: Numbers) -> None:
        """File new features, after making room for them."""
        while self._buckets * _LOAD < self._length:
            count = min(self._length // _LOAD + 1 - self._buckets, 2 * self._level - self._buckets)
            aside = self._split(count)
            keys = np.concatenate((keys, np.fromiter(aside, np.int64, len(aside))))
            numbers = np.concatenate((numbers, np.fromiter(aside.values(), np.int32, len(aside))))
        buckets = self._buckets_of(keys)
        order = buckets.argsort(kind="stable")
        keys, numbers, buckets = keys.take(order), numbers.take(order), buckets.take(order)
        # The free places of a bucket are given to its keys in order, as far as they go.
        rank = np.arange(len(keys)) - np.searchsorted(buckets, buckets)
        is_free = self._keys.array.reshape(-1, _WIDTH).take(buckets, axis=0) == 0
        free = is_free.ravel().nonzero()[0]
        counts = np.bincount(free >> _LOG_WIDTH, minlength=len(keys))
        fits = counts > rank
        left = ~fits
        chosen = free.take((counts.cumsum() - counts + rank).compress(fits))
        at = (buckets.compress(fits) << _LOG_WIDTH) + (chosen & _WIDTH - 1)
        self._keys.array[at] = keys.compress(fits)
        self._numbers.array[at] = numbers.compress(fits)
        rows = (buckets.compress(left), keys.compress(left), numbers.compress(left))
        for bucket, key, number in zip(*(row.tolist() for row in rows), strict=True):
            self._aside.setdefault(bucket, {})[key] = number
            self._has_aside.at[bucket] = True

    def _split(self, count: int) -> dict[int, int]:
        """Add buckets: each takes over about half of another's features. Return what was kept aside there."""
        old, new = self._buckets - self._level, self._buckets
        self._buckets += count
        for column, width in ((self._keys, _WIDTH), (self._numbers, _WIDTH), (self._has_aside, 1)):
            column.reserve(self._buckets * width)
        aside: dict[int, int] = {}
        for bucket in (old + self._has_aside.array[old : old + count].nonzero()[0]).tolist():
            aside |= self._aside.pop(bucket)
            self._has_aside.at[bucket] = False
        keys, numbers = (column.array.reshape(-1, _WIDTH) for column in (self._keys, self._numbers))
        stays = keys[old : old + count] >> _SHIFT & self._level == 0
        keys[new : new + count] = keys[old : old + count] * ~stays
        keys[old : old + count] *= stays
        numbers[new : new + count] = numbers[old : old + count]
        if self._buckets == 2 * self._level:
            self._level = self._buckets
            self._mask = 2 * self._level - 1
        return aside


def _distinct(keys: Keys) -> tuple[Keys, Places, Places]:
    """Return keys in order, each once; where each first stood, and which of them each was."""
    order = keys.argsort(kind="stable")
    ordered = keys.take(order)
    is_first = np.ones(len(keys), np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    starts = is_first.nonzero()[0]
    which = np.empty(len(keys), np.int64)
    which[order] = is_first.cumsum() - 1
    return ordered.take(starts), order.take(starts), which
