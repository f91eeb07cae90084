"""Queries boiled down to features: what is filed and checked, small enough to be kept a million times.

A feature is something that a text has or has not, found without looking at queries:

    taiwan          a word                     台湾          two characters that follow one another; also one alone
    taiwan strait   two words in a row         taka*         a word that begins so
    source:nikkei   a word of another field    lang:ja       a language        link:nikkei.com   a host

A program is a feature or a tuple: ``(ALL, parts…)``, ``(ANY, parts…)``, ``(BAN, part)``; ``(ROW, text)``, words or
characters in a row; ``(CLOSE, slop, a, b)``, two words near each other; ``(NODE, node, features…)``, anything else, with
features that it cannot do without; ``(HINT, features…)``, one of which must be there for the part beside it.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise, product
from math import prod
from operator import add
from typing import Any

from bot.query.atoms import required_features
from bot.query.nodes import And, Language, Link, Named, Near, Node, Not, Or, Pattern, Term
from bot.query.text import is_run, plain_form

ALL, ANY, BAN, ROW, CLOSE, NODE, HINT = range(7)

Program = str | tuple[Any, ...]

_PAIR = 2

_MOST_CONJUNCTIONS = 4
"""Alternatives inside a conjunction are multiplied out while they are no more than this many."""


def program_of(node: Node) -> Program:
    """Boil a node down."""
    return _WAYS[type(node)](node)


def _and(node: And) -> Program:
    """Boil down what must all hold; a few alternatives of features are multiplied out, so that each can be filed."""
    parts = [_WAYS[type(child)](child) for child in node.children]
    for part in parts:
        if part[0] == ANY:
            break
    else:
        return (ALL, *parts)
    options = list(map(_options, parts))
    if prod(map(len, options)) > _MOST_CONJUNCTIONS:
        return (ALL, *parts)
    return _any_of([(ALL, *chosen) for chosen in product(*options)])


def _options(part: Program) -> Sequence[Program]:
    is_choice = part[0] == ANY and all(isinstance(one, str) for one in part[1:])
    return part[1:] if is_choice else (part,)


def _or(node: Or) -> Program:
    return _any_of([_WAYS[type(child)](child) for child in node.children])


def _any_of(parts: list[Program]) -> Program:
    """Join alternatives, those inside alternatives among them."""
    unique: dict[Program, None] = {}
    for part in parts:
        if part[0] == ANY:
            unique.update(dict.fromkeys(part[1:]))
        else:
            unique[part] = None
    return parts[0] if len(unique) == 1 else (ANY, *unique)


def _not(node: Not) -> Program:
    return (BAN, program_of(node.child))


def _named(node: Named) -> Program:
    return program_of(node.spellings)


def _language(node: Language) -> Program:
    return f"lang:{node.tag}"


def _link(node: Link) -> Program:
    host = f"link:{node.host}"
    return (NODE, node, host) if node.path else host


def _pattern(pattern: Pattern) -> Program:
    alternatives = required_features(pattern.source) if pattern.field in (None, "title") else [()]
    if len(alternatives) == 1:
        return (NODE, pattern, *_tellers(alternatives[0]))
    if not all(alternatives):
        return (NODE, pattern)
    return (ALL, (HINT, *(features[0] for features in alternatives)), (NODE, pattern))


def _tellers(features: Sequence[str]) -> Sequence[str]:
    """Choose two features, long ones; the first and the last of them, which have the fewest letters in common."""
    longest = max(map(len, features), default=0)
    long = [one for one in features if len(one) == longest]
    return (long[0], long[-1]) if len(long) > 1 else sorted(features, key=len)[-_PAIR:]


def _term(term: Term) -> Program:
    tokens = term.tokens
    if term.field or term.prefix or term.exact is not None:
        return _special_term(term)
    if len(tokens) == 1:
        return tokens[0]
    row = _row(term)
    return (NODE, term, *_features(term)) if row is None else row


def _special_term(term: Term) -> Program:
    if len(term.tokens) > 1 or term.exact is not None or term.field == "title":
        return (NODE, term, *_features(term))
    return feature(term.field, f"{term.tokens[0]}*" if term.prefix else term.tokens[0])


def feature(field: str | None, token: str) -> str:
    """Name a feature of a field."""
    return token if field in (None, "title", "summary") else f"{field}:{token}"


def _row(term: Term) -> Program | None:
    """Return words without signs in a row, or a run, as far as the joined tokens of a text tell."""
    tokens = term.tokens
    run = "".join(tokens)
    if not _is_plain(run):
        if term.glued[1] and is_run(run) and all(term.glued[1:]):
            return run if len(run) == _PAIR else (ROW, run)
        if any(map(_is_no_plain_word, tokens)):
            return None
    joined = " ".join(tokens)
    return joined if len(tokens) == _PAIR else (ROW, f" {joined} ")


def _near(near: Near) -> Program:
    simple = [
        term.tokens[0]
        for term in near.operands
        if term.field is None
        and len(term.tokens) == 1
        and not (term.prefix or term.exact or _is_no_plain_word(term.tokens[0]))
    ]
    if len(simple) == len(near.operands) == _PAIR:
        return (CLOSE, near.slop, *simple)
    return (NODE, near, *(one for term in near.operands for one in _features(term)))


_WAYS: dict[type, Callable[[Any], Program]] = {
    Term: _term,
    And: _and,
    Or: _or,
    Not: _not,
    Named: _named,
    Near: _near,
    Pattern: _pattern,
    Language: _language,
    Link: _link,
}
"""How each kind of node is boiled down; a table, since this is done for every query that comes."""


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isalnum()


def _is_no_plain_word(token: str) -> bool:
    return not _is_plain(token) and (is_run(token) or plain_form(token) != token)


def _features(term: Term) -> tuple[str, ...]:
    """Return features without which a term cannot be found."""
    found = []
    tokens = term.tokens[:-1] if term.prefix else term.tokens
    for number, token in enumerate(tokens):
        found.append(feature(term.field, token))
        if number and term.field in (None, "title"):
            pair = _pair(tokens[number - 1], token, stuck=term.glued[number])
            found.extend([pair] if pair else [])
    if term.prefix:
        found.append(feature(term.field, term.tokens[-1] + "*"))
    return tuple(found)


def _pair(first: str, second: str, *, stuck: bool) -> str | None:
    if stuck:
        return first + second
    if is_run(first) or is_run(second):
        return None
    return f"{plain_form(first)} {plain_form(second)}"


def needs(program: Program) -> tuple[str, ...]:
    """Return the features without which a part cannot hold; none are known of alternatives and bans."""
    if isinstance(program, str):
        return (program,)
    if program[0] == ROW:
        return row_features(program[1])
    return program[2:] if program[0] in (CLOSE, NODE) else ()


def row_features(row: str) -> tuple[str, ...]:
    """Return the pairs that words or characters in a row consist of."""
    if row[0] != " ":
        return tuple(map(add, row, row[1:]))
    return tuple(map(" ".join, pairwise(row.split())))


def node_of(program: Program) -> Node:
    """Return the tree that a program was made from, topics as their spellings."""
    if isinstance(program, str):
        return _feature_node(program)
    kind, *parts = program
    if kind in (ALL, ANY):
        nodes = tuple(node_of(part) for part in parts if part[0] != HINT)
        return nodes[0] if len(nodes) == 1 else And(nodes) if kind == ALL else Or(nodes)
    if kind == BAN:
        return Not(node_of(parts[0]))
    if kind == ROW:
        return _row_node(parts[0])
    if kind == CLOSE:
        return Near(tuple(Term((word,), (False,)) for word in parts[1:]), parts[0])
    node: Node = parts[0]
    return node


def _row_node(row: str) -> Term:
    tokens = tuple(row.split()) if row[0] == " " else tuple(row)
    stuck = row[0] != " "
    return Term(tokens, (False, *[stuck] * (len(tokens) - 1)))


def _feature_node(name: str) -> Node:
    field, colon, rest = name.partition(":")
    if colon and field == "lang":
        return Language(rest)
    if colon and field == "link":
        return Link(rest, "")
    own, text = (field, rest) if colon else (None, name)
    if text.endswith("*"):
        return Term((text[:-1],), (False,), own, prefix=True)
    if is_run(text):
        return Term(tuple(text), (False, *[True] * (len(text) - 1)), own)
    words = tuple(text.split(" "))
    return Term(words, (False,) * len(words), own)
