"""Telling a feed that re-issues everything under new identities from a feed with much news. Pure.

A site that moves gives every entry a new guid and a new link; nothing of it is news. A feed counts as re-issued
where at least 80 % of at least 10 entries look new at once and at least half of those carry titles that the feed
has shown before.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.entry import FreshEntry, ParsedEntry

LEAST_ENTRIES = 10
_FRESH_SHARE = 0.8
_KNOWN_SHARE = 0.5


@dataclass(slots=True)
class Shown:
    """What the stored entries of a feed looked like: their titles, and title and text together."""

    titles: set[str] = field(default_factory=set)
    texts: set[tuple[str, str]] = field(default_factory=set)

    def add(self, entry: ParsedEntry) -> None:
        """Note a stored entry."""
        if title := _folded(entry.title):
            self.titles.add(title)
        if entry.summary:
            self.texts.add((_folded(entry.title), _folded(entry.summary)))


def suspicious(listed: int, fresh: int) -> bool:
    """Tell whether so many of the listed entries are new that the stored ones are worth a look."""
    return listed >= LEAST_ENTRIES and fresh >= listed * _FRESH_SHARE


def reissued(fresh: Sequence[FreshEntry], shown: Shown, last_success: datetime | None) -> frozenset[int]:
    """Return the indices of entries that are old ones under new identities; empty where this is plain news.

    Inside a re-issued feed an entry is old where its text was shown before, where its date lies before the last
    successful poll, or where it has no date and its title was shown before.
    """
    known = sum(_folded(each.entry.title) in shown.titles for each in fresh)
    if not fresh or known < len(fresh) * _KNOWN_SHARE:
        return frozenset()
    return frozenset(_old(enumerate(fresh), shown, last_success))


def _old(
    fresh: Iterable[tuple[int, FreshEntry]], shown: Shown, last_success: datetime | None
) -> Iterable[int]:
    for index, each in fresh:
        entry = each.entry
        title = _folded(entry.title)
        if (title, _folded(entry.summary)) in shown.texts:
            yield index
        elif entry.published is None:
            if title in shown.titles:
                yield index
        elif last_success is not None and entry.published <= last_success:
            yield index


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
