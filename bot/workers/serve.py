"""The other side of the pool: a process that reads documents until its standard input ends."""

import gc
import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from bot.workers.frames import frame, read_frame_here


def serve(work: Callable[..., Any], cpu_seconds: float, memory_mb: int) -> None:
    """Answer each job, a tuple of arguments, with what ``work`` makes of it. ``work`` raises nothing."""
    bound_memory(memory_mb)
    # The modules live as long as the process; looking through them again and again would take time from documents.
    gc.freeze()
    answers = own_output()
    while (request := read_frame_here(sys.stdin.buffer)) is not None:
        job = pickle.loads(request)  # noqa: S301 - written by the process that started this one
        # The default action of SIGPROF ends the process, even inside a regular expression or a C extension.
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        answer = pickle.dumps(work(*job), protocol=pickle.HIGHEST_PROTOCOL)
        signal.setitimer(signal.ITIMER_PROF, 0)
        answers.write(frame(answer))
        answers.flush()


def own_output() -> BinaryIO:
    """Return standard output for frames alone; whatever else is printed from now on goes to standard error."""
    frames = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return frames


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
