"""``python -m benchmarks.crash [--kills 200] [--deliveries 5000] [--destinations 200] [--seed 1]``: nothing gets lost.

The program runs as a process between stand-ins of Telegram and Discord and is ended by SIGKILL at random moments of
its start and of its sending. Afterwards what arrived is compared with what was written to the outbox.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from benchmarks.crash.report import lines, shown
from benchmarks.crash.run import CrashRun, Plan


def main() -> None:
    """Run it, print the table, and end with 1 where a line is not met."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--deliveries", type=int, default=5000)
    parser.add_argument("--destinations", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    plan = Plan(options.kills, options.deliveries, options.destinations, options.seed)
    with tempfile.TemporaryDirectory(prefix="newsbell-crash-") as folder:
        result = asyncio.run(CrashRun(plan, Path(folder)).run())
    print(shown(result))
    sys.exit(0 if all(line.met for line in lines(result)) else 1)


if __name__ == "__main__":
    main()
