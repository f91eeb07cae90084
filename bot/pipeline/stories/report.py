"""What the clusterer is given and what it answers."""

from dataclasses import dataclass
from datetime import datetime

Key = int | str
"""What names a story or an entry: a row's number, or an id of the caller's own."""


@dataclass(frozen=True, slots=True)
class Report:
    """An entry the way stories see it.

    ``source`` names the feed. ``at`` is aware UTC: when it was first seen, or published. ``topics`` are names of
    topics that its text mentions, which tie languages together; without them languages are kept apart.
    """

    id: Key
    source: str
    title: str
    at: datetime
    summary: str = ""
    lang: str | None = None
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a report belongs: to ``story``, or to a new one where that is None.

    ``update`` says that it tells a known story's new fact. ``score`` is what the best story reached, from 0 to 1.
    ``why`` is a sentence for people who ask.
    """

    story: Key | None
    update: bool
    score: float
    why: str
