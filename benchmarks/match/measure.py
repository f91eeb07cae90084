"""One size, all engines: build, memory, time per entry, changes, and whether they agree with an oracle."""

import gc
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median, quantiles

from benchmarks.match.engines import Engine, Literals, Loop, Newsbell, Queries, engines, features
from benchmarks.match.workload import Workload
from bot import heap
from bot.query.document import Document
from bot.query.evaluate import evaluate
from bot.query.filing import mentioned
from bot.query.language import Query, parse
from bot.query.programs import program_of
from bot.query.scan import Scan

_SAMPLE = 300
ROUNDS = 7
_CHANGES = 2000
_WARM = 1500
"""Entries before the measured ones: a daemon meets the same words day after day."""

GROWN_FROM = 10_000
"""Queries that a larger index is compared with: the first of the same stream."""

_PARSED = 200_000
"""Queries after which the parser remembers no more than it does."""


@dataclass(frozen=True, slots=True)
class Row:
    size: int
    engine: str
    queries: int
    build: float
    bytes_each: float
    median: float
    p99: float
    add: float
    remove: float
    matches: float
    wrong: int
    same: float
    """Newsbell's median on exactly the queries of this engine."""

    small: float
    """Newsbell's median with the first ``GROWN_FROM`` queries, taken in turns with its own; not known for peers."""


def resident() -> int:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def rows(size: int, count: int, workload: Workload, *, alone: bool = False) -> Iterator[Row]:
    entries = workload.entries(count, seed=3)
    warm = workload.entries(_WARM, seed=4)
    found, _ = engines(size)
    own = found[0]
    texts = list(workload.texts(size))
    for text in texts[:_PARSED]:
        parse(text)  # what the parser remembers is no part of an index
    Newsbell().build(enumerate(map(parse, texts[:_WARM])))  # nor is what Python takes for its first objects
    # Newsbell is built from a stream, so that its memory is its own; for the others the queries are kept.
    build, used = _built(own, enumerate(map(parse, texts)))
    queries = list(enumerate(map(parse, texts)))
    yield _row(own, workload, queries, entries, warm, (build, used))
    for engine in () if alone else found[1:]:
        chosen = [(number, query) for number, query in queries if engine.expresses(query)]
        yield _row(engine, workload, chosen, entries, warm, _built(engine, chosen))


def _row(
    engine: Engine,
    workload: Workload,
    queries: list[tuple[int, Query]],
    entries: list[Document],
    warm: list[Document],
    built: tuple[float, int],
) -> Row:
    if isinstance(engine, Newsbell):
        (times, results), (small, _) = _timed([engine, _same(queries[:GROWN_FROM])], entries, warm)
        same = times
    else:
        (times, results), (same, _) = _timed([engine, _same(queries)], entries, warm)
        small = [float("nan")]
    wrong = _wrong(results, entries, queries)
    add, remove = _changes(engine, workload, queries, entries[0])
    return Row(
        len(queries), engine.name, len(queries), built[0], built[1] / len(queries), median(times),
        quantiles(times, n=100)[98], add, remove, sum(map(len, results)) / len(results), wrong, median(same),
        median(small),
    )  # fmt: skip


def _same(queries: Queries) -> Newsbell:
    engine = Newsbell()
    engine.build(queries)
    return engine


def _built(engine: Engine, queries: Queries) -> tuple[float, int]:
    before = resident()
    started = time.perf_counter()
    engine.build(queries)
    elapsed = time.perf_counter() - started
    return elapsed, resident() - before


def _timed(
    compared: list[Engine], entries: list[Document], warm: list[Document]
) -> list[tuple[list[float], list[list[int]]]]:
    """Return, for each engine, the time of each entry and what was found.

    They take turns with all entries, and the least of several times counts: whatever else the machine does only adds to it.
    """
    for engine in compared:
        # Newsbell remembers words that it has met; the others remember nothing.
        for entry in warm if isinstance(engine, Newsbell) else warm[:20]:
            engine.match(entry)
    measured = [([float("inf")] * len(entries), [list[int]()] * len(entries)) for _ in compared]
    gc.disable()
    for _ in range(1 if any(isinstance(engine, Loop) for engine in compared) else ROUNDS):
        for engine, (times, results) in zip(compared, measured, strict=True):
            # The other's turn may have left nothing of this one in the processor's caches.
            for entry in entries if not isinstance(engine, Loop) else ():
                engine.match(entry)
            for number, entry in enumerate(entries):
                started = time.perf_counter_ns()
                found = engine.match(entry)
                times[number] = min(times[number], (time.perf_counter_ns() - started) / 1000)
                results[number] = sorted(found)
    gc.enable()
    return measured


def _wrong(results: list[list[int]], entries: list[Document], queries: Queries) -> int:
    """Count queries on which an engine differs from a check of each query by itself, on every few entries."""
    programs = [
        (number, program_of(query.root), query if number % 997 == 0 else None) for number, query in queries
    ]
    prefixes = {one for _, program, _ in programs for one in mentioned(program) if one[-1] == "*"}
    lengths = {len(one) for one in prefixes}
    step = max(1, len(entries) * len(programs) // 6_000_000)
    wrong = 0
    for entry, result in list(zip(entries, results, strict=True))[::step]:
        scan = Scan(entry)
        present = features(scan)
        present |= {f"{word[: length - 1]}*" for word in scan.words for length in lengths} & prefixes
        expected = {number for number, program, _ in programs if scan.holds(program, present.__contains__)}
        wrong += len(expected.symmetric_difference(result))
        sampled = [(number, query) for number, _, query in programs if query is not None][:_SAMPLE]
        wrong += sum(
            (evaluate(query, entry) is not None) != (number in expected) for number, query in sampled
        )
    return wrong


def _changes(engine: Engine, workload: Workload, queries: Queries, entry: Document) -> tuple[float, float]:
    """Return the mean microseconds of adding and of removing a query; a rebuild is part of them where one is needed.

    A look-up after the last change is part of them, too: no change is put off until it is not measured any more. The
    least of several rounds counts, as for entries. Garbage is collected as the daemon has it collected.
    """
    if isinstance(engine, Literals):
        return engine.rebuilding * 1e6, engine.rebuilding * 1e6
    if not isinstance(engine, Newsbell):
        return float("nan"), float("nan")
    heap.settle()
    chance = Random(5)  # noqa: S311  # made-up data
    index = engine.index
    held = dict(queries)
    extra = dict(
        enumerate((query for _, query in Workload(workload.words).queries(_CHANGES, seed=6)), len(held))
    )
    gone = chance.sample(list(held), min(len(held), _CHANGES))
    added, removed = [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for number, query in extra.items():
            index.add(number, query)
        engine.match(entry)
        between = time.perf_counter()
        for number in gone:
            index.remove(number)
        engine.match(entry)
        removed.append(time.perf_counter() - between)
        added.append(between - started)
        for number in extra:
            index.remove(number)
        for number in gone:
            index.add(number, held[number])
        index.settle()  # what was put off here is no part of the next round
    return min(added) / len(extra) * 1e6, min(removed) / len(gone) * 1e6
