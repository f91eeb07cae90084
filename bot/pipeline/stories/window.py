"""The reports of the last hours, filed by their terms; how often each term is met; what became too old."""

import bisect
import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any

from bot.pipeline.stories.features import Features
from bot.pipeline.stories.report import Key, Report
from bot.pipeline.stories.terms import is_pair, stem
from bot.pipeline.stories.words import COMMON

_PRIOR_REPORTS = 3000
_PRIOR_SHARE = 0.01
_PAIR_FACTOR = 0.65
_DIGIT_FACTOR = 0.3
_FURNITURE_REPORTS = 4
_LAST_REPORTS = 12
_TIED = 50
_FURNITURE_SHARE = 0.5
_POSTINGS = 800
_CANDIDATES = 24
_COMMON_TERMS = COMMON | {stem(word) for word in COMMON}


@dataclass(frozen=True, slots=True)
class Held:
    """A report in the window, and the story it belongs to. ``number`` counts what was added."""

    number: int
    features: Features
    story: Key


class Weights(dict[str, float]):
    """How telling each term is, from 0 (in every report) to 1 (never met); found out when it is asked for."""

    def __init__(self, postings: Mapping[str, Sequence[int]], total: int) -> None:
        super().__init__()
        self._postings, self._total, self._log = postings, total, math.log(total)

    def __missing__(self, term: str) -> float:
        """Find a weight out and keep it."""
        met = len(self._postings.get(term, ()))
        if term in _COMMON_TERMS:
            met += int(_PRIOR_REPORTS * _PRIOR_SHARE)
        rarity = math.log(self._total / (1 + met)) / self._log
        weight = self[term] = rarity * rarity * _factor(term)
        return weight


class Window:
    """Reports no older than ``span`` before the newest; the same reports in the same order make the same window."""

    def __init__(self, span: timedelta) -> None:
        self.span = span
        self._added = 0
        self._newest: datetime | None = None
        self._held: dict[int, Held] = {}
        self._ages: list[tuple[datetime, int]] = []
        self._postings: dict[str, dict[str, list[int]]] = defaultdict(dict)
        self._of_source: dict[str, list[int]] = {}
        self._furniture: dict[str, frozenset[str]] = {}
        self._topics: dict[str, list[int]] = {}
        self._languages: Counter[str] = Counter()
        self._stories: dict[Key, list[int]] = {}

    def __len__(self) -> int:
        """Return how many reports are held."""
        return len(self._held)

    def add(self, features: Features, story: Key) -> None:
        """Hold a report, and let go what is too old now."""
        held = Held(self._added, features, story)
        self._added += 1
        self._held[held.number] = held
        heapq.heappush(self._ages, (features.report.at, held.number))
        postings = self._postings[features.language]
        for term in features.all_terms:
            postings.setdefault(term, []).append(held.number)
        for topic in features.report.topics:
            self._topics.setdefault(topic, []).append(held.number)
        self._of_source.setdefault(features.report.source, []).append(held.number)
        self._furniture.pop(features.report.source, None)
        self._languages[features.language] += 1
        self._stories.setdefault(story, []).append(held.number)
        self.expire(features.report.at)

    def expire(self, now: datetime) -> None:
        """Let go the reports that are older than the span before the newest moment that was told of."""
        self._newest = now = max(now, self._newest or now)
        while self._ages and self._ages[0][0] < now - self.span:
            held = self._held.pop(heapq.heappop(self._ages)[1], None)
            if held is not None:
                self._drop(held)

    def remove(self, report: Report) -> None:
        """Let go of the report with this one's id, the last that was added under it."""
        for number, held in reversed(self._held.items()):
            if held.features.report.id == report.id:
                self._drop(self._held.pop(number))
                return

    def _drop(self, held: Held) -> None:
        features = held.features
        postings = self._postings[features.language]
        for term in features.all_terms:
            _remove(postings, term, held.number)
        for topic in features.report.topics:
            _remove(self._topics, topic, held.number)
        _remove(self._of_source, features.report.source, held.number)
        _remove(self._stories, held.story, held.number)
        self._furniture.pop(features.report.source, None)
        self._languages[features.language] -= 1

    def weights(self, language: str) -> Weights:
        """Return how telling terms are as long as nothing is added or let go."""
        return Weights(self._postings[language], _PRIOR_REPORTS + self._languages[language])

    def furniture(self, source: str) -> frozenset[str]:
        """Return the terms that a source writes in most of its last reports: a column's name, an invitation to read on."""
        found = self._furniture.get(source)
        if found is None:
            last = self._of_source.get(source, [])[-_LAST_REPORTS:]
            met = Counter(chain.from_iterable(self._held[number].features.all_terms for number in last))
            least = max(_FURNITURE_REPORTS, _FURNITURE_SHARE * len(last))
            found = self._furniture[source] = frozenset(term for term, times in met.items() if times >= least)
        return found

    def near(self, features: Features, weights: Weights) -> list[Held]:
        """Return the reports of the same language that share the most telling terms, the nearest first.

        The work is bounded: the rarest terms are looked up first, until so many reports were met.
        """
        postings = self._postings[features.language]
        known = [term for term in features.all_terms if term in postings]
        known.sort(key=lambda term: (len(postings[term]), term))
        reached: dict[int, float] = {}
        left = _POSTINGS
        for term in known:
            left -= len(postings[term])
            if left < 0:
                break
            weight = weights[term]
            for number in postings[term]:
                reached[number] = reached.get(number, 0.0) + weight
        least = min(sorted(reached.values(), reverse=True)[:_CANDIDATES], default=0.0)
        best = sorted(
            ((nearness, number) for number, nearness in reached.items() if nearness >= least), reverse=True
        )
        return [self._held[number] for _, number in best[:_CANDIDATES]]

    def of_story(self, story: Key) -> Iterator[Held]:
        """Yield the held reports of a story in the order in which they were added."""
        return (self._held[number] for number in self._stories.get(story, ()))

    def tied(self, features: Features) -> list[Held]:
        """Return the newest reports in other languages that share topics, those that share most of them first."""
        shared = Counter(
            number for topic in features.report.topics for number in self._topics.get(topic, [])[-_TIED:]
        )
        held = sorted(shared, key=lambda number: (-shared[number], -number))
        return [
            self._held[number] for number in held if self._held[number].features.language != features.language
        ]


def _remove(lists: dict[Any, list[int]], name: Any, number: int) -> None:
    """Take a number from an ascending list, and the list away when it is empty."""
    numbers = lists[name]
    del numbers[bisect.bisect_left(numbers, number)]
    if not numbers:
        del lists[name]


@lru_cache(maxsize=50_000)
def _factor(term: str) -> float:
    """Return what a term's form takes from its weight: pairs overlap, and small numbers are everywhere."""
    if term[0] == "#":
        return min(1.0, _DIGIT_FACTOR * sum(character.isdigit() for character in term))
    return _PAIR_FACTOR if is_pair(term) else 1.0
