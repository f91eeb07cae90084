"""Many queries, one document.

Each query is filed under features without which it cannot match (``bot.query.programs`` says what a feature is). A
document is tokenised once, its features are looked up once, and what is filed under them is listed or checked. Nothing
is ever rebuilt.
"""

from dataclasses import dataclass
from sys import intern

from bot.query.document import Document, Spans, View
from bot.query.evaluate import as_spans, matches
from bot.query.filing import Clause, Recipe, filed, mentioned, recipe_of, tree_of
from bot.query.language import Query
from bot.query.lexicon import EVERYWHERE, Lexicon
from bot.query.postings import Entry, Posting, size
from bot.query.programs import program_of
from bot.query.scan import Scan

_PAGE = 256
_SAMPLE = 8
"""Every so many documents, it is noted which features were met, so that later queries are filed under rarer ones."""

_MOST_SEEN = 50_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A query that matched, and where: spans per field name, code-point offsets into the original field text."""

    query_id: int
    spans: Spans


class QueryIndex:
    """Queries by their features; changed while running. Ids are non-negative, best dense (they are kept in pages)."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._recipes: dict[int, list[Recipe | None]] = {}
        self._lexicon = Lexicon()
        self._length = 0
        self._unfiled = 0
        self._documents = 0
        self._seen: dict[str, int] = {}

    def __len__(self) -> int:
        return self._length

    @property
    def unfiled(self) -> int:
        """How many queries have nothing fixed in them and are tried on every document (some patterns only)."""
        return self._unfiled

    def add(self, query_id: int, query: Query) -> None:
        """Add a query, or replace the one with this id."""
        page = self._recipes.get(query_id // _PAGE)
        if page is None:
            page = self._recipes[query_id // _PAGE] = [None] * _PAGE
        elif page[query_id % _PAGE] is not None:
            self.remove(query_id)
            page = self._recipes.setdefault(query_id // _PAGE, page)
        recipe = recipe_of(query_id, program_of(query.root), self._weight)
        if isinstance(recipe, str):
            recipe = intern(recipe) if " " not in recipe else recipe
        page[query_id % _PAGE] = recipe
        self._length += 1
        for feature in mentioned(recipe):
            self._lexicon.enter(feature)
        for feature, clause in filed(recipe):
            self._file(feature, clause, query_id if recipe is feature else ~query_id)

    def _weight(self, feature: str) -> int:
        return size(self._entries.get(feature)) + self._seen.get(feature, 0)

    def _file(self, feature: str, clause: Clause | None, owner: int) -> None:
        self._unfiled += feature == EVERYWHERE
        entry = self._entries.get(feature)
        if entry is None:
            self._entries[feature] = owner if clause is None else clause
            return
        if not isinstance(entry, Posting):
            entry = self._entries[feature] = _posting_of(entry)
        if clause is None:
            entry.add_owner(owner)
        else:
            entry.add_clause(clause)

    def remove(self, query_id: int) -> None:
        """Remove the query with this id, if there is one."""
        page = self._recipes.get(query_id // _PAGE)
        recipe = page[query_id % _PAGE] if page is not None else None
        if page is None or recipe is None:
            return
        page[query_id % _PAGE] = None
        if not any(page):
            del self._recipes[query_id // _PAGE]
        self._length -= 1
        for feature in mentioned(recipe):
            self._lexicon.leave(feature)
        for feature, clause in filed(recipe):
            self._take_out(feature, clause, query_id if recipe is feature else ~query_id)

    def _take_out(self, feature: str, clause: Clause | None, owner: int) -> None:
        self._unfiled -= feature == EVERYWHERE
        entry = self._entries[feature]
        if isinstance(entry, Posting):
            if clause is None:
                entry.remove_owner(owner)
            else:
                entry.remove_clause(clause)
            if not entry.empty:
                return
        del self._entries[feature]
        self._seen.pop(feature, None)

    def ids(self, document: Document) -> list[int]:
        """Return the ids of the queries that match a document, each once, in no order."""
        scan = Scan(document, self._lexicon)
        found = self.listed(scan, scan.present)
        self._sample(scan.present)
        return found

    def listed(self, scan: Scan, present: set[str]) -> list[int]:
        """Return the ids of the queries that match a document whose features are known."""
        found: list[int] = []
        shared: set[int] = set()
        clauses: list[Clause] = []
        for entry in [entry for entry in map(self._entries.get, present) if entry is not None]:
            if isinstance(entry, tuple):
                clauses.append(entry)
            elif isinstance(entry, Posting):
                found += entry.sole
                shared.update(entry.shared)
                clauses += entry.few
                if entry.by_guard is not None:
                    clauses += entry.grouped(present)
            elif entry >= 0:
                found.append(entry)
            else:
                shared.add(~entry)
        self._check(scan, clauses, found, shared)
        found += shared
        return found

    @staticmethod
    def _check(scan: Scan, clauses: list[Clause], found: list[int], shared: set[int]) -> None:
        present, holds = scan.present, scan.holds
        for owner, guard, ban, rest, _ in clauses:
            if guard is not None and guard not in present:
                continue
            if ban is not None and ban in present:
                continue
            if rest is not None and (~owner in shared or not holds(rest)):
                continue
            if owner >= 0:
                found.append(owner)
            else:
                shared.add(~owner)

    def _sample(self, present: set[str]) -> None:
        self._documents += 1
        if self._documents % _SAMPLE:
            return
        if len(self._seen) > _MOST_SEEN:
            self._seen = {feature: count // 2 for feature, count in self._seen.items() if count > 1}
        for feature in present & self._entries.keys():
            self._seen[feature] = self._seen.get(feature, 0) + 1

    def features(self) -> set[str]:
        """Return every feature that a query looks at."""
        recipes = (recipe for page in self._recipes.values() for recipe in page if recipe is not None)
        return {feature for recipe in recipes for feature in mentioned(recipe)}

    def match(self, document: Document) -> list[Hit]:
        """Return the queries that match a document, by id, with the places of their words."""
        view = View(document)
        return [Hit(query_id, self._spans(query_id, view)) for query_id in sorted(self.ids(document))]

    def _spans(self, query_id: int, view: View) -> Spans:
        recipe = self._recipes[query_id // _PAGE][query_id % _PAGE]
        found = matches(tree_of(recipe), view) if recipe is not None else None
        return as_spans(found or [])


def _posting_of(entry: int | Clause) -> Posting:
    posting = Posting()
    if isinstance(entry, int):
        posting.add_owner(entry)
    else:
        posting.add_clause(entry)
    return posting
