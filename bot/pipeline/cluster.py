"""Which reports tell the same story. Pure: what was added decides, and nothing else.

    report | read (terms) | near (inverted index) | signals - vetoes | the best story, or a new one | what is new in it

The same reports added in the same order lead to the same decisions, so a restart that adds the stored reports of the
last hours again changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.model.entry import FreshEntry
from bot.pipeline.stories.features import Features, read
from bot.pipeline.stories.nearness import Weighted, score, signals
from bot.pipeline.stories.novelty import new_fact
from bot.pipeline.stories.report import Decision, Key, Report
from bot.pipeline.stories.vetoes import veto
from bot.pipeline.stories.window import Held, Window

SPAN = timedelta(hours=48)
"""How long a story is open to further reports."""

THRESHOLD = 0.75
_ANCHOR_SHARE = 0.3
_STORIES = 5


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


class Clusterer:
    """The reports of the last hours, and where a further one belongs.

    Ask ``decide``, then ``add`` the report to the story that it was given; a report that is not added leaves
    no trace but that time went on.
    """

    def __init__(self, span: timedelta = SPAN, *, threshold: float = THRESHOLD) -> None:
        self._window = Window(span)
        self._threshold = threshold
        self._read: tuple[Report, Features] | None = None

    def __len__(self) -> int:
        """Return how many reports are held."""
        return len(self._window)

    def decide(self, report: Report) -> Decision:
        """Return where a report belongs, and whether it tells something new there."""
        self._window.expire(report.at)
        features = self._features(report)
        new = self._weighted(features)
        best: tuple[float, Key, str] | None = None
        refused = ""
        for story in self._stories_near(features):
            reached, why = self._nearness(new, story)
            if why and not refused:
                refused = why
            if not why and (best is None or reached > best[0]):
                best = (reached, story, why)
        if best is None or best[0] < self._threshold:
            reason = refused or ("nothing near" if best is None else "not near enough to any story")
            return Decision(
                None, update=False, score=best[0] if best else 0.0, why=f"A story of its own: {reason}."
            )
        told = [held.features for held in self._window.of_story(best[1])]
        fact = new_fact(features, told, lambda term: self._window.weight(term, features.language))
        why = f"The same event as {told[0].report.title!r}" + (f", with {fact}." if fact else ".")
        return Decision(best[1], update=fact is not None, score=best[0], why=why)

    def add(self, report: Report, story: Key) -> None:
        """Hold a report as one of a story; reports come in the order in which they were decided."""
        self._window.add(self._features(report), story)
        self._read = None

    def _features(self, report: Report) -> Features:
        if self._read is None or self._read[0] is not report:
            self._read = (report, read(report))
        return self._read[1]

    def _weighted(self, features: Features) -> Weighted:
        def weigh(term: str) -> float:
            if self._window.is_furniture(term, features.report.source):
                return 0.0
            return self._window.weight(term, features.language)

        return Weighted.of(features, weigh)

    def _stories_near(self, features: Features) -> list[Key]:
        """Return the stories of the nearest reports, the nearest first."""
        found = dict.fromkeys(held.story for held in self._window.near(features))
        return list(found)[:_STORIES]

    def _nearness(self, new: Weighted, story: Key) -> tuple[float, str]:
        """Return how near a story is, and what forbids it, empty where nothing does.

        Its first report counts beside the nearest, so that a story does not drift from one event to another.
        """
        held = self._window.of_story(story)
        sure = [self._pair(new, each) for each in held[:1] + held[-_STORIES:]]
        for each in held[:1] + held[-_STORIES:]:
            if why := veto(new.features, each.features):
                return 0.0, why
        return _ANCHOR_SHARE * sure[0] + (1 - _ANCHOR_SHARE) * max(sure), ""

    def _pair(self, new: Weighted, held: Held) -> float:
        return score(signals(new, self._weighted(held.features)))
