"""Which reports tell the same story. Pure: what was added decides, and nothing else.

    report | read (terms) | near (inverted index) | signals - vetoes | the best story, or a new one | what is new in it

The same reports added in the same order lead to the same decisions, so a restart that adds the stored reports of the
last hours again changes nothing.
"""

from collections.abc import Sequence
from datetime import timedelta

from bot.model.retention import STORY_LIVES
from bot.pipeline.stories.features import Features, read
from bot.pipeline.stories.nearness import Weighted, score, signals, tied
from bot.pipeline.stories.novelty import new_fact
from bot.pipeline.stories.report import Decision, Key, Report
from bot.pipeline.stories.vetoes import veto
from bot.pipeline.stories.window import Held, Weights, Window

SPAN = STORY_LIVES
"""How long a story is open to further reports."""

THRESHOLD = 0.75
_ANCHOR_SHARE = 0.3
_STORIES = 5
_MEMBERS = 4


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
        weights = self._window.weights(features.language)
        best, reason = self._best(features, weights)
        if best is None or best[0] < self._threshold:
            if held := self._tied(features):
                title = held.features.report.title
                return Decision(
                    held.story, update=False, score=self._threshold, why=f"Its topics tie it to {title!r}."
                )
            reached = best[0] if best else 0.0
            return Decision(None, update=False, score=reached, why=f"A story of its own: {reason}.")
        told = [held.features for held in self._window.of_story(best[1])]
        fact = new_fact(features, told, weights)
        why = f"The same event as {told[0].report.title!r}" + (f", with {fact}." if fact else ".")
        return Decision(best[1], update=fact is not None, score=best[0], why=why)

    def add(self, report: Report, story: Key) -> None:
        """Hold a report as one of a story; reports come in the order in which they were decided."""
        self._window.add(self._features(report), story)
        self._read = None

    def remove(self, report: Report) -> None:
        """Let go of a report that was held, as if it had never been added."""
        self._window.remove(report)

    def reports_of(self, story: Key) -> list[Report]:
        """Return the held reports of a story in the order in which they were added."""
        return [held.features.report for held in self._window.of_story(story)]

    def _features(self, report: Report) -> Features:
        if self._read is None or self._read[0] is not report:
            self._read = (report, read(report))
        return self._read[1]

    def _weighted(self, features: Features, weights: Weights) -> Weighted:
        return Weighted.of(features, weights, self._window.furniture(features.report.source))

    def _best(self, features: Features, weights: Weights) -> tuple[tuple[float, Key] | None, str]:
        """Return how near the nearest story is that nothing forbids, and why there is none near enough."""
        near: dict[Key, list[Held]] = {}
        for held in self._window.near(features, weights):
            near.setdefault(held.story, []).append(held)
        new = self._weighted(features, weights)
        best: tuple[float, Key] | None = None
        refused = ""
        for story in list(near)[:_STORIES]:
            first = next(
                held for held in self._window.of_story(story) if held.features.language == features.language
            )
            others = [held for held in near[story] if held is not first][:_MEMBERS]
            reached = self._nearness(new, first, others, weights)
            if best is not None and reached <= best[0]:
                continue
            # Few stories are near enough, and to look for what forbids one costs more than to see how near it is.
            why = self._veto(features, (first, *others)) if reached >= self._threshold else None
            if why is None:
                best = (reached, story)
            refused = refused or why or ""
        return best, refused or ("not near enough to any story" if near else "nothing near")

    @staticmethod
    def _veto(features: Features, members: Sequence[Held]) -> str | None:
        return next((why for held in members if (why := veto(features, held.features))), None)

    def _tied(self, features: Features) -> Held | None:
        """Return the report in another language that topics tie this one to."""
        return next((held for held in self._window.tied(features) if tied(features, held.features)), None)

    def _nearness(self, new: Weighted, first: Held, others: Sequence[Held], weights: Weights) -> float:
        """Return how near a story is, from 0 to 1.

        Its first report counts beside the nearest, so that a story does not drift from one event to another.
        """
        anchor, *sure = (
            score(signals(new, self._weighted(held.features, weights))) for held in (first, *others)
        )
        return _ANCHOR_SHARE * anchor + (1 - _ANCHOR_SHARE) * max([anchor, *sure])
