"""Where queries are filed: under features without which they cannot match, and what is left to check there."""

from collections.abc import Callable, Iterable, Sequence

from bot.query.programs import ALL, ANY, BAN, HINT, Program, needs

Weigh = Callable[[str], int]
"""Tells how many texts a feature is expected in, as a number to compare."""

_SURE = 2
"""Features that a clause checks by itself."""

_JOINED = frozenset((ALL, ANY, BAN, HINT))


class Sheet:
    """Queries to be filed together: what each looks at, and its clauses.

    A clause is a stretch of features. It holds where the two rarest of them are there and its ban, the last of the
    stretch in some, is not. A query can only match where one of its clauses holds; an empty one always does.
    """

    def __init__(self, weigh: Weigh) -> None:
        self._weigh = weigh
        self.names: list[str] = []
        """The features of the clauses, one clause after the other."""
        self.ends: list[int] = []
        """Where each clause ends in ``names``."""
        self.banning: list[int] = []
        """Clauses that end with a ban."""
        self.unsure: list[int] = []
        """Clauses where the whole query is to be checked."""
        self.partial: list[int] = []
        """Queries, numbered in order, that look at more than the features by which their clauses are checked."""
        self.totals: list[int] = []
        """How many clauses there are up to the end of each query."""
        self.others: list[str] = []
        """What queries look at besides; with ``names``, each feature as often as one does."""

    def note(self, programs: Iterable[Program]) -> None:
        """Take queries in."""
        names, ends, totals = self.names, self.ends, self.totals
        for program in programs:
            if isinstance(program, str):
                names.append(program)
                ends.append(len(names))
            else:
                self._note(program)
            totals.append(len(ends))

    def _note(self, program: Program) -> None:
        if program[0] == ALL:
            self._note_conjunction(program[1:])
        elif program[0] == ANY:
            for part in program[1:]:
                if isinstance(part, str):
                    self.names.append(part)
                    self.ends.append(len(self.names))
                else:
                    self._note(part)
        elif needed := needs(program):
            self.names += needed
            if len(needed) > _SURE:
                self._note_partial()
            self._end(is_unsure=True)
        else:
            self._note_rest((program,), mentioned(program))

    def _note_conjunction(self, parts: Sequence[Program]) -> None:
        names = self.names
        start = len(names)
        ban: str | None = None
        is_unsure = False
        others: list[str] = []
        for part in parts:
            if isinstance(part, str):
                names.append(part)
            elif part[0] == BAN and ban is None and isinstance(part[1], str):
                ban = part[1]
            else:
                is_unsure = True
                if part[0] in _JOINED:
                    note_mentioned(part, others)
                else:
                    names += needs(part)
        if start == len(names):
            self._note_rest(parts, others if ban is None else [ban, *others])
            return
        self.others += others
        if others or len(names) - start > _SURE:
            self._note_partial()
            is_unsure = True
        if ban is not None:
            names.append(ban)
            self.banning.append(len(self.ends))
        self._end(is_unsure=is_unsure)

    def _note_rest(self, parts: Sequence[Program], others: list[str]) -> None:
        """File what needs no feature in any case under features one of which it needs."""
        anchors = _anchors(parts, self._weigh)
        for anchor in anchors or ():
            others.remove(anchor)
            self.names.append(anchor)
            self._end(is_unsure=True)
        if not anchors:
            self._end(is_unsure=True)
        if others:
            self._note_partial()
            self.others += others

    def _note_partial(self) -> None:
        self.partial.append(len(self.totals))

    def _end(self, *, is_unsure: bool) -> None:
        if is_unsure:
            self.unsure.append(len(self.ends))
        self.ends.append(len(self.names))


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
