"""One query, one document."""

from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import assert_never

from bot.query.document import TEXT_FIELDS, Document, Spans, View
from bot.query.language import Query
from bot.query.nodes import And, Language, Leaf, Link, Named, Near, Node, Not, Or, Pattern, Term
from bot.query.patterns import fits, occurrences
from bot.query.places import near_spans, term_spans
from bot.query.text import Analysis

Span = tuple[int, int]
Found = list[tuple[str, int, int]]
"""Field names with spans."""


def evaluate(query: Query, document: Document) -> Spans | None:
    """Return where a query matches a document, None where it does not."""
    return evaluate_view(query.root, View(document))


def evaluate_view(node: Node, view: View) -> Spans | None:
    """As ``evaluate``, for a document that is already being looked at."""
    found = matches(node, view)
    return None if found is None else as_spans(found)


def standing(query: Query, text: str) -> tuple[Span, ...]:
    """Return where words that a query looks for stand in a text, sorted, whether or not the query as a whole matches.

    For texts that tell more, or less, than what the query matched. What must not be there is passed over.
    """
    view = _read(text)
    spans = as_spans([("summary", start, end) for _, start, end in _standing(query.root, view)])
    return spans.get("summary", ())


@lru_cache(maxsize=16)
def _read(text: str) -> View:
    """Return a text as queries see it; many of them often look at the same one."""
    return View(Document(title=text, summary=text))


def _standing(node: Node, view: View) -> Found:
    match node:
        case Not():
            return []
        case And(children=children) | Or(children=children):
            return [place for child in children for place in _standing(child, view)]
        case _:
            return leaf_matches(node, view) or []


def as_spans(found: Found) -> Spans:
    """Sort spans by field and join those that overlap."""
    by_field: dict[str, list[tuple[int, int]]] = {}
    for name, start, end in sorted(found):
        spans = by_field.setdefault(name, [])
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return {name: tuple(spans) for name, spans in by_field.items()}


def matches(node: Node, view: View) -> Found | None:
    """Return what of a node was found, None where it does not hold."""
    match node:
        case Not(child=child):
            return [] if matches(child, view) is None else None
        case And(children=children):
            return _all(children, view)
        case Or(children=children):
            return _any(children, view)
        case _:
            return leaf_matches(node, view)


def _all(children: Iterable[Node], view: View) -> Found | None:
    found: Found = []
    for child in children:
        one = matches(child, view)
        if one is None:
            return None
        found.extend(one)
    return found


def _any(children: Iterable[Node], view: View) -> Found | None:
    parts = [one for child in children if (one := matches(child, view)) is not None]
    return [span for part in parts for span in part] if parts else None


def leaf_matches(leaf: Leaf, view: View) -> Found | None:
    """Return where a leaf stands, None where it does not."""
    match leaf:
        case Term():
            return _searched(leaf.field, view, partial(term_spans, leaf))
        case Near():
            return _searched(leaf.operands[0].field, view, partial(near_spans, leaf))
        case Pattern():
            return _pattern(leaf, view)
        case Language(tag=tag):
            return [] if view.speaks(tag) else None
        case Link(host=host, path=path):
            return [] if view.links_to(host, path) else None
        case Named(spellings=spellings):
            return matches(spellings, view)
        case _:
            assert_never(leaf)


def _fields(field: str | None) -> tuple[str, ...]:
    return TEXT_FIELDS if field is None else (field,)


def _searched(field: str | None, view: View, spans: Callable[[Analysis], Iterable[Span]]) -> Found | None:
    found = [
        (name, base + start, base + end)
        for name in _fields(field)
        for base, text in view.placed(name)
        for start, end in spans(text)
    ]
    return found or None


def pattern_fits(pattern: Pattern, view: View) -> bool:
    """Tell whether a pattern fits somewhere, without looking for all places."""
    return any(
        fits(pattern.source, text) for name in _fields(pattern.field) for _, text in view.searchable(name)
    )


def _pattern(pattern: Pattern, view: View) -> Found | None:
    found = [
        (name, base + start, base + end)
        for name in _fields(pattern.field)
        for base, text in view.searchable(name)
        for start, end in occurrences(pattern.source, text)
    ]
    return found or None
