"""Where a query is filed: under features without which it cannot match, and what is left to check there.

A *clause* is ``(owner, guard, ban, rest, anchors)``. It is filed under its anchors; it holds where the guard (or None)
is present, the ban (or None) is not, and the rest (or None) holds. One anchor (a string) and the guard are parts of the
query by themselves, unless a part of the rest implies them; several anchors (a tuple) only lead to the rest.

A query that is a single feature needs no clause: wherever the feature is found, the query matches.

``owner`` is the query's id, or its complement (``~id``) where the query is filed at several places, so that it may be
found twice.
"""

from collections.abc import Callable, Iterator
from typing import Any

from bot.query.lexicon import EVERYWHERE
from bot.query.nodes import And, Node, Not, Or
from bot.query.programs import ALL, ANY, BAN, HINT, ROW, Program, needs, node_of

Clause = tuple[int, str | None, str | None, Program | None, str | tuple[str, ...]]
Recipe = str | Clause | list[Any]
"""A feature, a clause, or a list of both: all that is kept of a query."""

Weigh = Callable[[str], int]
"""Tells how many texts a feature is expected in, as a number to compare."""


def recipe_of(query_id: int, program: Program, weigh: Weigh) -> Recipe:
    """Choose where to file a program."""
    if isinstance(program, str):
        return program
    if program[0] != ANY:
        clause = _clause(query_id, program, weigh)
        several = isinstance(clause[4], tuple) and len(clause[4]) > 1
        return (~query_id, *clause[1:]) if several else clause
    return [part if isinstance(part, str) else _clause(~query_id, part, weigh) for part in program[1:]]


def _clause(owner: int, program: Program, weigh: Weigh) -> Clause:
    parts = list(program[1:]) if program[0] == ALL else [program]
    needed = {one for part in parts for one in needs(part)}
    if not needed:
        return owner, None, None, program, _anchors(parts, weigh) or (EVERYWHERE,)
    anchor, guard = _two_rarest(needed, weigh)
    if any(part[0] == ROW and guard in needs(part) for part in parts):
        guard = None
    implied = {one for part in parts if not isinstance(part, str) for one in needs(part)}
    rest = [part for part in parts if part in implied or part not in (anchor, guard)]
    ban = next((part[1] for part in rest if part[0] == BAN and isinstance(part[1], str)), None)
    rest = [part for part in rest if part != (BAN, ban)]
    left = None if not rest else rest[0] if len(rest) == 1 else (ALL, *rest)
    return owner, guard, ban, left, anchor


def _two_rarest(features: set[str], weigh: Weigh) -> tuple[str, str | None]:
    if len(features) == 1:
        return next(iter(features)), None
    first, second, *_ = sorted(features, key=lambda one: (weigh(one), one))
    return first, second


def _anchors(parts: list[Program], weigh: Weigh) -> tuple[str, ...] | None:
    """Return features one of which is there whenever all parts hold, the least frequent set; None where unknown."""
    sets = [found for part in parts if (found := _alternatives(part, weigh)) is not None]
    return min(sets, key=lambda found: sum(map(weigh, found)), default=None)


def _alternatives(part: Program, weigh: Weigh) -> tuple[str, ...] | None:
    needed = needs(part)
    if needed:
        return (min(needed, key=weigh),)
    if part[0] == HINT:
        return tuple(map(str, part[1:]))
    if part[0] == ALL:
        return _anchors(list(part[1:]), weigh)
    if part[0] != ANY:
        return None
    each = [_alternatives(one, weigh) for one in part[1:]]
    if any(one is None for one in each):
        return None
    return tuple(dict.fromkeys(feature for one in each if one for feature in one))


def filed(recipe: Recipe) -> Iterator[tuple[str, Clause | None]]:
    """Yield each feature that a recipe is filed under, with the clause to check there."""
    if isinstance(recipe, str):
        yield recipe, None
    elif isinstance(recipe, tuple):
        anchors = recipe[4]
        for anchor in (anchors,) if isinstance(anchors, str) else anchors:
            yield anchor, recipe
    else:
        for part in recipe:
            yield from filed(part)


def mentioned(recipe: Recipe) -> Iterator[str]:
    """Yield every feature that a recipe looks at, as often as it does."""
    if isinstance(recipe, str):
        yield recipe
    elif isinstance(recipe, list):
        for part in recipe:
            yield from mentioned(part)
    else:
        _, guard, ban, rest, anchors = recipe
        yield from (anchors,) if isinstance(anchors, str) else anchors
        yield from (one for one in (guard, ban) if one is not None)
        if rest is not None:
            yield from _within(rest)


def _within(program: Program) -> Iterator[str]:
    if isinstance(program, str):
        yield program
    elif program[0] in (ALL, ANY, BAN, HINT):
        for part in program[1:]:
            yield from _within(part)
    else:
        yield from needs(program)


def tree_of(recipe: Recipe) -> Node:
    """Return the tree of a filed query."""
    if isinstance(recipe, list):
        return Or(tuple(map(tree_of, recipe)))
    if isinstance(recipe, str):
        return node_of(recipe)
    _, guard, ban, rest, anchors = recipe
    parts: list[Node] = []
    if isinstance(anchors, str):
        listed = [] if rest is None else list(rest[1:]) if rest[0] == ALL else [rest]
        implied = {one for part in listed if not isinstance(part, str) for one in needs(part)}
        parts.extend(node_of(one) for one in (anchors, guard) if one is not None and one not in implied)
    if rest is not None:
        parts.append(node_of(rest))
    if ban is not None:
        parts.append(Not(node_of(ban)))
    return parts[0] if len(parts) == 1 else And(tuple(parts))
