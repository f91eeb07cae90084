"""How near two reports are: signals, their weights, and what forbids that they are one."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.pipeline.stories.features import Features
from bot.pipeline.stories.kinds import Kind
from bot.pipeline.stories.terms import extent

_SUMMARY_SHARE = 0.5
_ENOUGH = 4
_HAN = "\u3400"
_DIGITS = 3
_LARGE = 1000
_TOPICS = 2
_TIED_FOR = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Weighted:
    """A report's terms with their weights; ``whole`` has title and summary. Lengths are those of vectors."""

    features: Features
    title: Mapping[str, float]
    whole: Mapping[str, float]
    title_length: float
    whole_length: float

    @classmethod
    def of(cls, features: Features, weights: Mapping[str, float], furniture: frozenset[str]) -> "Weighted":
        """Weigh a report's terms; those that its source writes everywhere weigh nothing."""
        title = {term: weights[term] for term in features.title if term not in furniture}
        whole = {term: _SUMMARY_SHARE * weights[term] for term in features.summary if term not in furniture}
        whole.update(title)
        return cls(features, title, whole, _length(title), _length(whole))


SIGNALS: Mapping[str, float] = {
    "bias": -4.2,
    "title": 0.8,
    "whole": 3.0,
    "cover": 3.0,
    "less": 0.7,
    "evidence": 3.3,
    "numbers": 3.5,
    "conflict": -0.4,
    "strangers": -1.0,
    "elsewhere": -3.2,
    "abroad": -1.6,
    "subjects": -1.0,
    "kinds": -3.6,
    "reaction": -3.3,
    "no_news": -2.0,
    "age": -4.3,
    "same_source": -3.2,
    "plot": 0.9,
    "few": -1.9,
    "letters": 1.1,
    "wide": 0.4,
    "opposed": -1.4,
}


def signals(one: Weighted, other: Weighted) -> dict[str, float]:
    """Return what speaks for and against two reports telling one event, each signal about from 0 to 1."""
    mine, yours = one.features, other.features
    first, second = _cover(one.title, other.whole), _cover(other.title, one.whole)
    shared = sum([min(w, other.whole[term]) for term, w in one.whole.items() if term in other.whole])
    hours = abs((mine.report.at - yours.report.at).total_seconds()) / 3600
    common = mine.numbers & yours.numbers
    return {
        "bias": 1.0,
        "title": _cosine(one.title, other.title, one.title_length * other.title_length),
        "whole": _cosine(one.whole, other.whole, one.whole_length * other.whole_length),
        "cover": (first + second) / 2,
        "less": min(first, second),
        "evidence": 1 - math.exp(-shared / 2.5),
        "numbers": 1 - math.exp(-sum(one.whole.get(term, 0.0) for term in common)),
        "strangers": math.sqrt(_strangers(one, other) * _strangers(other, one)),
        "subjects": float(
            bool(mine.title and yours.title)
            and mine.title[0] not in other.whole
            and yours.title[0] not in one.whole
        ),
        "age": min(1.0, hours / 48),
        **_shared(one, other),
        **_apart(mine, yours),
    }


def _shared(one: Weighted, other: Weighted) -> dict[str, float]:
    """Return how much two reports share besides names, and in how many terms."""
    names = {*one.features.title_names, *other.features.title_names}
    both = [term for term in one.whole if term in other.whole]
    titled = [term for term in both if term in one.title or term in other.title]
    plot = sum([min(one.whole[term], other.whole[term]) for term in titled if term not in names])
    return {
        "plot": 1 - math.exp(-plot / 1.5),
        "few": max(0.0, 1 - extent(titled) / _ENOUGH),
        "letters": _letters(one.features.folded_title, other.features.folded_title),
        "wide": float(one.features.language in {"ja", "zh", "ko"}),
        "opposed": float(one.features.trend * other.features.trend < 0),
    }


def _letters(one: str, other: str) -> float:
    """Return which part of the shorter title's Han characters the other has: abbreviations keep some of them."""
    if one.isascii() or other.isascii():
        return 0.0
    mine, yours = ({letter for letter in title if letter >= _HAN} for title in (one, other))
    return len(mine & yours) / min(len(mine), len(yours)) if mine and yours else 0.0


def _apart(mine: Features, yours: Features) -> dict[str, float]:
    """Return what speaks against two reports whatever their words weigh, each 0 or 1."""
    return {
        "conflict": _differ(mine.title_numbers, yours.title_numbers, mine.numbers, yours.numbers),
        "elsewhere": _differ(mine.localities, yours.localities, mine.all_localities, yours.all_localities),
        "abroad": _differ(mine.countries, yours.countries, mine.all_countries, yours.all_countries),
        "kinds": float(mine.kind != yours.kind),
        "reaction": float(mine.reaction != yours.reaction),
        "no_news": float(mine.kind == yours.kind != Kind.NEWS),
        "same_source": float(mine.report.source == yours.report.source),
    }


def _differ(
    mine: Collection[str], yours: Collection[str], known: frozenset[str], to_you: frozenset[str]
) -> float:
    """Return 1 where both titles have such a thing, and neither report knows any of the other's title."""
    return float(bool(mine and yours) and to_you.isdisjoint(mine) and known.isdisjoint(yours))


def score(found: Mapping[str, float]) -> float:
    """Return how sure it is that two reports tell one event, from 0 to 1."""
    return 1 / (1 + math.exp(-sum([SIGNALS[name] * value for name, value in found.items()])))


def _length(weights: Mapping[str, float]) -> float:
    return math.sqrt(sum([w * w for w in weights.values()]))


def _cosine(one: Mapping[str, float], other: Mapping[str, float], lengths: float) -> float:
    product = sum([weight * other[term] for term, weight in one.items() if term in other])
    return product / lengths if lengths else 0.0


def _cover(title: Mapping[str, float], whole: Mapping[str, float]) -> float:
    """Return how much of a title's weight the other report has."""
    total = sum(title.values())
    return sum([w for term, w in title.items() if term in whole]) / total if total else 0.0


def _strangers(one: Weighted, other: Weighted) -> float:
    """Return which part of a title's names the other report does not know."""
    names = one.features.title_names
    return sum(name not in other.whole for name in names) / len(names) if names else 0.0


def _is_telling(number: str) -> bool:
    """Tell whether a number is no small and no round one, which two events have by chance."""
    value = float(number[1:])
    digits = f"{value:.6e}".partition("e")[0].replace(".", "").rstrip("0")
    return len(digits) >= _DIGITS or (len(digits) > 1 and value >= _LARGE)


def tied(new: Features, known: Features) -> bool:
    """Tell whether reports in two languages are one event: topics tie them, and so does a number that is no small one.

    Names alone tie nothing: the same two people do much on one day.
    """
    topics = new.report.topics & known.report.topics
    titled = {*new.title_numbers, *known.title_numbers}
    numbers = {number for number in new.numbers & known.numbers & titled if _is_telling(number)}
    apart = abs(new.report.at - known.report.at)
    news = new.kind is known.kind is Kind.NEWS
    return news and len(topics) >= _TOPICS and bool(numbers) and apart <= _TIED_FOR
