"""``python -m benchmarks.pacing [--deliveries 20000] [--destinations 500] [--backlog 10000] [--seed 1]``.

flood  everything is due at once, spread evenly over both platforms: refusals, and the time next to the least possible
quiet  one chat of each platform has a backlog; the others get single messages: the longest wait of one of these

Time is simulated; the platforms enforce their documented limits.
"""

import argparse
import logging
import sys

import structlog

from benchmarks.pacing.run import measured

SLACK = 1.05
LONGEST = 2.0


def main() -> None:
    """Run both parts, print the table, and end with 1 where a line is not met."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--deliveries", type=int, default=20_000)
    parser.add_argument("--destinations", type=int, default=500)
    parser.add_argument("--backlog", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    flood, quiet = measured(options.deliveries, options.destinations, options.backlog, options.seed)
    print(f"flood: {flood.arrived} of {options.deliveries} messages to {options.destinations} destinations")
    lines: list[tuple[str, float, float]] = [
        ("messages that did not arrive", options.deliveries - flood.arrived, 0),
        ("answers of 429 in the flood", flood.refused, 0),
    ]
    print(f"{'':<12}{'seconds':>10}{'least':>10}{'ratio':>8}")
    for name, took in flood.took.items():
        least = flood.least[name]
        print(f"{name:<12}{took:>10.1f}{least:>10.1f}{took / least:>8.3f}")
        lines.append((f"{name}'s time over the least possible", took / least, SLACK))
    print(f"quiet: {quiet.singles} single messages while {quiet.backlog} others still waited at the end")
    lines += [
        ("answers of 429 beside a backlog", quiet.refused, 0),
        ("longest wait of a single message, s", quiet.longest, LONGEST),
    ]
    for what, value, most in lines:
        print(f"  {what}: {value:.6g}, wanted <= {most:g}: {'met' if value <= most else 'NOT MET'}")
    sys.exit(0 if all(value <= most for _, value, most in lines) else 1)


if __name__ == "__main__":
    main()
