"""What queries ask for, packed: a million of them in a few bytes each."""

from array import array
from collections.abc import Iterator, Mapping
from marshal import dumps, loads

import numpy as np
from numpy.typing import NDArray

from bot.query.column import Column, tally
from bot.query.programs import Program

Places = NDArray[np.int64]

_PAGE = 64
_BITS = 6
_ABSENT = 0
_TREE = -1
"""Stands for the start of a program that cannot be packed: a part is still a tree, as a pattern is."""

_TRUE = np.ones(1, np.bool_)

_NOWHERE = 0
"""The page where nothing ever is."""


class Shelf:
    """Programs by the ids of their queries, and one number besides for each.

    Queries whose ids follow one another share a page of bytes. A query's place is its page's, and where it is there.
    """

    def __init__(self) -> None:
        self._pages: dict[int, int] = {}
        self._packed = [bytearray(1)]
        self._numbers = [0]
        """By page, which ids it is for, less the last bits of them."""
        self._free = array("i")
        self._starts = Column(np.int32)
        """By place, where in its page a program begins; a packed program says itself where it ends."""
        self.notes = Column(np.int32)
        """By place, what whoever files the query notes of it."""
        self._held = Column(np.int32)
        self._dropped = Column(np.int32)
        """By page, how many programs are there, and how many were dropped since it was tidied."""
        self._columns = ((self._starts, _PAGE), (self.notes, _PAGE), (self._held, 1), (self._dropped, 1))
        self._trees: dict[int, Program] = {}
        """By place, the programs that cannot be packed."""
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Program]:
        for place in self._starts.array.nonzero()[0].tolist():
            yield self._at(place)

    def places(self, ids: Places) -> Places:
        """Return the places of those queries that are here, in the order of the ids."""
        numbers, stretches = _stretches(ids >> _BITS)
        find = self._pages.get
        pages = np.array([find(number, _NOWHERE) for number in numbers], np.int64)
        places: Places = pages.repeat(stretches) << _BITS | ids & _PAGE - 1
        return places.compress(self._starts.array.take(places) != _ABSENT)

    def program(self, query_id: int) -> Program:
        """Return what a query that is here asks for."""
        return self._at(self._pages[query_id >> _BITS] << _BITS | query_id & _PAGE - 1)

    def programs(self, places: Places) -> list[Program]:
        """Return what queries ask for."""
        return list(map(self._at, places.tolist()))

    def _at(self, place: int) -> Program:
        start = self._starts.at[place]
        if start == _TREE:
            return self._trees[place]
        with memoryview(self._packed[place >> _BITS]) as view:
            program: Program = loads(view[start:])  # noqa: S302  # our own bytes
        return program

    def put(self, programs: Mapping[int, Program]) -> Places:
        """Keep the programs of queries that are not here, each once; return their places."""
        ids = np.fromiter(programs, np.int64, len(programs))
        numbers, stretches = _stretches(ids >> _BITS)
        pages = list(map(self._page, numbers))
        places: Places = np.array(pages).repeat(stretches) << _BITS | ids & _PAGE - 1
        packed = self._all_packed(programs, places)
        lengths = np.fromiter(map(len, packed), np.int64, len(packed))
        before = lengths.cumsum() - lengths
        offsets = []
        begin = 0
        for page, length in zip(pages, stretches.tolist(), strict=True):
            held = self._packed[page]
            offsets.append(len(held) - int(before[begin]))
            held += b"".join(packed[begin : begin + length])
            begin += length
        starts = before + np.array(offsets).repeat(stretches)
        starts[lengths == 0] = _TREE
        self._starts.array[places] = starts
        tally(self._held, places >> _BITS, 1)
        self._length += len(ids)
        return places

    def _all_packed(self, programs: Mapping[int, Program], places: Places) -> list[bytes]:
        """Pack programs; of one that cannot be, keep the tree and return nothing."""
        packed = []
        for program in programs.values():
            try:
                packed.append(dumps(program))
            except ValueError:
                self._trees[int(places[len(packed)])] = program
                packed.append(b"")
        return packed

    def _page(self, number: int) -> int:
        """Return the page for some ids, a new one where there is none."""
        page = self._pages.get(number)
        if page is not None:
            return page
        if self._free:
            page = self._free.pop()
            self._numbers[page] = number
        else:
            page = len(self._packed)
            self._packed.append(bytearray(1))
            self._numbers.append(number)
            for column, width in self._columns:
                column.reserve(width * (page + 1))
        self._pages[number] = page
        return page

    def drop(self, places: Places) -> None:
        """Drop queries that are here, each once."""
        if self._trees:
            for place in places.compress(self._starts.array.take(places) == _TREE).tolist():
                del self._trees[place]
        self._starts.array[places] = _ABSENT
        self.notes.array[places] = 0
        self._length -= len(places)
        pages = places >> _BITS
        tally(self._held, pages, -1)
        tally(self._dropped, pages, 1)
        is_empty = self._held.array.take(pages) == 0
        for page in set(pages.compress(is_empty).tolist()):
            self._clear(page)
            del self._pages[self._numbers[page]]
            self._free.append(page)
        is_full = self._dropped.array.take(pages) >= _PAGE
        for page in set(pages.compress(is_full).tolist()):
            self._tidy(page)

    def _clear(self, page: int) -> None:
        self._packed[page] = bytearray(1)
        self._dropped.at[page] = 0

    def _tidy(self, page: int) -> None:
        """Leave out the programs that were dropped."""
        packed = bytearray(1)
        for place in range(page << _BITS, page + 1 << _BITS):
            if self._starts.at[place] > _ABSENT:
                data = dumps(self._at(place))
                self._starts.at[place] = len(packed)
                packed += data
        self._clear(page)
        self._packed[page] = packed


def _stretches(numbers: Places) -> tuple[list[int], Places]:
    """Return numbers, those in a row that are equal as one, and how many each is."""
    begins = np.concatenate((_TRUE, numbers[1:] != numbers[:-1])).nonzero()[0]
    stretches = np.append(begins[1:], len(numbers)) - begins
    return numbers.take(begins).tolist(), stretches
