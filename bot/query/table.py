"""Features numbered densely: found by their keys, many at once, in arrays a few bytes a feature wide.

The table is one of linear hashing (Litwin, 1980): it grows by a few buckets at a time, so that no addition waits for a
rebuild. New features are collected and filed a few hundred at once, at the latest before the next look-up of many. What
does not fit into its bucket is kept aside until the bucket is split.
"""

from itertools import compress

import numpy as np
from numpy.typing import NDArray

from bot.query.column import Column
from bot.query.keys import Keys

NEVER = 0
"""The number of what no text has."""

ALWAYS = 1
"""The number of what every text has."""

_WIDTH = 8
_LOG_WIDTH = 3
_LOAD = 4
"""Features that a bucket of eight holds on average."""

_MOST_FRESH = 512
"""Features that are filed at once."""

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
        self._fresh: dict[int, int] = {}
        self._uses = Column(np.int32)
        self._free: list[int] = []
        self._end = ALWAYS + 1
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def find(self, key: int) -> int:
        """Return the number of a feature, ``NEVER`` where it is not in use."""
        return self._fresh.get(key) or self._filed(key)

    def _filed(self, key: int) -> int:
        bucket = (key >> _SHIFT) & self._mask
        if bucket >= self._buckets:
            bucket -= self._level
        start = bucket << _LOG_WIDTH
        held = self._keys.at[start : start + _WIDTH].tolist()
        if key in held:
            number: int = self._numbers.at[start + held.index(key)]
            return number
        return self._aside[bucket].get(key, NEVER) if bucket in self._aside else NEVER

    def find_all(self, keys: Keys) -> NDArray[np.int32]:
        """Return the numbers of those features that are in use, in no order, repeated ones repeatedly."""
        if self._fresh:
            self._file()
        buckets = self._buckets_of(keys)
        held = self._keys.array.reshape(-1, _WIDTH).take(buckets, axis=0)
        at = (held == keys[:, None]).ravel().nonzero()[0]
        numbers: NDArray[np.int32] = self._numbers.array.take(
            (buckets.take(at >> _LOG_WIDTH) << _LOG_WIDTH) + (at & _WIDTH - 1)
        )
        if not self._aside:
            return numbers
        doubtful = self._has_aside.array.take(buckets).nonzero()[0]
        pairs = zip(buckets.take(doubtful).tolist(), keys.take(doubtful).tolist(), strict=True)
        further = [self._aside[bucket][key] for bucket, key in pairs if key in self._aside[bucket]]
        return np.concatenate((numbers, np.array(further, np.int32))) if further else numbers

    def enter(self, key: int) -> tuple[int, bool]:
        """Note one more use of a feature; return its number, and whether it was not in use before."""
        number = self._fresh.get(key) or self._filed(key)
        if number != NEVER:
            self._uses.at[number] += 1
            return number, False
        if self._free:
            number = self._free.pop()
        else:
            number = self._end
            self._end += 1
            if number >= len(self._uses.at):
                self._uses.reserve(self._end)
        self._uses.at[number] = 1
        self._fresh[key] = number
        self._length += 1
        if len(self._fresh) >= _MOST_FRESH:
            self._file()
        return number, True

    def leave(self, key: int) -> bool:
        """Note one use less of a feature; tell whether it was the last."""
        number = self.find(key)
        left = self._uses.at[number] - 1
        self._uses.at[number] = left
        if left:
            return False
        if self._fresh.pop(key, None) is None:
            self._take_out(key)
        self._free.append(number)
        self._length -= 1
        return True

    def _bucket(self, key: int) -> int:
        bucket = (key >> _SHIFT) & self._mask
        return bucket if bucket < self._buckets else bucket - self._level

    def _buckets_of(self, keys: Keys) -> NDArray[np.int64]:
        buckets: NDArray[np.int64] = (keys >> _SHIFT) & self._mask
        buckets -= self._level * (buckets >= self._buckets)
        return buckets

    def _take_out(self, key: int) -> None:
        bucket = self._bucket(key)
        aside = self._aside.get(bucket, {})
        if aside.pop(key, None) is None:
            keys, numbers = self._keys.at, self._numbers.at
            start = bucket << _LOG_WIDTH
            held = keys[start : start + _WIDTH].tolist()
            place = start + held.index(key)
            last = start + (held.index(0) if held[-1] == 0 else _WIDTH) - 1
            keys[place], numbers[place] = keys[last], numbers[last]
            keys[last], numbers[last] = aside.popitem() if aside else (0, NEVER)
        if not aside and bucket in self._aside:
            del self._aside[bucket]
            self._has_aside.at[bucket] = False

    def _file(self) -> None:
        """File what is fresh, after making room for it."""
        while self._buckets * _LOAD < self._length:
            self._split(min(self._length // _LOAD + 1 - self._buckets, 2 * self._level - self._buckets))
        keys = np.fromiter(self._fresh, np.int64, len(self._fresh))
        numbers = np.fromiter(self._fresh.values(), np.int32, len(self._fresh))
        self._fresh.clear()
        buckets = self._buckets_of(keys)
        order = buckets.argsort(kind="stable")
        keys, numbers, buckets = keys[order], numbers[order], buckets[order]
        fill = (self._keys.array.reshape(-1, _WIDTH)[buckets] != 0).sum(axis=1)
        rank = np.arange(len(keys)) - np.searchsorted(buckets, buckets)
        fits = fill + rank < _WIDTH
        at = ((buckets << _LOG_WIDTH) + fill + rank)[fits]
        self._keys.array[at] = keys[fits]
        self._numbers.array[at] = numbers[fits]
        rows = zip(buckets.tolist(), keys.tolist(), numbers.tolist(), strict=True)
        for bucket, key, number in compress(rows, ~fits):
            self._aside.setdefault(bucket, {})[key] = number
            self._has_aside.at[bucket] = True

    def _split(self, count: int) -> None:
        """Add buckets: each takes over about half of another's features. What was kept aside there is fresh again."""
        old, new = self._buckets - self._level, self._buckets
        self._buckets += count
        for column, width in ((self._keys, _WIDTH), (self._numbers, _WIDTH), (self._has_aside, 1)):
            column.reserve(self._buckets * width)
        for bucket in (old + self._has_aside.array[old : old + count].nonzero()[0]).tolist():
            self._fresh |= self._aside.pop(bucket)
            self._has_aside.at[bucket] = False
        sides = [column.array.reshape(-1, _WIDTH) for column in (self._keys, self._numbers)]
        held = [side[old : old + count].copy() for side in sides]
        goes = (held[0] >> _SHIFT) & self._level != 0
        for first, chosen in ((new, goes), (old, ~goes & (held[0] != 0))):
            order = np.argsort(~chosen, axis=1, kind="stable")
            for side, before in zip(sides, held, strict=True):
                side[first : first + count] = np.take_along_axis(before * chosen, order, axis=1)
        if self._buckets == 2 * self._level:
            self._level = self._buckets
            self._mask = 2 * self._level - 1
