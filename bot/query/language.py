"""From text to Query."""

import re
from dataclasses import dataclass, field

from lark import Lark
from lark.exceptions import UnexpectedEOF, UnexpectedInput, UnexpectedToken, VisitError

from bot.query.builder import MOST_TERMS, Builder, stray
from bot.query.canonical import could_match_anything, joined, leaves_of, normal_form
from bot.query.error import QueryError
from bot.query.grammar import GRAMMAR, OPERATOR_FORMS, describe
from bot.query.nodes import And, Node, Term
from bot.query.topics import Topics

__all__ = ["Query", "QueryError", "parse"]

LONGEST_QUERY = 2000
"""Code points of a query, as typed and in canonical form."""

_PARSER = Lark(
    GRAMMAR,
    parser="lalr",
    lexer="basic",
    lexer_callbacks={
        "UNKNOWN": stray,
        "STRAY_MINUS": stray,
        "OPEN_QUOTE": stray,
        "OPEN_REGEX": stray,
    },
)


_WORDS = re.compile(r"[A-Za-z0-9 ]+")
_PHRASE = re.compile(r'"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*"')
_OPERATORS = frozenset({"AND", "OR", "NOT"})


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed keyword expression. Queries with the same canonical form mean the same and are equal."""

    text: str = field(compare=False)
    canonical: str
    root: Node = field(repr=False, compare=False)

    def __str__(self) -> str:
        return self.canonical


def parse(text: str, *, topics: Topics | None = None) -> Query:
    """Parse a query; raises QueryError for anything that is none. ``topics`` are those ``topic:`` may name."""
    _check_size(text)
    simple = _plain_words(text)
    if simple is not None:
        return Query(text.strip(), str(simple), simple)
    plain = text.translate(OPERATOR_FORMS)
    try:
        tree = _PARSER.parse(plain)
        root = normal_form(Builder(text, topics or Topics.none()).build(tree))
    except UnexpectedInput as unexpected:
        raise _as_query_error(unexpected, text) from None
    except VisitError as wrapped:
        if isinstance(wrapped.orig_exc, QueryError):
            raise wrapped.orig_exc from None
        raise
    if root is None:
        raise QueryError(
            "This query can match no text",
            position=_first_negation(plain),
            expected="something other than the exclusion of what must be there",
        )
    if could_match_anything(root):
        raise QueryError(
            "This query could match every text",
            position=_first_negation(plain),
            expected="at least one thing that must be there, besides what must not",
        )
    canonical = str(root)
    if len(canonical) > LONGEST_QUERY or sum(1 for _ in leaves_of(root)) > MOST_TERMS:
        raise QueryError(
            "The query is too long when written out",
            position=0,
            expected=f"at most {MOST_TERMS} parts and {LONGEST_QUERY} characters",
        )
    return Query(text.strip(), canonical, root)


def _plain_words(text: str) -> Node | None:
    """Read the most frequent queries, plain words and one plain phrase, without the grammar; None for others."""
    if _PHRASE.fullmatch(text):
        words = text.strip('"').lower().split()
        return Term(tuple(words), (False,) * len(words))
    if not _WORDS.fullmatch(text):
        return None
    words = text.split()
    if len(words) > MOST_TERMS or not _OPERATORS.isdisjoint(words):
        return None
    return joined(And, [Term((word.lower(),), (False,)) for word in words])


def _check_size(text: str) -> None:
    if not text.strip():
        raise QueryError(
            "The query is empty", position=0, expected="a word or a phrase", suggestion='"Taiwan Strait"'
        )
    if len(text) > LONGEST_QUERY:
        raise QueryError(
            f"The query has {len(text)} characters",
            position=LONGEST_QUERY,
            expected=f"at most {LONGEST_QUERY}",
        )


def _first_negation(plain: str) -> int:
    places = [plain.find(sign) for sign in ("-", "NOT")]
    return min((place for place in places if place >= 0), default=0)


def _as_query_error(unexpected: UnexpectedInput, text: str) -> QueryError:
    match unexpected:
        case UnexpectedToken(token=token) if token.type != "$END":
            position = token.start_pos or 0
            return QueryError(
                f"{text[position : position + len(token)]!r} cannot stand here",
                position=position,
                expected=describe(unexpected.accepts or unexpected.expected),
            )
        case UnexpectedToken() | UnexpectedEOF():
            return QueryError(
                "The query ends too early",
                position=len(text.rstrip()),
                expected=describe(unexpected.expected),
            )
        case _:
            return QueryError("The query cannot be read", position=0, expected="a word or a phrase")
