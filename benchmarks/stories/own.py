"""Newsbell's own run over a stream."""

from collections.abc import Sequence

from bot.pipeline.cluster import Clusterer
from bot.pipeline.stories.report import Report


def newsbell(reports: Sequence[Report], threshold: float) -> list[str]:
    return [story for story, _ in decided(reports, threshold)]


def decided(reports: Sequence[Report], threshold: float) -> list[tuple[str, bool]]:
    """Return the story of each entry, and whether it was taken for an update."""
    clusterer = Clusterer(threshold=threshold)
    found = []
    for report in reports:
        decision = clusterer.decide(report)
        story = report.id if decision.story is None else decision.story
        clusterer.add(report, story)
        found.append((str(story), decision.update))
    return found
