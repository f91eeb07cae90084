"""What an entry costs while many are held: processor time of a decision, and memory; in a process of its own."""

import random
import resource
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from benchmarks.stories.stream import STREAMS, load
from bot.pipeline.cluster import SPAN, Clusterer
from bot.pipeline.stories.report import Report

FEEDS = 40
ASKED = 400
START = datetime(2026, 1, 2, tzinfo=UTC)
TITLE_WORDS, SUMMARY_WORDS = 9, 28
TITLE_PIECES, SUMMARY_PIECES = 4, 7


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of processor time an entry, decided and added; megabytes that the held ones take."""

    held: int
    median: float
    p99: float
    megabytes: float


def entries(held: int) -> Iterator[Report]:
    """Yield entries without end, ``held`` of them in 48 hours, mixed from the words of the streams.

    Each has a name of its own, so that no two tell one story but by chance, and words are as rare as in real titles.
    """
    chance = random.Random(held)  # noqa: S311 - the same stream each time
    shipped = [each.report for name in STREAMS for each in load(name)]
    words = {
        lang: [
            word for each in shipped if each.lang == lang for word in f"{each.title} {each.summary}".split()
        ]
        for lang in ("en", "ja", "zh")
    }
    for number in count():
        lang = str(chance.choice(shipped).lang)
        title, summary = _texts(chance, lang, words[lang])
        at = START + number * SPAN / held
        yield Report(number, f"https://feed-{number % FEEDS}.example", title, at, summary, lang)


def _texts(chance: random.Random, lang: str, words: list[str]) -> tuple[str, str]:
    if lang == "en":
        syllables = (chance.choice("bcdfglmnprst") + chance.choice("aeiou") for _ in range(3))
        title = " ".join(["".join(syllables).title(), *chance.choices(words, k=TITLE_WORDS)])
        return title, " ".join(chance.choices(words, k=SUMMARY_WORDS))
    name = "".join(chr(chance.randrange(0x4E00, 0x9000)) for _ in range(3))
    title = name + "".join(word[:6] for word in chance.choices(words, k=TITLE_PIECES))
    return title, "".join(word[:12] for word in chance.choices(words, k=SUMMARY_PIECES))


def cost(held: int) -> Cost:
    """Fill a window, then measure further entries while as many leave it as come."""
    stream = entries(held)
    filling = [next(stream) for _ in range(held)]
    asked = [next(stream) for _ in range(ASKED)]
    clusterer = Clusterer(SPAN - timedelta(seconds=1))
    before = _peak()
    for report in filling:
        clusterer.add(report, report.id)
    times = []
    for report in asked:
        started = time.process_time()
        decision = clusterer.decide(report)
        clusterer.add(report, report.id if decision.story is None else decision.story)
        times.append((time.process_time() - started) * 1000)
    return Cost(
        len(clusterer), statistics.median(times), statistics.quantiles(times, n=100)[98], _peak() - before
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
