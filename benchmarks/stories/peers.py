"""Simple ways of finding repeats, each a similarity from 0 to 1 and a threshold: an entry joins its nearest one."""

import hashlib
import importlib
import importlib.util
import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.pipeline.stories.report import Report

SPAN = timedelta(hours=48)
BITS = 64
_TOKEN = re.compile(r"[^\W\u3040-\u30ff\u3400-\u9fff]+|[\u3040-\u30ff\u3400-\u9fff]+")

Run = Callable[[Sequence[Report], float], list[str]]
Similarity = Callable[[Report, Report], float]


def tokens(text: str) -> list[str]:
    """Return lower-case words, and pairs of adjacent Japanese or Chinese characters."""
    found: list[str] = []
    for token in _TOKEN.findall(text.lower()):
        if token[0] < "\u3040":
            found.append(token)
        else:
            found.extend(token[at : at + 2] for at in range(max(1, len(token) - 1)))
    return found


def single_link(similarity: Callable[[Sequence[Report]], Similarity]) -> Run:
    """Return a run that puts each entry to the most similar one of its language in the last 48 hours."""

    def run(reports: Sequence[Report], threshold: float) -> list[str]:
        near = similarity(reports)
        stories: list[str] = []
        for at, report in enumerate(reports):
            best, story = -1.0, str(report.id)
            for earlier, known in zip(reports[:at], stories, strict=True):
                if known_language(earlier, report) and report.at - earlier.at <= SPAN:
                    reached = near(earlier, report)
                    if reached > best and reached >= threshold:
                        best, story = reached, known
            stories.append(story)
        return stories

    return run


def known_language(one: Report, other: Report) -> bool:
    return one.lang == other.lang


def exact(_: Sequence[Report]) -> Similarity:
    return lambda one, other: float(one.title.casefold() == other.title.casefold())


def jaccard(reports: Sequence[Report]) -> Similarity:
    sets = {report.id: set(tokens(report.title)) for report in reports}

    def near(one: Report, other: Report) -> float:
        union = sets[one.id] | sets[other.id]
        return len(sets[one.id] & sets[other.id]) / len(union) if union else 0.0

    return near


def simhash(reports: Sequence[Report]) -> Similarity:
    prints = {report.id: _print(tokens(f"{report.title} {report.summary}")) for report in reports}
    return lambda one, other: 1 - (prints[one.id] ^ prints[other.id]).bit_count() / BITS


def _print(words: Sequence[str]) -> int:
    sums = [0] * BITS
    for word in words:
        value = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest())
        for bit in range(BITS):
            sums[bit] += 1 if value >> bit & 1 else -1
    return sum(1 << bit for bit, total in enumerate(sums) if total > 0)


def fuzzy(_: Sequence[Report]) -> Similarity:
    fuzz = importlib.import_module("rapidfuzz.fuzz")
    return lambda one, other: float(fuzz.WRatio(one.title, other.title, processor=str.lower)) / 100


def tfidf(reports: Sequence[Report]) -> Similarity:
    """Weigh by all entries of the stream, which favours this peer: online it would know the earlier ones only."""
    counts = {report.id: Counter(tokens(f"{report.title} {report.summary}")) for report in reports}
    met = Counter(token for found in counts.values() for token in found)
    vectors = {}
    for entry, found in counts.items():
        vector = {token: number * math.log(len(reports) / met[token]) for token, number in found.items()}
        length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
        vectors[entry] = {token: weight / length for token, weight in vector.items()}

    def near(one: Report, other: Report) -> float:
        mine, yours = vectors[one.id], vectors[other.id]
        return sum(weight * yours[token] for token, weight in mine.items() if token in yours)

    return near


PEERS: dict[str, Run] = {
    "exact title": single_link(exact),
    "title Jaccard": single_link(jaccard),
    "simhash": single_link(simhash),
    "rapidfuzz": single_link(fuzzy),
    "TF-IDF single link": single_link(tfidf),
}
MISSING = [name for name in ("rapidfuzz",) if importlib.util.find_spec(name) is None]
"""Peers that are not installed."""
for missing in MISSING:
    del PEERS[missing]
