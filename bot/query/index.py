"""Many queries, one document.

Each query is filed under features without which it cannot match (``bot.query.programs`` says what a feature is). A
document is tokenised once, its features are looked up once, and what is filed under them is listed or checked. Nothing
is ever rebuilt.
"""

import marshal
from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.query.column import Column
from bot.query.document import Document, Spans, View
from bot.query.evaluate import as_spans, matches
from bot.query.filing import clauses_of, mentioned
from bot.query.keys import key_of
from bot.query.language import Query
from bot.query.lexicon import EVERYWHERE, Lexicon, is_special
from bot.query.postings import MARKS, SHARED, UNSURE, Postings
from bot.query.programs import Program, node_of, program_of
from bot.query.scan import Scan
from bot.query.table import ALWAYS, NEVER, FeatureTable

_PAGE = 256
_NONE = b""
_SAMPLE = 8
"""Every so many documents, it is noted which features were met, so that later queries are filed under rarer ones."""

_MOST_SEEN = 1 << 15


@dataclass(frozen=True, slots=True)
class Hit:
    """A query that matched, and where: spans per field name, code-point offsets into the original field text."""

    query_id: int
    spans: Spans


class _Page:
    """Queries whose ids follow one another: the first row of each, and what it asks for, packed."""

    __slots__ = ("held", "programs", "rows")

    def __init__(self) -> None:
        self.held = 0
        self.rows = array("i", bytes(4 * _PAGE))
        self.programs: list[bytes | Program] = [_NONE] * _PAGE


class QueryIndex:
    """Queries by their features; changed while running. Ids are non-negative, best dense (they are kept in pages)."""

    def __init__(self) -> None:
        self._pages: dict[int, _Page] = {}
        self._table = FeatureTable()
        self._postings = Postings()
        self._lexicon = Lexicon()
        self._present = Column(np.bool_)
        self._present.at[ALWAYS] = True
        self._seen = Column(np.uint16)
        self._length = 0
        self._documents = 0

    def __len__(self) -> int:
        return self._length

    @property
    def unfiled(self) -> int:
        """How many queries have nothing fixed in them and are tried on every document (some patterns only)."""
        return self._postings.size(ALWAYS)

    def add(self, query_id: int, query: Query) -> None:
        """Add a query, or replace the one with this id."""
        page = self._pages.get(query_id // _PAGE)
        if page is None:
            page = self._pages[query_id // _PAGE] = _Page()
        elif page.programs[query_id % _PAGE]:
            self.remove(query_id)
            page = self._pages.setdefault(query_id // _PAGE, page)
        program = program_of(query.root)
        page.held += 1
        page.programs[query_id % _PAGE] = _packed(program)
        page.rows[query_id % _PAGE] = self._file(query_id, program)
        self._length += 1

    def _file(self, query_id: int, program: Program) -> int:
        """File a query; return the first of its rows."""
        if isinstance(program, str):
            return self._postings.add(query_id << MARKS, self._enter(program), ALWAYS, NEVER, 0)
        numbers = {feature: self._enter(feature) for feature in mentioned(program)}
        numbers[EVERYWHERE] = ALWAYS
        clauses = clauses_of(program, lambda feature: self._weight(numbers[feature]))
        owner = query_id << MARKS | SHARED * (len(clauses) > 1)
        row = 0
        for anchor, guard, ban, unsure in clauses:
            row = self._postings.add(
                owner | UNSURE * unsure,
                numbers[anchor],
                ALWAYS if guard is None else numbers[guard],
                NEVER if ban is None else numbers[ban],
                row,
            )
        return row

    def _enter(self, feature: str) -> int:
        number, is_new = self._table.enter(key_of(feature))
        if is_new:
            if is_special(feature):
                self._lexicon.enter(feature)
            if number >= len(self._seen.at):
                for column in (self._present, self._seen, self._postings.heads):
                    column.reserve(number + 1)
            self._seen.at[number] = 0
        return number

    def _weight(self, number: int) -> int:
        seen: int = self._seen.at[number]
        return self._postings.size(number) + seen

    def remove(self, query_id: int) -> None:
        """Remove the query with this id, if there is one."""
        page = self._pages.get(query_id // _PAGE)
        packed = page.programs[query_id % _PAGE] if page is not None else _NONE
        if page is None or not packed:
            return
        for feature in mentioned(_unpacked(packed)):
            if self._table.leave(key_of(feature)) and is_special(feature):
                self._lexicon.leave(feature)
        row = page.rows[query_id % _PAGE]
        while row:
            row = self._postings.remove(row)
        page.rows[query_id % _PAGE] = 0
        page.programs[query_id % _PAGE] = _NONE
        page.held -= 1
        if not page.held:
            del self._pages[query_id // _PAGE]
        self._length -= 1

    def ids(self, document: Document) -> list[int]:
        """Return the ids of the queries that match a document, each once, in no order."""
        if not self._length:
            return []
        scan = Scan(document)
        return self.listed(scan, self._table.find_all(scan.keys(self._lexicon)))

    def number(self, feature: str) -> int:
        """Return the number under which a feature is known here, zero where no query looks at it."""
        return self._table.find(key_of(feature))

    def listed(self, scan: Scan, numbers: NDArray[np.int32]) -> list[int]:
        """Return the ids of the queries that match a document, given the numbers of its features in use."""
        if self.unfiled:
            numbers = np.append(numbers, np.int32(ALWAYS))
        numbers = _once(numbers)
        present = self._present.array
        present[numbers] = True
        try:
            owners = self._postings.found(numbers, present)
            found = self._judged(scan, owners)
        finally:
            present[numbers] = False
            present[ALWAYS] = True
        self._sample(numbers)
        return found

    def _judged(self, scan: Scan, owners: NDArray[np.int64]) -> list[int]:
        marks = owners & (SHARED | UNSURE)
        found: list[int] = (owners.compress(marks == 0) >> MARKS).tolist()
        others: set[int] = set()
        for owner in owners.compress(marks).tolist():
            query_id = owner >> MARKS
            if query_id in others:
                continue
            if not owner & UNSURE or scan.holds(self._program(query_id), self._has):
                others.add(query_id)
        found.extend(others)
        return found

    def _has(self, feature: str) -> bool:
        return bool(self._present.at[self._table.find(key_of(feature))])

    def _program(self, query_id: int) -> Program:
        return _unpacked(self._pages[query_id // _PAGE].programs[query_id % _PAGE])

    def _sample(self, numbers: NDArray[np.int32]) -> None:
        self._documents += 1
        if self._documents % _SAMPLE:
            return
        self._seen.array[numbers] += 1
        if self._documents % (_SAMPLE * _MOST_SEEN) == 0:
            self._seen.array[:] >>= 1

    def features(self) -> set[str]:
        """Return every feature that a query looks at."""
        programs = (one for page in self._pages.values() for one in page.programs if one)
        return {feature for program in programs for feature in mentioned(_unpacked(program))}

    def match(self, document: Document) -> list[Hit]:
        """Return the queries that match a document, by id, with the places of their words."""
        view = View(document)
        return [Hit(query_id, self._spans(query_id, view)) for query_id in sorted(self.ids(document))]

    def _spans(self, query_id: int, view: View) -> Spans:
        return as_spans(matches(node_of(self._program(query_id)), view) or [])


def _once(numbers: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return numbers in order, each once."""
    numbers.sort()
    return np.concatenate((numbers[:1], numbers[1:].compress(numbers[1:] != numbers[:-1])))


def _packed(program: Program) -> bytes | Program:
    try:
        return marshal.dumps(program)
    except ValueError:
        # A part that is still a tree, as a pattern is.
        return program


def _unpacked(packed: bytes | Program) -> Program:
    program: Program = marshal.loads(packed) if isinstance(packed, bytes) else packed  # noqa: S302  # our own bytes
    return program
