"""Where a query is filed: under features without which it cannot match, and what is left to check there."""

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from math import prod

from bot.query.lexicon import EVERYWHERE
from bot.query.programs import ALL, ANY, BAN, HINT, Program, needs

Weigh = Callable[[str], int]
"""Tells how many texts a feature is expected in, as a number to compare."""

Clause = tuple[Sequence[str], str | None, bool]
"""Features that it needs, at least one; a ban; unsure. It holds where the two rarest of its features are there and the
ban is not; the whole query is to be checked where it is unsure."""


NOTHING, ANYTHING = -2, -1
"""Places on a sheet of the features that no text has, and that every text has."""


class Sheet:
    """Queries to be filed together: what each looks at, and its clauses."""

    def __init__(self) -> None:
        self.names: list[str] = []
        """Every feature that a query looks at, as often as one does."""
        self.needed: list[int] = []
        """Places in ``names`` of the features that clauses need, one clause after the other."""
        self.ends: list[int] = []
        """Where each clause ends in ``needed``."""
        self.bans: list[int] = []
        """The place in ``names`` of each clause's ban."""
        self.unsure: list[bool] = []
        self.counts: list[int] = []
        """How many clauses each query has."""

    def note(self, programs: Iterable[Program], weigh: Weigh) -> None:
        """Take queries in; those of a simple shape, which most are, the short way."""
        names = self.names
        for program in programs:
            start = len(names)
            if isinstance(program, str):
                names.append(program)
                self._note_one(start, is_unsure=False)
            elif program[0] in _FLAT and {*map(type, program[1:])} == _TEXT:
                names += program[1:]
                if program[0] == ALL:
                    self._note_one(start, is_unsure=len(names) - start > _SURE)
                else:
                    self._note_each(start)
            elif program[0] not in _JOINED and (needed := needs(program)):
                names += needed
                self._note_one(start, is_unsure=True)
            else:
                note_mentioned(program, names)
                self._note_clauses(clauses_of(program, weigh), start)

    def _note_one(self, start: int, *, is_unsure: bool) -> None:
        self.needed += range(start, len(self.names))
        self.ends.append(len(self.needed))
        self.bans.append(NOTHING)
        self.unsure.append(is_unsure)
        self.counts.append(1)

    def _note_each(self, start: int) -> None:
        count = len(self.names) - start
        first = len(self.needed) + 1
        self.needed += range(start, len(self.names))
        self.ends += range(first, first + count)
        self.bans += (NOTHING,) * count
        self.unsure += (False,) * count
        self.counts.append(count)

    def _note_clauses(self, clauses: Sequence[Clause], start: int) -> None:
        for features, ban, is_unsure in clauses:
            self.needed += [self._place(feature, start) for feature in features]
            self.ends.append(len(self.needed))
            self.bans.append(NOTHING if ban is None else self._place(ban, start))
            self.unsure.append(is_unsure)
        self.counts.append(len(clauses))

    def _place(self, feature: str, start: int) -> int:
        return ANYTHING if feature == EVERYWHERE else self.names.index(feature, start)


_MOST_CONJUNCTIONS = 4
"""Alternatives inside a conjunction are multiplied out while they are no more than this many."""

_SURE = 2
"""Features that a clause checks by itself."""

_JOINED = frozenset((ALL, ANY, BAN, HINT))
_FLAT = frozenset((ALL, ANY))
_TEXT = {str}


def clauses_of(program: Program, weigh: Weigh) -> list[Clause]:
    """Say where to file a program: it can only hold where one of its clauses does."""
    if isinstance(program, str):
        return [((program,), None, False)]
    kind = program[0]
    if kind == ANY:
        found: list[Clause] = []
        for part in program[1:]:
            found += clauses_of(part, weigh)
        return found
    if kind == ALL:
        return _of_conjunction(program[1:], weigh)
    needed = needs(program)
    return [(needed, None, True)] if needed else _of_rest([program], weigh)


def _of_conjunction(parts: Sequence[Program], weigh: Weigh) -> list[Clause]:
    words = [part for part in parts if isinstance(part, str)]
    if len(words) == len(parts):
        return [(words, None, len(words) > _SURE)]
    others = [part for part in parts if not isinstance(part, str)]
    if not any(map(_is_choice, others)):
        return _clauses(parts, others, weigh)
    choices = [part[1:] if _is_choice(part) else (part,) for part in parts]
    if prod(map(len, choices)) > _MOST_CONJUNCTIONS:
        return _clauses(parts, others, weigh)
    return [clause for chosen in product(*choices) for clause in _of_conjunction(chosen, weigh)]


def _is_choice(part: Program) -> bool:
    return part[0] == ANY and all(isinstance(one, str) for one in part[1:])


def _clauses(parts: Sequence[Program], others: Sequence[Program], weigh: Weigh) -> list[Clause]:
    """File a conjunction of which some parts are more than features."""
    needed = [part for part in parts if isinstance(part, str)]
    ban = next((part[1] for part in others if part[0] == BAN and isinstance(part[1], str)), None)
    unsure = len(needed) > _SURE or len(others) > (ban is not None)
    for part in others:
        needed += needs(part)
    return [(needed, ban, unsure)] if needed else _of_rest(parts, weigh)


def _of_rest(parts: Sequence[Program], weigh: Weigh) -> list[Clause]:
    return [((anchor,), None, True) for anchor in _anchors(parts, weigh) or (EVERYWHERE,)]


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


def needs_nothing(program: Program) -> bool:
    """Tell whether nothing is known without which a program cannot hold."""
    return any(EVERYWHERE in needed for needed, _, _ in clauses_of(program, lambda _: 0))


def mentioned(program: Program) -> list[str]:
    """Return every feature that a program looks at, as often as it does."""
    found: list[str] = []
    note_mentioned(program, found)
    return found


def note_mentioned(program: Program, found: list[str]) -> None:
    """Append every feature that a program looks at, as often as it does."""
    if isinstance(program, str):
        found.append(program)
    elif program[0] not in _JOINED:
        found += needs(program)
    else:
        for part in program[1:]:
            if isinstance(part, str):
                found.append(part)
            else:
                note_mentioned(part, found)
