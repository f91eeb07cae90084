"""Numbers in a row that grow: read many at once as an array, changed one at a time."""

import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

_STEP = 64

_LARGE = 1 << 19
"""Bytes from which on a column has memory of its own."""

_HUGE = 1 << 22
"""Bytes from which on larger pages of memory make looking up faster; numpy asks for them from there on, too."""

_CODES = {np.int64: "q", np.int32: "i", np.uint16: "H", np.bool_: "?"}


class Column:
    """An array that grows; ``at`` reads and writes single places faster than the array does."""

    __slots__ = ("_code", "array", "at")

    def __init__(self, kind: type[np.generic]) -> None:
        self._code = _CODES[kind]
        self.array: NDArray[Any] = np.zeros(_STEP, kind)
        self.at = self._view()

    def _view(self) -> memoryview:
        # The code of ``array.array``, which has the same name for a width on every machine.
        return memoryview(self.array).cast("B").cast(self._code)  # type: ignore[arg-type,call-overload,no-any-return]

    def __len__(self) -> int:
        return len(self.at)

    def reserve(self, length: int) -> None:
        """Make room for this many numbers; new ones are zero."""
        held = len(self.at)
        if length <= held:
            return
        # An eighth more at least, so that growing costs little; in whole steps, so that columns of a row fit.
        steps = -(-max(length, held + held // 8) // _STEP)
        grown = _zeros(steps * _STEP, self.array.dtype)
        grown[:held] = self.array
        self.array = grown
        self.at = self._view()


def _zeros(length: int, kind: np.dtype[Any]) -> NDArray[Any]:
    size = length * kind.itemsize
    if size < _LARGE:
        return np.zeros(length, kind)
    # What grows by being moved would leave holes where other things lie; room that is not used yet takes no memory here.
    room = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if size >= _HUGE and hasattr(mmap, "MADV_HUGEPAGE"):
        room.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(room, kind)


def tally(column: Column, places: NDArray[np.int64], step: int) -> None:
    """Add a step to some numbers, as often as their places are given."""
    # Unless both are of the column's kind and the places of the machine's, numpy takes thirty times as long.
    np.add.at(column.array, places, column.array.dtype.type(step))


def once(numbers: NDArray[Any]) -> NDArray[Any]:
    """Return numbers in order, each once; sorts those that are given."""
    numbers.sort()
    return np.concatenate((numbers[:1], numbers[1:].compress(numbers[1:] != numbers[:-1])))
