"""``python -m benchmarks.push [--publications 40] [--listed 50] [--interval 10] [--pause 2] [--seed 1]``: until the alert.

The program runs as a process between stand-ins on loopback: a hub, a site and Telegram. Two feeds publish at the same
random moments; a hub pushes the one, the other is polled at the installation's interval. Measured is the time until
Telegram has the message, from the moment in which the hub begins to post, or the entry stands in the polled feed.
"""

import argparse
import asyncio
import math
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.push.run import POLLED, PUSHED, Plan, PushRun

WANTED = 1000.0


def p95(values: Sequence[float]) -> float:
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def main() -> None:
    """Run it, print the table, and end with 1 where the line is not met."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--publications", type=int, default=40)
    parser.add_argument("--listed", type=int, default=50, help="entries in the pushed document")
    parser.add_argument("--interval", type=int, default=10, help="seconds between polls")
    parser.add_argument("--pause", type=float, default=2.0, help="most seconds between publications")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    plan = Plan(options.publications, options.listed, options.interval, options.pause, options.seed)
    with tempfile.TemporaryDirectory(prefix="newsbell-push-") as folder:
        result = asyncio.run(PushRun(plan, Path(folder)).run())
    print(
        f"From {plan.publications} publications to their alerts, in milliseconds; polls every {plan.interval} s"
    )
    print(f"{'':<24}{'median':>9}{'p95':>9}{'max':>9}{'polls meanwhile':>18}")
    for name, path, seconds in (
        ("pushed by a hub", PUSHED, result.pushed),
        ("polled", POLLED, result.polled),
    ):
        figures = (median(seconds), p95(seconds), max(seconds))
        print(
            f"{name:<24}" + "".join(f"{1000 * each:>9.0f}" for each in figures) + f"{result.asked[path]:>18}"
        )
    worst = 1000 * max(result.pushed)
    print(f"  slowest push in ms: {worst:.0f}, wanted < {WANTED:g}: {'met' if worst < WANTED else 'NOT MET'}")
    sys.exit(0 if worst < WANTED else 1)


if __name__ == "__main__":
    main()
