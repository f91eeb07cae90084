"""What is filed under a feature.

Most features have one query and few have thousands, so an entry is as small as it can be: an owner (an int: the
feature is the whole query; see ``bot.query.filing`` for its sign), a single clause, or a ``Posting`` of several.
"""

from collections.abc import Iterator

from bot.query.filing import Clause

MOST_IN_A_LIST = 16
"""Clauses of a feature that are checked one by one; more are grouped by what is checked first."""

Group = dict[str | None, Clause | list[Clause]]


class Posting:
    """Several queries under one feature.

    ``sole`` are those found here only, ``shared`` those that other features may find, too. ``few`` are clauses;
    when they grow many, they move to ``by_guard``, those without a guard to ``by_ban``.
    """

    __slots__ = ("by_ban", "by_guard", "few", "shared", "sole")

    def __init__(self) -> None:
        self.sole: tuple[int, ...] = ()
        self.shared: tuple[int, ...] | set[int] = ()
        self.few: tuple[Clause, ...] = ()
        self.by_guard: Group | None = None
        self.by_ban: Group | None = None

    def add_owner(self, owner: int) -> None:
        """File a query that the feature is enough for."""
        if owner >= 0:
            self.sole = (*self.sole, owner)
        elif isinstance(self.shared, set):
            self.shared.add(~owner)
        elif len(self.shared) < MOST_IN_A_LIST:
            self.shared = (*self.shared, ~owner)
        else:
            self.shared = {*self.shared, ~owner}

    def add_clause(self, clause: Clause) -> None:
        """File a clause."""
        if self.by_guard is not None and self.by_ban is not None:
            self._group(clause, self.by_guard, self.by_ban)
        elif len(self.few) < MOST_IN_A_LIST:
            self.few = (*self.few, clause)
        else:
            self.by_guard, self.by_ban = {}, {}
            for one in (*self.few, clause):
                self._group(one, self.by_guard, self.by_ban)
            self.few = ()

    @staticmethod
    def _group(clause: Clause, by_guard: Group, by_ban: Group) -> None:
        group, key = (by_ban, clause[2]) if clause[1] is None else (by_guard, clause[1])
        held = group.get(key)
        if held is None:
            group[key] = clause
        elif isinstance(held, list):
            held.append(clause)
        else:
            group[key] = [held, clause]

    def remove_owner(self, owner: int) -> None:
        """Take a query out."""
        if owner >= 0:
            self.sole = tuple(one for one in self.sole if one != owner)
        elif isinstance(self.shared, set):
            self.shared.discard(~owner)
        else:
            self.shared = tuple(one for one in self.shared if one != ~owner)

    def remove_clause(self, clause: Clause) -> None:
        """Take a clause out."""
        group, key = (self.by_ban, clause[2]) if clause[1] is None else (self.by_guard, clause[1])
        if group is None:
            self.few = tuple(one for one in self.few if one is not clause)
            return
        held = group[key]
        if isinstance(held, list):
            held[:] = [one for one in held if one is not clause]
        if held is clause or not held:
            del group[key]

    @property
    def empty(self) -> bool:
        """Whether nothing is left."""
        return not (self.sole or self.shared or self.few or self.by_guard or self.by_ban)

    def grouped(self, present: set[str]) -> Iterator[Clause]:
        """Yield the clauses in groups whose guard is there and whose ban is not."""
        if self.by_guard:
            by_guard = self.by_guard
            for key in by_guard.keys() & present:
                held = by_guard[key]
                yield from held if isinstance(held, list) else (held,)
        if self.by_ban:
            for key, held in self.by_ban.items():
                if key not in present:
                    yield from held if isinstance(held, list) else (held,)


Entry = int | Clause | Posting


def size(entry: Entry | None) -> int:
    """Return how much work an entry makes, roughly."""
    if entry is None:
        return 0
    if not isinstance(entry, Posting):
        return 1
    return (
        len(entry.sole) + len(entry.shared) + len(entry.few) + MOST_IN_A_LIST * (entry.by_guard is not None)
    )
