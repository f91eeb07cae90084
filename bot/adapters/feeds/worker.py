"""The parser process: ``python -m bot.adapters.feeds.worker CPU_SECONDS MEMORY_MB``, frames on standard input and output."""

import os
import pickle
import resource
import signal
import sys
from typing import BinaryIO

from bot.adapters.feeds.frames import frame, read_frame_here
from bot.adapters.feeds.parser import parse_document
from bot.model.entry import ParsedFeed, ParseFailed


def main(cpu_seconds: float, memory_mb: int) -> None:
    """Parse documents until standard input ends."""
    bound_memory(memory_mb)
    answers = own_output()
    while (request := read_frame_here(sys.stdin.buffer)) is not None:
        body, url, headers, known = pickle.loads(request)  # noqa: S301 - written by the process that started this one
        # The default action of SIGPROF ends the process, even inside a regular expression or a C extension.
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        answer = pickle.dumps(parse(body, url, headers, known), protocol=pickle.HIGHEST_PROTOCOL)
        signal.setitimer(signal.ITIMER_PROF, 0)
        answers.write(frame(answer))
        answers.flush()


def own_output() -> BinaryIO:
    """Return standard output for frames alone; whatever else is printed from now on goes to standard error."""
    frames = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return frames


def parse(
    body: bytes, url: str, headers: dict[str, str], known: frozenset[bytes] | None
) -> ParsedFeed | ParseFailed:
    """Parse one document; whatever it provokes is a refusal."""
    try:
        return parse_document(body, url, headers, known)
    except MemoryError:
        return ParseFailed("The document takes more memory to read than a feed may.")
    except RecursionError:
        return ParseFailed("The document is nested more deeply than a feed is.")
    except Exception as error:  # noqa: BLE001 - a document chooses the path through the parsers' code
        return ParseFailed(f"The document cannot be read ({type(error).__name__}).")


def bound_memory(megabytes: int) -> None:
    """Allow this process so much more address space than it holds now."""
    limit = _held() + megabytes * 1024 * 1024
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(
        resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard)
    )


def _held() -> int:
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - a pseudo-file of the kernel
            return int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:  # not Linux: what is resident is the best guess
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
