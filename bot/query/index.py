"""Many queries, one document."""

from dataclasses import dataclass

from bot.query.document import Document, Spans, View
from bot.query.evaluate import evaluate_view
from bot.query.language import Query
from bot.query.nodes import And, Node, Or, Term


@dataclass(frozen=True, slots=True)
class Hit:
    """A query that matched, and where: spans per field name, code-point offsets into the original field text."""

    query_id: int
    spans: Spans


class QueryIndex:
    """Queries filed under the words without which they cannot match; changed while running, never rebuilt."""

    def __init__(self) -> None:
        self._queries: dict[int, Query] = {}
        self._filed: dict[str, set[int]] = {}
        self._others: set[int] = set()

    def __len__(self) -> int:
        return len(self._queries)

    def add(self, query_id: int, query: Query) -> None:
        """Add a query, or replace the one with this id."""
        self.remove(query_id)
        self._queries[query_id] = query
        words = required(query.root)
        if words is None:
            self._others.add(query_id)
        for word in words or ():
            self._filed.setdefault(word, set()).add(query_id)

    def remove(self, query_id: int) -> None:
        """Remove the query with this id, if there is one."""
        query = self._queries.pop(query_id, None)
        if query is None:
            return
        self._others.discard(query_id)
        for word in required(query.root) or ():
            self._filed[word].discard(query_id)
            if not self._filed[word]:
                del self._filed[word]

    def match(self, document: Document) -> list[Hit]:
        """Return the queries that match a document, by id."""
        view = View(document)
        candidates = set(self._others)
        for field in ("title", "summary"):
            for text in view.texts(field):
                for word in text.places.keys() & self._filed.keys():
                    candidates |= self._filed[word]
        return [
            Hit(query_id, spans)
            for query_id in sorted(candidates)
            if (spans := evaluate_view(self._queries[query_id].root, view)) is not None
        ]


def required(node: Node) -> frozenset[str] | None:
    """Return words of which a text must have at least one, None where no such words are known."""
    match node:
        case Term(tokens=tokens, field=None | "title" | "summary", prefix=prefix) if (
            not prefix or len(tokens) > 1
        ):
            return frozenset({max(tokens[:-1] if prefix else tokens, key=len)})
        case And(children=children):
            known = [words for child in children if (words := required(child)) is not None]
            return min(known, key=len, default=None)
        case Or(children=children):
            each = [required(child) for child in children]
            certain = [one for one in each if one is not None]
            return frozenset().union(*certain) if len(certain) == len(each) else None
        case _:
            return None
