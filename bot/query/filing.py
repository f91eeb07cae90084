"""Where a query is filed: under features without which it cannot match, and what is left to check there."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import prod

from bot.query.lexicon import EVERYWHERE
from bot.query.programs import ALL, ANY, BAN, HINT, Program, needs

Weigh = Callable[[str], int]
"""Tells how many texts a feature is expected in, as a number to compare."""

Clause = tuple[str, str | None, str | None, bool]
"""Anchor, guard, ban, unsure: filed under its anchor; holds where the guard is there, too, and the ban is not; the whole
query is to be checked where it is unsure."""

_MOST_CONJUNCTIONS = 4
"""Alternatives inside a conjunction are multiplied out while they are no more than this many."""

_SURE = 2
"""Features that a clause checks by itself."""


def clauses_of(program: Program, weigh: Weigh) -> list[Clause]:
    """Choose where to file a program: it can only hold where one of its clauses does."""
    if isinstance(program, str):
        return [(program, None, None, False)]
    kind, *parts = program
    if kind == ANY:
        return [clause for part in parts for clause in clauses_of(part, weigh)]
    if kind != ALL:
        return _clauses([program], weigh)
    choices = [part[1:] if _is_choice(part) else (part,) for part in parts]
    if not 1 < prod(map(len, choices)) <= _MOST_CONJUNCTIONS:
        return _clauses(parts, weigh)
    return [clause for chosen in product(*choices) for clause in _clauses(chosen, weigh)]


def _is_choice(part: Program) -> bool:
    return part[0] == ANY and all(isinstance(one, str) for one in part[1:])


def _clauses(parts: Sequence[Program], weigh: Weigh) -> list[Clause]:
    """File a conjunction."""
    words = [part for part in parts if isinstance(part, str)]
    ban: str | None = None
    needed = words
    unsure = len(words) > _SURE
    if len(words) < len(parts):
        bans = [part[1] for part in parts if part[0] == BAN and isinstance(part[1], str)]
        ban = bans[0] if bans else None
        needed = words + [one for part in parts if not isinstance(part, str) for one in needs(part)]
        unsure = unsure or len(words) + len(bans[:1]) < len(parts)
    if not needed:
        return [(anchor, None, None, True) for anchor in _anchors(parts, weigh) or (EVERYWHERE,)]
    anchor, guard = _two_rarest(needed, weigh)
    return [(anchor, guard, ban, unsure)]


def _two_rarest(features: list[str], weigh: Weigh) -> tuple[str, str | None]:
    if len(features) == 1:
        return features[0], None
    if len(features) == _SURE:
        first, second = features
        return (first, second) if weigh(first) <= weigh(second) else (second, first)
    first, second, *_ = sorted(features, key=weigh)
    return first, second


def _anchors(parts: Sequence[Program], weigh: Weigh) -> tuple[str, ...] | None:
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
        return _anchors(part[1:], weigh)
    if part[0] != ANY:
        return None
    each = [_alternatives(one, weigh) for one in part[1:]]
    if any(one is None for one in each):
        return None
    return tuple(dict.fromkeys(feature for one in each if one for feature in one))


def mentioned(program: Program) -> Iterator[str]:
    """Yield every feature that a program looks at, as often as it does."""
    if isinstance(program, str):
        yield program
    elif program[0] in (ALL, ANY, BAN, HINT):
        for part in program[1:]:
            yield from mentioned(part)
    else:
        yield from needs(program)
