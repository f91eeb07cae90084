"""Worker processes that can be lost: each takes one document at a time, under a deadline."""

import asyncio
import os
import pickle
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from bot.adapters.feeds.frames import read_frame, read_result, write_frame
from bot.model.entry import ParsedFeed, ParseFailed

log = structlog.get_logger()

Parsed = ParsedFeed | ParseFailed
_WALL_FACTOR = 6.0
_WALL_EXTRA = 20.0
_DOCUMENTS_A_WORKER = 2_000
_GRACE = 0.5
_FALLBACK_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class Job:
    """A document to parse."""

    body: bytes
    url: str
    headers: Mapping[str, str]
    known: frozenset[bytes] | None = None


class _Lost(Exception):
    """The worker is no more, or not to be trusted any more."""


class _NotStarted(Exception):
    """No worker process can be started here."""


class _Worker:
    """One process and its pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.left = _DOCUMENTS_A_WORKER

    @classmethod
    async def start(cls, cpu_seconds: float, memory_mb: int) -> "_Worker":
        # A process of its own begins clean: no threads, locks or sockets of ours, no secrets in its environment.
        environment = {
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "PATH": os.environ.get("PATH", ""),
            "LANG": "C.UTF-8",
        }
        arguments = ["-m", "bot.adapters.feeds.worker", str(cpu_seconds), str(memory_mb)]
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
        return cls(process)

    async def ask(self, job: Job, seconds: float) -> Parsed:
        """Hand over a document and wait for its entries. Raises _Lost."""
        reader, writer = self._process.stdout, self._process.stdin
        if reader is None or writer is None:  # cannot happen with PIPE; keeps the types honest
            raise _Lost
        self.left -= 1
        try:
            async with asyncio.timeout(seconds):
                write_frame(writer, pickle.dumps((job.body, job.url, dict(job.headers), job.known)))
                await writer.drain()
                return await asyncio.to_thread(read_result, await read_frame(reader))
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


class WorkerPool:
    """At most ``workers`` processes, started when first needed, replaced when lost."""

    def __init__(
        self,
        workers: int,
        *,
        cpu_seconds: float,
        memory_mb: int,
        fallback: Callable[[bytes, str, Mapping[str, str], frozenset[bytes] | None], Parsed],
    ) -> None:
        self._gate = asyncio.Semaphore(workers)
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._cpu_seconds = cpu_seconds
        self._memory_mb = memory_mb
        self._fallback = fallback

    async def run(self, job: Job) -> Parsed:
        """Parse one document; a lost worker is an outcome of that document alone."""
        async with self._gate:
            try:
                worker = self._idle.pop() if self._idle else await self._start()
            except _NotStarted as error:
                return await self._run_here(job, error)
            self._busy.add(worker)
            try:
                result = await worker.ask(job, self._cpu_seconds * _WALL_FACTOR + _WALL_EXTRA)
            except _Lost:
                await self._discard(worker)
                log.warning("parser_lost", bytes=len(job.body))
                return ParseFailed("The document takes more time or memory to read than a feed may.")
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
        return await _Worker.start(self._cpu_seconds, self._memory_mb)

    async def _put_back(self, worker: _Worker) -> None:
        if worker.left <= 0:
            await self._discard(worker)
            return
        self._busy.discard(worker)
        self._idle.append(worker)

    async def _discard(self, worker: _Worker) -> None:
        self._busy.discard(worker)
        await worker.end()

    async def _run_here(self, job: Job, error: _NotStarted) -> Parsed:
        """Parse in a thread where processes cannot be started; without their bounds only small documents are."""
        log.warning("parser_without_process", error=str(error.__cause__))
        if len(job.body) > _FALLBACK_MAX:
            return ParseFailed("The document is too large to be read here without a process of its own.")
        return await asyncio.to_thread(self._fallback, job.body, job.url, job.headers, job.known)
