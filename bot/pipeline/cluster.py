"""Which of a poll's fresh entries tell the same story. Pure.

In this version every entry is a story of its own; callers already treat a story as a group, whose first entry
speaks for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.entry import FreshEntry


@dataclass(frozen=True, slots=True)
class StoryGroup:
    """The indices of the fresh entries that report one event, the one to be told first."""

    entries: tuple[int, ...]

    @property
    def lead(self) -> int:
        """Return the index of the entry that speaks for the story."""
        return self.entries[0]


def stories(fresh: Sequence[FreshEntry]) -> tuple[StoryGroup, ...]:
    """Return the groups, every index in exactly one of them, in the order of their leads."""
    return tuple(StoryGroup((index,)) for index in range(len(fresh)))
