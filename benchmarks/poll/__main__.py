"""``python -m benchmarks.poll [--parts news,rounds,lag,memory] [--reader-python PYTHON] …``: the cost of a poll.

news    CPU time of parsing when a feed shows one new entry, next to plain feedparser and reader
rounds  CPU time of whole polls over many feeds of which few have news, next to bare requests and reader
lag     how long the event loop waits while a large feed is parsed
memory  what a polled feed leaves behind in memory

``reader`` runs under any interpreter that has it (``pip install reader`` in an environment of its own).
"""

import argparse
import sys

import uvloop

from benchmarks.poll.lag import lags
from benchmarks.poll.measure import Cost, costs
from benchmarks.poll.memory import memory
from benchmarks.poll.quiet import quietly
from benchmarks.poll.rounds import measured

WANTED = {100: 30.0, 500: 80.0}
NO_READER = "reader: not measured, this interpreter has no such module"


def verdict(what: str, value: float, wanted: float, *, most: bool = False) -> None:
    met = value <= wanted if most else value >= wanted
    print(f"  {what}: {value:.2f}, wanted {'<=' if most else '>='} {wanted:g}: {'met' if met else 'NOT MET'}")


def news(options: argparse.Namespace) -> None:
    print("One new entry in each poll: CPU ms of parsing in one process, without the hand-over to a worker")
    print(f"{'entries':>8} {'KB':>7} {'engine':<28}{'CPU ms a poll':>14}{'× Newsbell':>12}")
    own: dict[int, float] = {}
    for size in map(int, options.sizes.split(",")):
        rows = costs(size, options.polls, options.reader_python)
        own[size] = rows[0].milliseconds
        _show(rows)
        if size in WANTED:
            verdict(
                f"feedparser's part at {size} entries",
                rows[1].milliseconds / rows[0].milliseconds,
                WANTED[size],
            )
    verdict(f"growth from {min(own)} to {max(own)} entries", own[max(own)] / own[min(own)], 4, most=True)


def _show(rows: list[Cost]) -> None:
    for row in rows:
        ratio = row.milliseconds / rows[0].milliseconds
        print(
            f"{row.size:>8} {row.kilobytes:>7} {row.engine:<28}{row.milliseconds:>14.2f}{ratio:>12.1f}",
            flush=True,
        )
    if len(rows) == 2:
        print(f"{'':>17}{NO_READER}")


def rounds(options: argparse.Namespace) -> None:
    print(
        f"\nRounds over {options.feeds} feeds on {options.hosts} hosts: 75 % answer 304, 20 % the same body, 5 % news"
    )
    found = measured(options.feeds, options.hosts, options.turns, options.reader_python)
    print(f"{'engine':<16}{'polls/s a core':>15}{'CPU µs a poll':>15}{'wall s':>8}")
    for engine, each in found.items():
        print(f"{engine:<16}{each.rate:>15.0f}{each.cpu / each.polls * 1e6:>15.0f}{each.wall:>8.2f}")
    for peer in ("bare aiohttp", "same on uvloop"):
        verdict(f"part of {peer}", found["Newsbell"].rate / found[peer].rate, 0.6)
    if "reader" in found:
        verdict("times reader", found["Newsbell"].rate / found["reader"].rate, 10)
    else:
        print(f"  {NO_READER}")


def lag(_: argparse.Namespace) -> None:
    result = uvloop.run(lags())
    print(
        f"\nEvent loop while a feed of {result.megabytes:.1f} MB is parsed ({result.seconds:.1f} s, {result.ticks} ticks): "
        f"lag p50 {result.median:.1f} ms, most {result.most:.1f} ms"
    )
    verdict("lag p99 in ms", result.p99, 20, most=True)


def left_behind(options: argparse.Namespace) -> None:
    found = memory(options.memory_feeds)
    print(
        f"\nMemory after {found.feeds} feeds polled twice: {found.after / 1e6:.0f} MB, {found.warm / 1e6:.0f} MB of it warm "
        f"before, so {found.each:.0f} bytes a feed; the parser process {found.parser / 1e6:.0f} MB"
    )


PARTS = {"news": news, "rounds": rounds, "lag": lag, "memory": left_behind}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parts", default=",".join(PARTS), help="which parts to run")
    parser.add_argument("--sizes", default="20,100,500", help="news: entries of the feeds")
    parser.add_argument("--polls", type=int, default=20, help="news: polls of each feed")
    parser.add_argument("--feeds", type=int, default=2000, help="rounds: how many feeds")
    parser.add_argument("--hosts", type=int, default=2000, help="rounds: on how many hosts")
    parser.add_argument("--turns", type=int, default=3, help="rounds: how many, of which the cheapest counts")
    parser.add_argument("--memory-feeds", type=int, default=10_000, help="memory: how many feeds")
    parser.add_argument(
        "--reader-python", default=sys.executable, help="an interpreter that can import reader"
    )
    options = parser.parse_args()
    quietly()
    for part in options.parts.split(","):
        PARTS[part](options)


if __name__ == "__main__":
    main()
