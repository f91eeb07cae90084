"""What queries ask for, packed: a million of them in a few bytes each."""

from array import array
from collections.abc import Iterable, Iterator
from marshal import dumps, loads

from bot.query.programs import Program

_PAGE = 64
_ABSENT = 0
_TREE = -1
"""Stands for the place of a program that cannot be packed: a part is still a tree, as a pattern is."""


class _Page:
    """Queries whose ids follow one another: where the program of each begins, and the first of its rows."""

    __slots__ = ("dropped", "held", "packed", "rows", "starts")

    def __init__(self) -> None:
        self.held = self.dropped = 0
        self.packed = bytearray(1)
        self.starts = array("i", bytes(4 * _PAGE))
        self.rows = array("i", bytes(4 * _PAGE))

    def program(self, place: int) -> Program:
        # A packed program says itself where it ends.
        with memoryview(self.packed) as view:
            program: Program = loads(view[self.starts[place] :])  # noqa: S302  # our own bytes
        return program

    def tidy(self) -> None:
        """Leave out the programs that were dropped."""
        packed = bytearray(1)
        for place, start in enumerate(self.starts):
            if start > 0:
                self.starts[place] = len(packed)
                packed += dumps(loads(memoryview(self.packed)[start:]))  # noqa: S302  # our own bytes
        self.packed = packed
        self.dropped = 0


class Shelf:
    """Programs by the ids of their queries, each with the first row under which the query is filed."""

    def __init__(self) -> None:
        self._pages: dict[int, _Page] = {}
        self.trees: dict[int, Program] = {}
        """The programs that cannot be packed."""
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def __contains__(self, query_id: int) -> bool:
        page = self._pages.get(query_id // _PAGE)
        return page is not None and page.starts[query_id % _PAGE] != _ABSENT

    def __iter__(self) -> Iterator[Program]:
        for number, page in self._pages.items():
            for place, start in enumerate(page.starts):
                if start != _ABSENT:
                    yield self.program(number * _PAGE + place)

    def put(self, query_id: int, program: Program) -> bool:
        """Keep the program of a query; return False, and keep the one that is there, where there is one."""
        place = query_id % _PAGE
        page = self._pages.get(query_id // _PAGE)
        if page is None:
            page = self._pages[query_id // _PAGE] = _Page()
        starts = page.starts
        if starts[place] != _ABSENT:
            return False
        try:
            packed = dumps(program)
        except ValueError:
            self.trees[query_id] = program
            starts[place] = _TREE
        else:
            held = page.packed
            starts[place] = len(held)
            held += packed
        page.held += 1
        self._length += 1
        return True

    def note_rows(self, ids: Iterable[int], rows: Iterable[int]) -> None:
        """Keep the first rows of queries that are here."""
        pages = self._pages
        for query_id, row in zip(ids, rows, strict=True):
            pages[query_id // _PAGE].rows[query_id % _PAGE] = row

    def program(self, query_id: int) -> Program:
        """Return what a query asks for."""
        page = self._pages[query_id // _PAGE]
        place = query_id % _PAGE
        return page.program(place) if page.starts[place] > 0 else self.trees[query_id]

    def take(self, query_id: int) -> tuple[int, Program]:
        """Drop a query that is here; return the first of its rows, zero where none was noted, and its program."""
        program = self.program(query_id)
        number, place = divmod(query_id, _PAGE)
        page = self._pages[number]
        row = page.rows[place]
        if page.starts[place] == _TREE:
            del self.trees[query_id]
        page.starts[place] = _ABSENT
        page.rows[place] = 0
        page.held -= 1
        page.dropped += 1
        self._length -= 1
        if not page.held:
            del self._pages[number]
        elif page.dropped >= _PAGE:
            page.tidy()
        return row, program
