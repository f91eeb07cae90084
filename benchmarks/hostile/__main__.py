"""``python -m benchmarks.hostile [--random 20000]``: the longest that any query or text can hold up the event loop.

Every query made to take long meets every text made to take long, and as many random pairs as asked for. The table says
for each thing that is done with them which pair took longest, in CPU time; it counts the lesser of two runs.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import product
from random import Random

from bot.query.document import Document
from bot.query.error import QueryError
from bot.query.evaluate import evaluate
from bot.query.explain import explain
from bot.query.index import QueryIndex
from bot.query.language import Query, parse
from tests.unit.query.hostile import HOSTILE_QUERIES, HOSTILE_TEXTS

MOST_MS = 50.0
_SIGNS = 'ab "“()|-－*~=:/\\.&+#$@<>^[]{}?5 ORANDNEAR/tile高台\u3000\u200b\u0301ßİ'
_REPEATS = (1, 3, 400, 40_000)


def pairs(count: int) -> Iterator[tuple[str, str]]:
    yield from product(HOSTILE_QUERIES, HOSTILE_TEXTS)
    chance = Random(7)  # noqa: S311  # made-up data
    for _ in range(count):
        query = "".join(chance.choices(_SIGNS, k=chance.randrange(1, 60)))
        piece = "".join(chance.choices(_SIGNS, k=chance.randrange(1, 30)))
        yield query, piece * chance.choice(_REPEATS)


def spent(work: Callable[[], object]) -> float:
    """Return the CPU milliseconds of a piece of work, once more where the first time was long."""
    least = float("inf")
    for _ in range(2):
        started = time.process_time()
        with suppress(QueryError):
            work()
        least = min(least, (time.process_time() - started) * 1000)
        if least < MOST_MS / 5:
            break
    return least


class Worst:
    """The longest of each kind of work."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[float, str, str]] = {}
        self.over: dict[str, int] = {}

    def note(self, what: str, query: str, text: str, work: Callable[[], object]) -> None:
        took = spent(work)
        self.over[what] = self.over.get(what, 0) + (took > MOST_MS)
        if took >= self.rows.get(what, (0.0, "", ""))[0]:
            self.rows[what] = (took, query, text)


def looked_at(worst: Worst, index: QueryIndex, text: str) -> None:
    document = Document(title=text, summary=text, source=text, authors=(text,) * 60, tags=(text,) * 60)
    worst.note("looked up", "all of them", text, lambda: index.ids(document))


def tried(worst: Worst, query_text: str, query: Query, text: str) -> None:
    document = Document(title=text, summary=text)
    alone = QueryIndex()
    alone.add(0, query)
    worst.note("looked up alone", query_text, text, lambda: alone.ids(document))
    worst.note("matched, with places", query_text, text, lambda: evaluate(query, document))
    worst.note("explained", query_text, text, lambda: explain(query, document))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--random", type=int, default=20_000)
    options = parser.parse_args()
    worst = Worst()
    known: dict[str, Query] = {}
    index = QueryIndex()
    for number, query_text in enumerate(HOSTILE_QUERIES):
        worst.note("parsed", query_text, "", partial(parse, query_text))
        with suppress(QueryError):
            known[query_text] = parse(query_text)
            index.add(number, known[query_text])
    for text in HOSTILE_TEXTS:
        looked_at(worst, index, text)
    count = 0
    for query_text, text in pairs(options.random):
        count += 1
        if query_text not in HOSTILE_QUERIES:
            worst.note("parsed", query_text, "", partial(parse, query_text))
        with suppress(QueryError):
            tried(worst, query_text, known.get(query_text) or parse(query_text), text)
    print(f"{count} pairs of a query and a text; CPU ms of the longest of each kind, {MOST_MS:.0f} allowed")
    print(f"{'what':<22}{'ms':>8}{'over':>6}  query · text")
    for what, (took, query_text, text) in worst.rows.items():
        print(f"{what:<22}{took:>8.1f}{worst.over[what]:>6}  {query_text[:24]!a} · {text[:16]!a}")
    sys.exit(any(worst.over.values()))


if __name__ == "__main__":
    main()
