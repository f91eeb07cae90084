"""Worker processes that can be lost: each takes one document at a time, under a deadline."""

import asyncio
import os
import pickle
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog

from bot.workers.frames import HEAD, frame, length_of, read_result

log = structlog.get_logger()

R = TypeVar("R")
Job = tuple[Any, ...]
_WALL_FACTOR = 6.0
_WALL_EXTRA = 20.0
_READ_HERE = 64 * 1024
_GRACE = 0.5
_FALLBACK_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class Trade(Generic[R]):
    """What workers of one kind do.

    ``module`` is started with ``python -m``; it calls ``serve``. An answer is one of ``results``, made of those and
    of ``parts``. ``lost`` stands for an answer that never came, ``too_large`` for a document that is too large to be
    read in this process where no other can be started; ``fallback`` reads the others then. A process is replaced after
    ``documents``, so that what its libraries leak stays small.
    """

    module: str
    results: tuple[type, ...]
    lost: R
    too_large: R
    fallback: Callable[..., R]
    parts: tuple[type, ...] = ()
    documents: int = 2_000


class _Lost(Exception):
    """The worker is no more, or not to be trusted any more."""


class _NotStarted(Exception):
    """No worker process can be started here."""


class _Worker:
    """One process and its pipes."""

    def __init__(self, process: asyncio.subprocess.Process, documents: int) -> None:
        self._process = process
        self.left = documents

    @classmethod
    async def start(cls, trade: Trade[R], cpu_seconds: float, memory_mb: int) -> "_Worker":
        # A process of its own begins clean: no threads, locks or sockets of ours, no secrets in its environment.
        environment = {
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "PATH": os.environ.get("PATH", ""),
            "LANG": "C.UTF-8",
        }
        arguments = ["-m", trade.module, str(cpu_seconds), str(memory_mb)]
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                *arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env=environment,
                start_new_session=True,  # Ctrl-C is for the program, which ends its workers itself
            )
        except OSError as error:
            raise _NotStarted from error
        return cls(process, trade.documents)

    async def ask(self, job: Job, trade: Trade[R], seconds: float) -> R:
        """Hand over a document and wait for what is made of it. Raises _Lost."""
        reader, writer = self._process.stdout, self._process.stdin
        if reader is None or writer is None:  # cannot happen with PIPE; keeps the types honest
            raise _Lost
        self.left -= 1
        try:
            async with asyncio.timeout(seconds):
                writer.write(frame(pickle.dumps(job)))
                await writer.drain()
                payload = await reader.readexactly(length_of(await reader.readexactly(HEAD)))
                return await _read(payload, trade)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError) as error:
            raise _Lost from error

    async def end(self) -> None:
        """Let the process end by itself, kill it where it does not, and take its exit status."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            # Killing one that has just died would race with asyncio for its exit status.
            async with asyncio.timeout(_GRACE):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


async def _read(payload: bytes, trade: Trade[R]) -> R:
    """Read an answer: what is read sooner than a thread would take it over is read here."""
    result: R
    if len(payload) <= _READ_HERE:
        result = read_result(payload, trade.results, trade.parts)
    else:
        result = await asyncio.to_thread(read_result, payload, trade.results, trade.parts)
    return result


class WorkerPool(Generic[R]):
    """At most ``workers`` processes, started when first needed, replaced when lost."""

    def __init__(
        self,
        trade: Trade[R],
        *,
        workers: int,
        cpu_seconds: float,
        memory_mb: int,
    ) -> None:
        self._trade = trade
        self._gate = asyncio.Semaphore(workers)
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._cpu_seconds = cpu_seconds
        self._memory_mb = memory_mb

    async def run(self, job: Job, size: int) -> R:
        """Have one document of ``size`` bytes read; a lost worker is an outcome of that document alone."""
        async with self._gate:
            try:
                worker = self._idle.pop() if self._idle else await self._start()
            except _NotStarted as error:
                return await self._run_here(job, size, error)
            self._busy.add(worker)
            try:
                result = await worker.ask(job, self._trade, self._cpu_seconds * _WALL_FACTOR + _WALL_EXTRA)
            except _Lost:
                await self._discard(worker)
                log.warning("worker_lost", worker=self._trade.module, bytes=size)
                return self._trade.lost
            except BaseException:
                await self._discard(worker)
                raise
            await self._put_back(worker)
            return result

    async def close(self) -> None:
        """End every worker."""
        for worker in [*self._idle, *self._busy]:
            await worker.end()
        self._idle.clear()
        self._busy.clear()

    async def _start(self) -> _Worker:
        return await _Worker.start(self._trade, self._cpu_seconds, self._memory_mb)

    async def _put_back(self, worker: _Worker) -> None:
        if worker.left <= 0:
            await self._discard(worker)
            return
        self._busy.discard(worker)
        self._idle.append(worker)

    async def _discard(self, worker: _Worker) -> None:
        self._busy.discard(worker)
        await worker.end()

    async def _run_here(self, job: Job, size: int, error: _NotStarted) -> R:
        """Read in a thread where processes cannot be started; without their bounds only small documents are."""
        log.warning("worker_without_process", error=str(error.__cause__))
        if size > _FALLBACK_MAX:
            return self._trade.too_large
        return await asyncio.to_thread(self._trade.fallback, *job)
