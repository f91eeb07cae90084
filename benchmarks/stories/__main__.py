"""``python -m benchmarks.stories [--streams world,held_out] [--no-cost]``; the peer rapidfuzz comes with ``.[bench]``."""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict

from benchmarks.stories.cost import Cost, cost
from benchmarks.stories.own import decided, newsbell
from benchmarks.stories.peers import MISSING, PEERS
from benchmarks.stories.scores import Quality, bcubed, merges, pairwise
from benchmarks.stories.stream import STREAMS, Labelled, halves, load
from bot.pipeline.cluster import THRESHOLD

WANTED = 0.97
LANGUAGES = ("en", "ja", "zh", "all")
STEPS = [step / 100 for step in range(20, 101, 4)]
SIZES = (2_000, 20_000)

Run = Callable[[Sequence[Labelled]], list[str]]
Judge = Callable[[Sequence[str], Sequence[str]], Quality]


def judged(found: Sequence[str], stream: Sequence[Labelled], lang: str, judge: Judge) -> Quality:
    chosen = [at for at, each in enumerate(stream) if lang in {"all", each.report.lang}]
    return judge([found[at] for at in chosen], [stream[at].label for at in chosen])


def thresholds_for(method: str, stream: Sequence[Labelled]) -> dict[str, float]:
    """Return for each language the threshold that catches most repeats at the wanted precision, else the strictest."""
    best = dict.fromkeys(LANGUAGES[:-1], -1.0)
    chosen = dict.fromkeys(LANGUAGES[:-1], STEPS[-1])
    for step in STEPS:
        found = run(method, stream, step)
        for lang in chosen:
            quality = judged(found, stream, lang, merges)
            if quality.precision >= WANTED and quality.recall > best[lang]:
                best[lang], chosen[lang] = quality.recall, step
    return chosen


def run(method: str, stream: Sequence[Labelled], threshold: float) -> list[str]:
    reports = [each.report for each in stream]
    return newsbell(reports, threshold) if method == "newsbell" else PEERS[method](reports, threshold)


def against_peers(name: str) -> None:
    """Choose thresholds on one half of the stories and judge on the other, both ways, both judged halves together."""
    one, other = halves(load(name))
    print(
        f"\n{name}: the threshold of each language for precision >= {WANTED} chosen on one half of the stories, "
        "judged on the other (merges P/R)"
    )
    print(f"{'method':<20}" + "".join(f"{lang:>15}" for lang in LANGUAGES))
    for method in ("newsbell", *PEERS):
        chosen = [thresholds_for(method, half) for half in (other, one)]
        show(method, both(method, chosen, one, other))
    shipped = dict.fromkeys(LANGUAGES[:-1], THRESHOLD)
    show("newsbell as shipped", both("newsbell", [shipped] * 2, one, other))


def both(
    method: str, thresholds: Sequence[dict[str, float]], one: Sequence[Labelled], other: Sequence[Labelled]
) -> tuple[list[str], list[Labelled]]:
    """Return the stories found in both halves, each language by its own threshold."""
    found: list[str] = []
    for number, half in enumerate((one, other)):
        by_step = {step: run(method, half, step) for step in set(thresholds[number].values())}
        found.extend(
            f"{number}:{by_step[thresholds[number][str(each.report.lang)]][at]}"
            for at, each in enumerate(half)
        )
    return found, [*one, *other]


def show(method: str, result: tuple[list[str], list[Labelled]]) -> None:
    found, stream = result
    cells = [judged(found, stream, lang, merges) for lang in LANGUAGES]
    print(f"{method:<20}" + "".join(f"{f'{cell.precision:.3f}/{cell.recall:.3f}':>15}" for cell in cells))


def whole(name: str) -> None:
    stream = load(name)
    answers = decided([each.report for each in stream], THRESHOLD)
    found = [story for story, _ in answers]
    stories = len({each.label for each in stream})
    print(f"\n{name}: {len(stream)} entries, {stories} stories, the whole stream as shipped")
    print(
        f"{'':<6}" + "".join(f"{head:>24}" for head in ("merges P/R/F1", "pairwise P/R/F1", "BCubed P/R/F1"))
    )
    for lang in LANGUAGES:
        cells = [judged(found, stream, lang, judge) for judge in (merges, pairwise, bcubed)]
        texts = (f"{cell.precision:.3f}/{cell.recall:.3f}/{cell.f1:.3f}" for cell in cells)
        print(f"{lang:<6}" + "".join(f"{text:>24}" for text in texts))
    begun: set[str] = set()
    given = wanted = right = 0
    for each, (story, update) in zip(stream, answers, strict=True):
        if story in begun:
            given, wanted, right = given + update, wanted + each.update, right + (update and each.update)
        begun.add(story)
    labelled = sum(each.update for each in stream)
    print(
        f"updates among the merged: {right} right of {given} given, of {wanted} there "
        f"({labelled} in the stream: one that begins a story of its own is told as news)"
    )


def costs() -> None:
    print("\ncost of an entry, decided and added (processor time)")
    print(f"{'held':>8}{'median ms':>12}{'p99 ms':>10}{'memory MB':>12}")
    found = []
    for size in SIZES:
        command = [sys.executable, "-m", "benchmarks.stories", "--cost", str(size)]
        line = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout  # noqa: S603 - ourselves
        each = Cost(**json.loads(line))
        print(f"{each.held:>8}{each.median:>12.2f}{each.p99:>10.2f}{each.megabytes:>12.1f}")
        found.append(each)
    print(f"growth of the median: {found[-1].median / found[0].median:.2f} ×")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", default=",".join(STREAMS))
    parser.add_argument("--no-cost", action="store_true")
    parser.add_argument("--cost", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.cost:
        print(json.dumps(asdict(cost(options.cost))))
        return
    if MISSING:
        print(f"not installed: {', '.join(MISSING)}")
    for name in options.streams.split(","):
        whole(name)
        against_peers(name)
    if not options.no_cost:
        costs()


if __name__ == "__main__":
    main()
