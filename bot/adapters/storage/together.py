"""Small writes that come at about the same time, in one transaction.

The first is written at once; what arrives while it is being written, or a moment after a crowd was, waits and is written
together. So a lone write waits for nothing, and a crowd costs few transactions.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")

_Waiting = tuple[T, "asyncio.Future[None]"]
_MOST = 500
_PAUSE = 0.05


class Together(Generic[T]):
    """Gathers items for ``write``, which returns for each the error that its giver shall see, or None."""

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[Sequence[Exception | None]]]) -> None:
        self._write = write
        self._waiting: list[_Waiting[T]] = []
        self._writing: asyncio.Task[None] | None = None
        self._written = asyncio.Event()

    async def write(self, item: T) -> None:
        """Return when the item is written. Raises what ``write`` raises or returns for it.

        When cancelled, an item that still waits is taken back; one on its way is waited for.
        """
        done = asyncio.get_running_loop().create_future()
        one = (item, done)
        self._waiting.append(one)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._empty())
        try:
            await done
        except asyncio.CancelledError:
            if one in self._waiting:
                self._waiting.remove(one)
            else:
                await self._written.wait()
            raise

    async def _empty(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            self._written.clear()
            try:
                errors = await self._errors([item for item, _ in some])
            finally:
                self._written.set()
            for (_, done), error in zip(some, errors, strict=True):
                if done.done():  # whoever gave it was cancelled
                    continue
                if error is None:
                    done.set_result(None)
                else:
                    done.set_exception(error)
            if len(some) > 1:
                await asyncio.sleep(_PAUSE)

    async def _errors(self, items: Sequence[T]) -> Sequence[Exception | None]:
        try:
            return await self._write(items)
        except Exception as error:  # noqa: BLE001 - whoever gave an item is told
            return [error] * len(items)
