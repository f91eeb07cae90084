"""Many queries, one document.

Each query is filed under features without which it cannot match (``bot.query.programs`` says what a feature is). A
document is tokenised once, its features are looked up once, and what is filed under them is listed or checked. Nothing
is ever rebuilt; what changes is noted and put into effect by the hundred, at the latest before the next look-up. The
rows under which most queries are filed name every feature that they look at, so that they are taken out without a
look at what they ask for.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.query.column import Column, once
from bot.query.document import Document, Spans, View
from bot.query.evaluate import as_spans, matches
from bot.query.filing import Sheet, mentioned, note_mentioned
from bot.query.keys import key_of, keys_of
from bot.query.language import Query
from bot.query.lexicon import Lexicon, special
from bot.query.postings import Postings, doubtful
from bot.query.programs import Program, node_of, program_of
from bot.query.scan import Scan
from bot.query.shelf import Shelf
from bot.query.table import ALWAYS, NEVER, FeatureTable

_MOST_PENDING = 1024
"""Changes that are put into effect at once: four to eight milliseconds for additions, one to two for removals."""

_SAMPLE = 8
"""Every so many documents, it is noted which features were met, so that later queries are filed under rarer ones."""

_MOST_SEEN = 1 << 15

_HEAVIEST = 1 << 32
"""More than there is to do for any feature."""

_ALWAYS = np.array([ALWAYS])


@dataclass(frozen=True, slots=True)
class Hit:
    """A query that matched, and where: spans per field name, code-point offsets into the original field text."""

    query_id: int
    spans: Spans


class QueryIndex:
    """Queries by their features; changed while running. Ids are non-negative, best dense (they are kept by pages)."""

    def __init__(self) -> None:
        self._shelf = Shelf()
        self._fresh: dict[int, Program] = {}
        self._leaving: set[int] = set()
        """What is to be added, and what is to be removed before."""
        self._unfiled: set[int] = set()
        self._table = FeatureTable()
        self._postings = Postings()
        self._lexicon = Lexicon()
        self._special: dict[int, str] = {}
        """By their numbers, the features in use that the lexicon knows."""
        self._present = Column(np.bool_)
        self._present.at[ALWAYS] = True
        self._seen = Column(np.uint16)
        self._documents = 0

    def __len__(self) -> int:
        self.settle()
        return len(self._shelf)

    @property
    def unfiled(self) -> int:
        """How many queries have nothing fixed in them and are tried on every document (some patterns only)."""
        self.settle()
        return len(self._unfiled)

    def add(self, query_id: int, query: Query) -> None:
        """Add a query, or replace the one with this id."""
        self._fresh[query_id] = program_of(query.root)
        if len(self._fresh) >= _MOST_PENDING:
            self.settle()

    def remove(self, query_id: int) -> None:
        """Remove the query with this id, if there is one."""
        self._fresh.pop(query_id, None)
        self._leaving.add(query_id)
        if len(self._leaving) >= _MOST_PENDING:
            self.settle()

    def settle(self) -> None:
        """File what was added since the last time, and take out what was removed: all of it at once.

        Each look-up does so first; done before, it does not wait.
        """
        fresh, leaving = self._fresh, self._leaving
        if fresh or leaving:
            self._fresh, self._leaving = {}, set()
            # What is added again under an id takes the place of what was there.
            ids = np.fromiter(leaving.union(fresh), np.int64)
            ids.sort()
            self._take_out(ids)
            if fresh:
                self._file(fresh)

    def _take_out(self, ids: NDArray[np.int64]) -> None:
        """Take out those of some queries, in order so that memory is walked in order, that are here."""
        places = self._shelf.places(ids)
        if not len(places):
            return
        rows = self._shelf.notes.array.take(places)
        features = self._postings.remove(rows.compress(rows > 0))
        is_partial = rows < 0
        if is_partial.any():
            self._postings.remove(-rows.compress(is_partial))
            names: list[str] = []
            for program in self._shelf.programs(places.compress(is_partial)):
                note_mentioned(program, names)
            features = np.concatenate((features, self._table.numbers(keys_of(names))))
        gone = self._table.leave(features.compress(features > ALWAYS))
        self._shelf.drop(places)
        for number in self._special.keys() & gone.tolist():
            self._lexicon.leave(self._special.pop(number))
        if self._unfiled:
            self._unfiled.difference_update(ids.tolist())

    def _file(self, fresh: Mapping[int, Program]) -> None:
        """File queries; note on the shelf the last row of each, less than zero where rows do not name all features."""
        places = self._shelf.put(fresh)
        sheet = Sheet(self._weight)
        sheet.note(fresh.values())
        numbers = self._enter(sheet.names + sheet.others).astype(np.int64)
        if not sheet.ends:
            return
        totals = np.array(sheet.totals)
        counts = _steps(totals)
        owners = np.fromiter(fresh, np.int64, len(fresh)).repeat(counts)
        owners[sheet.unsure] = doubtful(owners.take(sheet.unsure))
        anchors, guards, bans = self._placed(numbers, np.array(sheet.ends), sheet.banning)
        rows = self._postings.add(owners, anchors, guards, bans)
        self._unfiled.update(doubtful(owners.compress(anchors == ALWAYS)).tolist())
        # A query that can match nothing has no clause.
        notes = rows.take(totals - 1, mode="clip") * (counts > 0)
        notes[sheet.partial] *= -1
        self._shelf.notes.array[places] = notes

    def _placed(
        self, numbers: NDArray[np.int64], ends: NDArray[np.int64], banning: list[int]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return the rarest feature of each clause, the next, and the ban; of what there is not, what changes nothing."""
        sizes = _steps(ends)
        starts = ends - sizes
        numbers = numbers[: ends[-1]]
        weights = self._postings.sizes(numbers) + self._seen.array.take(numbers)
        bans = np.full(len(ends), NEVER)
        if banning:
            last = ends.take(banning) - 1
            bans[banning] = numbers.take(last)
            weights[last] = _HEAVIEST
        order = (np.arange(len(ends)).repeat(sizes) * (2 * _HEAVIEST) + weights).argsort(kind="stable")
        ordered = np.concatenate((numbers.take(order), _ALWAYS))
        sizes[banning] -= 1
        rarest = np.where(sizes > 0, ordered.take(starts), ALWAYS)
        return rarest, np.where(sizes > 1, ordered.take(starts + 1, mode="clip"), ALWAYS), bans

    def _weight(self, feature: str) -> int:
        """Return how much is to do where a text has a feature, and how often texts do, in one number."""
        number = self._table.find(key_of(feature))
        return self._postings.size(number) + int(self._seen.at[number])

    def _enter(self, names: list[str]) -> NDArray[np.int32]:
        """Number features, of which there may be none."""
        if not names:
            return np.zeros(0, np.int32)
        numbers, new = self._table.enter(keys_of(names))
        for column in (self._present, self._seen, self._postings.heads):
            column.reserve(self._table.end)
        self._seen.array[numbers.take(new)] = 0
        for place in special(names, new.tolist()):
            self._special[int(numbers[place])] = names[place]
            self._lexicon.enter(names[place])
        return numbers

    def ids(self, document: Document) -> list[int]:
        """Return the ids of the queries that match a document, in order, each once."""
        if not len(self):
            return []
        scan = Scan(document)
        return self.listed(scan, self._table.find_all(scan.keys(self._lexicon)))

    def number(self, feature: str) -> int:
        """Return the number under which a feature is known here, zero where no query looks at it."""
        self.settle()
        return self._table.find(key_of(feature))

    def listed(self, scan: Scan, numbers: NDArray[np.int32]) -> list[int]:
        """Return the ids of the queries that match a document, in order, given the numbers of its features in use."""
        if self._unfiled:
            numbers = np.append(numbers, np.int32(ALWAYS))
        numbers = once(numbers)
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
        owners = once(owners)
        first = int(owners.searchsorted(0))
        found = owners[first:]
        if first:
            held = [
                query_id
                for query_id in doubtful(owners[:first]).tolist()
                if scan.holds(self._shelf.program(query_id), self._has)
            ]
            if held:
                found = once(np.concatenate((found, held)))
        ids: list[int] = found.tolist()
        return ids

    def _has(self, feature: str) -> bool:
        return bool(self._present.at[self._table.find(key_of(feature))])

    def _sample(self, numbers: NDArray[np.int32]) -> None:
        self._documents += 1
        if self._documents % _SAMPLE:
            return
        self._seen.array[numbers] += 1
        if self._documents % (_SAMPLE * _MOST_SEEN) == 0:
            self._seen.array[:] >>= 1

    def features(self) -> set[str]:
        """Return every feature that a query looks at."""
        self.settle()
        return {feature for program in self._shelf for feature in mentioned(program)}

    def match(self, document: Document) -> list[Hit]:
        """Return the queries that match a document, by id, with the places of their words."""
        view = View(document)
        return [Hit(query_id, self._spans(query_id, view)) for query_id in self.ids(document)]

    def _spans(self, query_id: int, view: View) -> Spans:
        return as_spans(matches(node_of(self._shelf.program(query_id)), view) or [])


def _steps(ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how far each end is from the one before."""
    steps = ends.copy()
    steps[1:] -= ends[:-1]
    return steps
