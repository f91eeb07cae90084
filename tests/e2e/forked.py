"""The program in a process of its own, forked from one that has imported it: what most of a start takes is done once.

What a start is from the beginning on, ``tests/unit/cli/test_start.py`` sees to.
"""

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from bot.cli import main

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__, "bot.commands.start"])


def begin(
    arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str], log: Path
) -> ForkServerProcess:
    """Start ``newsbell ARGUMENTS`` in a folder, both its outputs appended to a log, in a session of its own."""
    process = _CONTEXT.Process(
        target=_become, args=(tuple(arguments), folder, dict(environment), log), daemon=True
    )
    process.start()
    return process


async def ended(process: ForkServerProcess) -> int:
    """Wait until a process has ended; return its exit code, negative for the signal that ended it."""
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    loop.add_reader(process.sentinel, over.set)
    try:
        await over.wait()
    finally:
        loop.remove_reader(process.sentinel)
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def _become(arguments: tuple[str, ...], folder: Path, environment: dict[str, str], log: Path) -> None:
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        os.dup2(output, number)
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # they are files here
    sys.argv = ["newsbell", *arguments]
    main()
