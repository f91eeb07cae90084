"""How right a clustering is: its merges as a reader meets them, pairs, and BCubed (Bagga and Baldwin, 1998)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quality:
    """Precision and recall; of nothing, precision is 1 and recall 0."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def _quality(right: float, given: float, wanted: float) -> Quality:
    return Quality(right / given if given else 1.0, right / wanted if wanted else 0.0)


def merges(found: Sequence[str], labels: Sequence[str]) -> Quality:
    """Judge each entry as it came: was it put to the earlier entries that it belongs to?

    A merge is right when the story's first entry, the one that was told, has the same label.
    """
    first: dict[str, str] = {}
    seen: set[str] = set()
    right = given = wanted = 0
    for story, label in zip(found, labels, strict=True):
        wanted += label in seen
        if story in first:
            given += 1
            right += first[story] == label
        first.setdefault(story, label)
        seen.add(label)
    return _quality(right, given, wanted)


def pairwise(found: Sequence[str], labels: Sequence[str]) -> Quality:
    both = Counter(zip(found, labels, strict=True))
    return _quality(_pairs(both), _pairs(Counter(found)), _pairs(Counter(labels)))


def _pairs(sizes: "Counter[str] | Counter[tuple[str, str]]") -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())


def bcubed(found: Sequence[str], labels: Sequence[str]) -> Quality:
    both = Counter(zip(found, labels, strict=True))
    stories, truths = Counter(found), Counter(labels)
    size = len(labels) or 1
    precision = sum(number * number / stories[story] for (story, _), number in both.items()) / size
    recall = sum(number * number / truths[label] for (_, label), number in both.items()) / size
    return Quality(precision, recall)
