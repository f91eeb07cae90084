"""``python -m benchmarks.poll [--sizes 20,100,500] [--polls 30] [--reader-python PYTHON]``.

What a poll costs when a feed shows one new entry, and how long the event loop waits while a large feed is parsed.
``reader`` runs under any interpreter that has it (``pip install reader`` in an environment of its own).
"""

import argparse
import asyncio
import sys

from benchmarks.poll.lag import lags
from benchmarks.poll.measure import Cost, costs

SIZES = "20,100,500"
HEAD = f"{'entries':>8} {'KB':>7} {'engine':<28}{'CPU ms a poll':>14}{'× Newsbell':>12}"


def show(rows: list[Cost]) -> None:
    for row in rows:
        ratio = row.milliseconds / rows[0].milliseconds
        print(
            f"{row.size:>8} {row.kilobytes:>7} {row.engine:<28}{row.milliseconds:>14.2f}{ratio:>12.1f}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=SIZES, help="entries of the feeds")
    parser.add_argument("--polls", type=int, default=30, help="polls of each feed, one new entry in each")
    parser.add_argument(
        "--reader-python", default=sys.executable, help="an interpreter that can import reader"
    )
    options = parser.parse_args()
    print("One new entry in each poll; CPU time in one process, without the hand-over to a worker.")
    print(HEAD)
    found = []
    for size in map(int, options.sizes.split(",")):
        found.append(costs(size, options.polls, options.reader_python))
        show(found[-1])
        if not any(row.engine.startswith("reader") for row in found[-1]):
            print(f"{'':>8} {'':>7} reader: not measured, {options.reader_python} has no such module")
    growth = found[-1][0].milliseconds / found[0][0].milliseconds
    print(f"growth of Newsbell's cost from {found[0][0].size} to {found[-1][0].size} entries: {growth:.1f} ×")
    result = asyncio.run(lags())
    print(
        f"event loop while a feed of {result.megabytes:.1f} MB is parsed ({result.seconds:.1f} s, {result.ticks} ticks): "
        f"lag p50 {result.median:.1f} ms, p99 {result.p99:.1f} ms, most {result.most:.1f} ms"
    )


if __name__ == "__main__":
    main()
