"""Work that runs side by side, but in order within a lane."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta

_MOST = 200
_AT_ONCE = 32


class Lanes:
    """A chat is a lane: its updates are handled one after the other, those of other chats meanwhile."""

    def __init__(self) -> None:
        self._last: dict[str, asyncio.Task[None]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def put(self, lane: str, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """Begin work behind what its lane already has to do; waits while very much is unfinished."""
        while len(self._running) >= _MOST:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.create_task(self._run(self._last.get(lane), work))
        self._running.add(task)
        self._last[lane] = task
        task.add_done_callback(lambda done: self._done(lane, done))

    async def _run(
        self, before: asyncio.Task[None] | None, work: Callable[[], Coroutine[None, None, None]]
    ) -> None:
        if before is not None:
            await asyncio.wait([before])
        async with self._room:
            await work()

    def _done(self, lane: str, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if self._last.get(lane) is task:
            del self._last[lane]

    async def settle(self, within: timedelta) -> None:
        """Wait until everything begun so far is done, but no longer than this."""
        if self._running:
            await asyncio.wait(self._running, timeout=within.total_seconds())

    async def stop(self, within: timedelta) -> bool:
        """Let unfinished work finish for a while, then cancel it; False where something was cancelled."""
        await self.settle(within)
        left = list(self._running)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return not left
