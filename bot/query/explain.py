"""Why a query matches a document, or why not: part by part."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.query.document import Document, View
from bot.query.evaluate import Found, leaf_matches, matches
from bot.query.language import Query
from bot.query.nodes import And, Named, Near, Node, Not, Or, Pattern, Term


@dataclass(frozen=True, slots=True)
class Place:
    """Words found in a field: code-point offsets into its original text, and the words as they stand there."""

    field: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a query in canonical form, whether it holds, where it stands, and the parts it is made of."""

    expression: str
    holds: bool
    places: tuple[Place, ...] = ()
    children: tuple["Part", ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole answer."""

    query: Query
    root: Part

    @property
    def matched(self) -> bool:
        """Whether the query matches."""
        return self.root.holds

    @property
    def failed(self) -> tuple[Part, ...]:
        """The smallest parts that kept the query from matching; none where it matched."""
        return () if self.matched else tuple(_failed(self.root))

    def lines(self) -> list[str]:
        """Return a line a part, indented by depth: ``+`` holds, ``-`` does not, then where or why."""
        return list(_lines(self.root, 0))


def explain(query: Query, document: Document) -> Explanation:
    """Tell which part of a query matched where in a document, or which part failed."""
    return Explanation(query, _explain(query.root, View(document)))


def _explain(node: Node, view: View) -> Part:
    match node:
        case And(children=children):
            parts = tuple(_explain(child, view) for child in children)
            return Part(str(node), all(part.holds for part in parts), children=parts)
        case Or(children=children):
            parts = tuple(_explain(child, view) for child in children)
            return Part(str(node), any(part.holds for part in parts), children=parts)
        case Not(child=child):
            found = matches(child, view)
            reason = "" if found is None else "this must not be there"
            return Part(str(node), found is None, _places(found or [], view), reason=reason)
        case _:
            found = leaf_matches(node, view)
            return Part(
                str(node), found is not None, _places(found or [], view), reason=_reason(node, view, found)
            )


def _places(found: Found, view: View) -> tuple[Place, ...]:
    return tuple(
        Place(field, start, end, view.written(field, start, end)) for field, start, end in sorted(set(found))
    )


def _reason(node: Node, view: View, found: Found | None) -> str:
    match node:
        case _ if found is not None:
            return ""
        case Term(exact=exact, field=field) if exact is not None:
            loose = leaf_matches(Term(node.tokens, node.glued, field), view)
            return "only with other letters in upper and lower case" if loose else "not found"
        case Term(tokens=tokens) if len(tokens) > 1:
            return "not found in this order" if _all_present(node, view) else "not found"
        case Near():
            return _why_not_near(node, view)
        case Pattern() | Named():
            return (
                "the pattern fits nowhere" if isinstance(node, Pattern) else "none of its spellings was found"
            )
        case _:
            return "not found"


def _why_not_near(near: Near, view: View) -> str:
    missing = [str(term) for term in near.operands if leaf_matches(term, view) is None]
    return (
        f"not found: {', '.join(missing)}"
        if missing
        else f"found, but not within {near.slop} words of each other"
    )


def _all_present(term: Term, view: View) -> bool:
    return all(leaf_matches(Term((token,), (False,), term.field), view) is not None for token in term.tokens)


def _failed(part: Part) -> Iterator[Part]:
    if part.holds:
        return
    if not part.children:
        yield part
    for child in part.children:
        yield from _failed(child)


def _lines(part: Part, depth: int) -> Iterator[str]:
    where = ", ".join(f"{place.field} {place.start}-{place.end} {place.words!r}" for place in part.places)
    tail = "; ".join(text for text in (where, part.reason) if text)
    yield f"{'  ' * depth}{'+' if part.holds else '-'} {part.expression}" + (f": {tail}" if tail else "")
    for child in part.children:
        yield from _lines(child, depth + 1)
