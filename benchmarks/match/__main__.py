"""``python -m benchmarks.match [--sizes 1000,10000,100000,1000000] [--entries 200] [--alone]``.

Each size runs in a process of its own, so that memory is its own. The peers come with ``pip install .[bench]``.
"""

import argparse
import json
import subprocess
import sys
from dataclasses import asdict, fields, replace

from benchmarks.match.engines import engines
from benchmarks.match.measure import GROWN_FROM, Row, rows
from benchmarks.match.workload import Workload

HEAD = (
    f"{'queries':>9} {'engine':<15}{'of them':>9}{'build s':>9}{'B/query':>9}{'median µs':>11}{'p99 µs':>10}"
    f"{'ratio':>7}{'growth':>8}{'add µs':>11}{'remove µs':>11}{'matches':>9}{'wrong':>7}"
)


def show(row: Row) -> None:
    print(
        f"{row.size:>9} {row.engine:<15}{row.queries:>9}{row.build:>9.1f}{row.bytes_each:>9.0f}{row.median:>11.0f}"
        f"{row.p99:>10.0f}{row.median / row.same:>7.2f}{row.median / row.small:>8.2f}"
        f"{row.add:>11.1f}{row.remove:>11.1f}{row.matches:>9.0f}{row.wrong:>7}",
        flush=True,
    )


def child(size: int, count: int, *, alone: bool) -> None:
    for row in rows(size, count, Workload(), alone=alone):
        sys.stdout.write(json.dumps(asdict(replace(row, size=size))) + "\n")
        sys.stdout.flush()


def run(size: int, count: int, *, alone: bool) -> list[Row]:
    command = [sys.executable, "-m", "benchmarks.match", "--child", str(size), "--entries", str(count)]
    command += ["--alone"] if alone else []
    found = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # ourselves
        for line in process.stdout or ():
            found.append(Row(**{field.name: json.loads(line)[field.name] for field in fields(Row)}))
            show(found[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000,1000000")
    parser.add_argument("--entries", type=int, default=200)
    parser.add_argument("--alone", action="store_true", help="Newsbell without its peers")
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.entries, alone=options.alone)
        return
    _, missing = engines(0)
    print(f"not installed: {', '.join(missing)}" if missing else "all peers are installed")
    print(
        "ratio: this engine's median to Newsbell's on the same queries; add and remove contain a rebuild where needed\n"
        f"growth: Newsbell's median to its own with the first {GROWN_FROM:,} of these queries, looked up in turns"
    )
    print(HEAD)
    found = [
        row
        for size in options.sizes.split(",")
        for row in run(int(size), options.entries, alone=options.alone)
    ]
    largest = [row for row in found if row.engine == "newsbell"][-1]
    print(
        f"growth of Newsbell's median from {min(GROWN_FROM, largest.size):,} to {largest.size:,} queries: "
        f"{largest.median / largest.small:.1f} ×"
    )


if __name__ == "__main__":
    main()
