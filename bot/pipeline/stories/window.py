"""The reports of the last hours, filed by their terms; how often each term is met; what became too old."""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.pipeline.stories.features import Features
from bot.pipeline.stories.report import Key
from bot.pipeline.stories.words import COMMON

_PRIOR_REPORTS = 3000
_PRIOR_SHARE = 0.01
_PAIR = 2
_PAIR_FACTOR = 0.65
_DIGIT_FACTOR = 0.3
_FURNITURE_REPORTS = 4
_FURNITURE_SHARE = 0.5
_POSTINGS = 1500
_CANDIDATES = 24


@dataclass(frozen=True, slots=True)
class Held:
    """A report in the window, and the story it belongs to. ``number`` counts what was added."""

    number: int
    features: Features
    story: Key


class Window:
    """Reports no older than ``span`` before the newest; the same reports in the same order make the same window."""

    def __init__(self, span: timedelta) -> None:
        self.span = span
        self._added = 0
        self._newest: datetime | None = None
        self._held: dict[int, Held] = {}
        self._ages: list[tuple[datetime, int]] = []
        self._postings: dict[str, dict[str, dict[int, None]]] = defaultdict(dict)
        self._of_source: dict[str, Counter[str]] = defaultdict(Counter)
        self._reports_of: Counter[str] = Counter()
        self._languages: Counter[str] = Counter()
        self._stories: dict[Key, dict[int, None]] = {}

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
            postings.setdefault(term, {})[held.number] = None
        self._of_source[features.report.source].update(features.all_terms)
        self._reports_of[features.report.source] += 1
        self._languages[features.language] += 1
        self._stories.setdefault(story, {})[held.number] = None
        self.expire(features.report.at)

    def expire(self, now: datetime) -> None:
        """Let go the reports that are older than the span before the newest moment that was told of."""
        self._newest = now = max(now, self._newest or now)
        while self._ages and self._ages[0][0] < now - self.span:
            self._drop(self._held.pop(heapq.heappop(self._ages)[1]))

    def _drop(self, held: Held) -> None:
        features = held.features
        postings = self._postings[features.language]
        of_source = self._of_source[features.report.source]
        for term in features.all_terms:
            del postings[term][held.number]
            if not postings[term]:
                del postings[term]
            of_source[term] -= 1
            if not of_source[term]:
                del of_source[term]
        self._reports_of[features.report.source] -= 1
        self._languages[features.language] -= 1
        if not self._reports_of[features.report.source]:
            del self._reports_of[features.report.source], self._of_source[features.report.source]
        del self._stories[held.story][held.number]
        if not self._stories[held.story]:
            del self._stories[held.story]

    def weight(self, term: str, language: str) -> float:
        """Return how telling a term is, from 0 (in every report) to 1 (never met)."""
        postings = self._postings[language].get(term)
        met = len(postings) if postings else 0
        if term in COMMON:
            met += int(_PRIOR_REPORTS * _PRIOR_SHARE)
        total = _PRIOR_REPORTS + self._languages[language]
        rarity = math.log(total / (1 + met)) / math.log(total)
        return rarity * rarity * _factor(term)

    def is_furniture(self, term: str, source: str) -> bool:
        """Tell whether a source writes a term in most of its reports: a column's name, an invitation to read on."""
        reports = self._reports_of[source]
        return reports >= _FURNITURE_REPORTS and self._of_source[source][term] >= _FURNITURE_SHARE * reports

    def near(self, features: Features) -> list[Held]:
        """Return the reports of the same language that share the most telling terms, in a fixed order."""
        postings = self._postings[features.language]
        known = [term for term in features.all_terms if term in postings]
        known.sort(key=lambda term: (len(postings[term]), term))
        reached: dict[int, float] = {}
        left = _POSTINGS
        for term in known:
            weight = self.weight(term, features.language)
            for number in postings[term]:
                reached[number] = reached.get(number, 0.0) + weight
            left -= len(postings[term])
            if left < 0:
                break
        best = heapq.nsmallest(_CANDIDATES, reached, key=lambda number: (-reached[number], number))
        return [self._held[number] for number in best]

    def of_story(self, story: Key) -> list[Held]:
        """Return the held reports of a story in the order in which they were added."""
        return [self._held[number] for number in self._stories.get(story, ())]

    def tied(self, topics: Iterable[str], language: str) -> Iterator[Held]:
        """Return the reports in other languages that share a topic, the newest first."""
        wanted = frozenset(topics)
        for held in reversed(self._held.values()):
            if held.features.language != language and wanted & held.features.report.topics:
                yield held


def _factor(term: str) -> float:
    """Return what a term's form takes from its weight: pairs overlap, and small numbers are everywhere."""
    if term[0] == "#":
        return min(1.0, _DIGIT_FACTOR * sum(character.isdigit() for character in term))
    return _PAIR_FACTOR if len(term) == _PAIR and term[0] >= "\u3400" else 1.0
