"""What is filed under features: rows of numbers, checked many at once.

A row says: where its anchor stands, and its guard too, and its ban not, its query matches, or may match. Rows of one
query are chained. Most features have one row and few have thousands.
"""

from array import array

import numpy as np
from numpy.typing import NDArray

from bot.query.column import Column

Places = NDArray[np.int64]
Numbers = NDArray[np.int32]
Flags = NDArray[np.bool_]

_GONE = np.iinfo(np.int64).min
"""Owner of a row that is not in use."""

_MANY = 512
"""Rows to be looked at from which on a list is faster looked through at once."""

_HALF = 32
_LOW = (1 << _HALF) - 1
"""Two numbers are kept in one of 64 bits, which is read and written at once."""


class Postings:
    """Rows by their anchors; whoever numbers features makes room for them in ``heads``."""

    def __init__(self) -> None:
        self.heads = Column(np.int32)
        self._lists: list[array[int]] = [array("i")]
        self._free_lists: list[int] = []
        self._owner = Column(np.int64)
        self._guard_and_ban = Column(np.int64)
        self._anchor_and_next = Column(np.int64)
        self._free = array("i")
        self._end = 1

    def add(self, owners: Places, anchors: Places, guards: Places, bans: Places) -> Places:
        """File rows of owners, some of them doubtful, under their anchors; return their numbers.

        Rows of one query follow one another, and each but the first leads to the one before.
        """
        rows = self._unused(len(owners))
        self._owner.array[rows] = owners
        self._guard_and_ban.array[rows] = guards << _HALF | bans
        links = anchors << _HALF
        ids = np.where(owners < 0, doubtful(owners), owners)
        links[1:] |= rows[:-1] * (ids[1:] == ids[:-1])
        self._anchor_and_next.array[rows] = links
        self._link(rows, anchors)
        return rows

    def _unused(self, count: int) -> Places:
        """Return numbers for rows, those that were in use before first."""
        again = self._free[-count:]
        del self._free[-count:]
        first = self._end
        self._end += count - len(again)
        for column in (self._owner, self._guard_and_ban, self._anchor_and_next):
            column.reserve(self._end)
        return np.concatenate((np.array(again, np.int64), np.arange(first, self._end)))

    def _link(self, rows: Places, anchors: Places) -> None:
        order = anchors.argsort(kind="stable")
        rows, anchors = rows.take(order), anchors.take(order)
        heads = self.heads.array
        follows = anchors[1:] == anchors[:-1]
        is_alone = heads.take(anchors) == 0
        is_alone[1:] &= ~follows
        heads[anchors.compress(is_alone)] = rows.compress(is_alone)
        others = ~is_alone
        first_of, lists = self.heads.at, self._lists
        for row, anchor in zip(
            rows.compress(others).tolist(), anchors.compress(others).tolist(), strict=True
        ):
            head = first_of[anchor]
            if head < 0:
                lists[-head].append(row)
            else:
                first_of[anchor] = -self._list_of(head, row)

    def _list_of(self, *rows: int) -> int:
        """Begin a list; return its number."""
        if self._free_lists:
            number = self._free_lists.pop()
            self._lists[number] = array("i", rows)
        else:
            number = len(self._lists)
            self._lists.append(array("i", rows))
        return number

    def remove(self, firsts: Places) -> Places:
        """Take rows out, and those that they lead to; return their anchors, guards and bans."""
        chains = [firsts]
        while len(chains[-1]):
            following = self._anchor_and_next.array.take(chains[-1]) & _LOW
            chains.append(following.compress(following > 0))
        rows = np.concatenate(chains)
        self._owner.array[rows] = _GONE
        self._free.frombytes(rows.astype(np.int32).tobytes())
        anchors = self._anchor_and_next.array.take(rows) >> _HALF
        heads = self.heads.array.take(anchors)
        self.heads.array[anchors.compress(heads > 0)] = 0
        gone: dict[int, list[int]] = {}
        listed = heads < 0
        for row, anchor in zip(
            rows.compress(listed).tolist(), anchors.compress(listed).tolist(), strict=True
        ):
            gone.setdefault(anchor, []).append(row)
        for anchor, some in gone.items():
            self._unlink(anchor, some)
        tests = self._guard_and_ban.array.take(rows)
        return np.concatenate((anchors, tests >> _HALF, tests & _LOW))

    def _unlink(self, anchor: int, gone: list[int]) -> None:
        """Take rows out of a feature's list."""
        number = -self.heads.at[anchor]
        rows = self._lists[number]
        if len(rows) * len(gone) < _MANY:
            for row in gone:
                rows.remove(row)
        else:
            held = np.frombuffer(rows, np.int32)
            rows = self._lists[number] = array(
                "i", held.compress(self._owner.array.take(held) != _GONE).tobytes()
            )
        if len(rows) <= 1:
            self.heads.at[anchor] = rows[0] if rows else 0
            self._lists[number] = self._lists[0]
            self._free_lists.append(number)

    def size(self, anchor: int) -> int:
        """Return how many rows a feature has."""
        head = self.heads.at[anchor]
        return len(self._lists[-head]) if head < 0 else int(head > 0)

    def sizes(self, anchors: Places) -> Places:
        """Return how many rows each of some features has."""
        heads = self.heads.array.take(anchors)
        sizes = (heads > 0).astype(np.int64)
        several = (heads < 0).nonzero()[0]
        lists = map(self._lists.__getitem__, (-heads.take(several)).tolist())
        sizes[several] = np.fromiter(map(len, lists), np.int64, len(several))
        return sizes

    def found(self, numbers: Numbers, present: Flags) -> Places:
        """Return the owners of the rows whose anchors are given and whose guards and bans agree.

        ``present`` tells of every feature whether the text has it.
        """
        heads = self.heads.array.take(numbers)
        rows = heads[heads > 0]
        several = heads[heads < 0].tolist()
        if several:
            lists = self._lists
            joined = b"".join([lists[-head] for head in several])
            rows = np.concatenate((rows, np.frombuffer(joined, np.int32)))
        tests = self._guard_and_ban.array.take(rows)
        holds = present.take(tests >> _HALF) > present.take(tests & _LOW)
        owners: Places = self._owner.array.take(rows.compress(holds))
        return owners


def doubtful(owners: Places) -> Places:
    """Turn ids into owners that must be checked by themselves, all of them before all others, and such owners into ids."""
    return ~owners
