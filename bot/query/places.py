"""Where terms stand in an analysed text, as numbers of tokens (first and last)."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from bot.query.nodes import Near, Term
from bot.query.text import Analysis, plain_form

Place = tuple[int, int]

MOST_PLACES = 250
"""Places of a word in one text that are looked at: where it is by itself, in a phrase, or near another."""

MOST_SPANS = 25
"""Places of a term in one text that are reported."""


def term_places(term: Term, text: Analysis) -> Iterator[Place]:
    """Yield where a term stands, in order."""
    length = len(term.tokens)
    if length == 1 and term.exact is None and not term.prefix:
        yield from ((place, place) for place in text.places.get(term.tokens[0], ()))
        return
    for first in _candidates(term, text):
        if 0 <= first <= len(text.forms) - length and _stands_at(term, text, first):
            yield first, first + length - 1


def _candidates(term: Term, text: Analysis) -> list[int]:
    """Return the places where a term could begin, by its least frequent token."""
    whole = term.tokens[:-1] if term.prefix else term.tokens
    if whole:
        offset = min(range(len(whole)), key=lambda number: len(text.places.get(whole[number], ())))
        return [place - offset for place in text.places.get(whole[offset], ())[:MOST_PLACES]]
    return sorted({place for form in _beginning(term.tokens[0], text) for place in text.places[form]})


def _beginning(prefix: str, text: Analysis) -> Iterator[str]:
    forms = text.sorted_forms
    for number in range(bisect_left(forms, prefix), len(forms)):
        if not forms[number].startswith(prefix):
            return
        yield forms[number]


def _stands_at(term: Term, text: Analysis, first: int) -> bool:
    final = len(term.tokens) - 1
    for offset, token in enumerate(term.tokens):
        number = first + offset
        if term.prefix and offset == final:
            if not _begins(token, number, text):
                return False
        elif token not in (text.forms[number], text.plain[number]):
            return False
        if offset and term.glued[offset] and not text.glued[number]:
            return False
    return term.exact is None or all(
        written in _written_forms(text.written(first + offset)) for offset, written in enumerate(term.exact)
    )


def _written_forms(written: str) -> tuple[str, str]:
    return written, plain_form(written)


def _begins(token: str, number: int, text: Analysis) -> bool:
    return text.forms[number].startswith(token) or text.plain[number].startswith(token)


def _all_places(term: Term, text: Analysis) -> tuple[list[Place], list[int]]:
    """Return where a term stands, and where that begins; remembered, for a query often asks more than once."""
    found = text.found.get(term)
    if found is None:
        places = list(islice(term_places(term, text), MOST_PLACES))
        found = text.found[term] = places, [first for first, _ in places]
    return found


def term_spans(term: Term, text: Analysis) -> list[Place]:
    """Return where a term stands in the original, as code point offsets; signs it does not name are left out."""
    return [_span(term, place, text) for place in islice(term_places(term, text), MOST_SPANS)]


def near_spans(near: Near, text: Analysis) -> list[Place]:
    """Return where the terms stand that are near each other, as code point offsets into the original."""
    return [_span(term, place, text) for term, place in near_places(near, text)]


def _span(term: Term, place: Place, text: Analysis) -> Place:
    first, last = place
    return text.span(first, last, begin=term.tokens[0], end=term.tokens[-1])


def near_places(near: Near, text: Analysis) -> list[tuple[Term, Place]]:
    """Return the terms that stand near each other, with their places."""
    operands = _operands(near.operands, text)
    if not all(one.places for one in operands):
        return []
    lengths = sum(len(term.tokens) for term in near.operands)
    lefts = sorted({first for one in operands for first in one.starts})
    found: set[tuple[Place, int]] = set()
    number = 0
    while number < len(lefts) and len(found) < MOST_SPANS:
        window = _window(operands, lefts[number])
        if window is None:
            break
        nearest = max(last for (_, last), _ in window) + 1 - lengths - near.slop
        if lefts[number] >= nearest:
            found.update(window)
            number += 1
        else:
            number = bisect_left(lefts, nearest, lo=number + 1)
    return [(near.operands[kind], place) for place, kind in sorted(found)]


class _Operand(NamedTuple):
    """A term of a NEAR: its places, where they begin, how many equal terms stand before it, the first of these."""

    places: list[Place]
    starts: list[int]
    turn: int
    kind: int


def _operands(terms: Sequence[Term], text: Analysis) -> list[_Operand]:
    operands: list[_Operand] = []
    for number, term in enumerate(terms):
        kind = terms.index(term)
        if kind < number:
            turn = terms[:number].count(term)
            operands.append(operands[kind]._replace(turn=turn))
        else:
            operands.append(_Operand(*_all_places(term, text), 0, kind))
    return operands


def _window(operands: Iterable[_Operand], left: int) -> list[tuple[Place, int]] | None:
    """Return the first place of each operand that begins at ``left`` or later; equal operands take turns."""
    window: list[tuple[Place, int]] = []
    for places, starts, turn, kind in operands:
        at = bisect_left(starts, left) + turn
        if at >= len(starts):
            return None
        window.append((places[at], kind))
    return window
