"""What is filed under features: rows of numbers, checked many at once.

A row says: where its anchor stands, and its guard too, and its ban not, its query matches, or may match. Rows of one
query are chained. Most features have one row and few have thousands.
"""

from array import array

import numpy as np
from numpy.typing import NDArray

from bot.query.column import Column

SHARED = 1
"""Mark of an owner that several rows may find."""

UNSURE = 2
"""Mark of an owner that must be checked by itself."""

MARKS = 2
"""Bits of marks below an owner's id."""


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
        self._free: list[int] = []
        self._end = 1

    def add(self, owner: int, anchor: int, guard: int, ban: int, following: int) -> int:
        """File a row of a marked owner under its anchor; return its number. Chain the query's other rows to it."""
        if self._free:
            row = self._free.pop()
        else:
            row = self._end
            self._end += 1
            if row >= len(self._owner.at):
                for column in (self._owner, self._guard_and_ban, self._anchor_and_next):
                    column.reserve(self._end)
        self._owner.at[row] = owner
        self._guard_and_ban.at[row] = guard << _HALF | ban
        self._anchor_and_next.at[row] = anchor << _HALF | following
        if self.heads.at[anchor]:
            self._file(row, anchor)
        else:
            self.heads.at[anchor] = row
        return row

    def _file(self, row: int, anchor: int) -> None:
        """File a row under an anchor that has others."""
        head = self.heads.at[anchor]
        if head < 0:
            self._lists[-head].append(row)
            return
        rows = array("i", (head, row))
        if self._free_lists:
            number = self._free_lists.pop()
            self._lists[number] = rows
        else:
            number = len(self._lists)
            self._lists.append(rows)
        self.heads.at[anchor] = -number

    def remove(self, row: int) -> int:
        """Take a row out; return the query's next."""
        link = self._anchor_and_next.at[row]
        anchor = link >> _HALF
        heads = self.heads.at
        head = heads[anchor]
        if head > 0:
            heads[anchor] = 0
        else:
            rows = self._lists[-head]
            rows.remove(row)
            if len(rows) == 1:
                heads[anchor] = rows[0]
                self._lists[-head] = self._lists[0]
                self._free_lists.append(-head)
        self._free.append(row)
        following: int = link & _LOW
        return following

    def size(self, anchor: int) -> int:
        """Return how many rows a feature has."""
        head = self.heads.at[anchor]
        return len(self._lists[-head]) if head < 0 else int(head > 0)

    def found(self, numbers: NDArray[np.int32], present: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the marked owners of the rows whose anchors are given and whose guards and bans agree.

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
        owners: NDArray[np.int64] = self._owner.array.take(rows.compress(holds))
        return owners
