"""How much is under way at once: as a whole and for each host."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta


@dataclass(slots=True)
class _Host:
    gate: asyncio.Semaphore
    users: int = 0


class Slots:
    """Bounds requests in flight."""

    def __init__(self, concurrency: int, per_host: int, *, hosts: "dict[str, _Host] | None" = None) -> None:
        self._all = asyncio.Semaphore(concurrency)
        self._per_host = per_host
        self._hosts: dict[str, _Host] = {} if hosts is None else hosts

    def beside(self, concurrency: int) -> "Slots":
        """Return places of another kind of request: with a bound of their own as a whole, the same for each host."""
        return Slots(concurrency, self._per_host, hosts=self._hosts)

    @asynccontextmanager
    async def at(self, host: str, pause: timedelta) -> AsyncIterator[None]:
        """Hold a place, which is given away ``pause`` after the request.

        The host's comes first, so that a crowded host takes no place from the others.
        """
        place = self._hosts.setdefault(host, _Host(asyncio.Semaphore(self._per_host)))
        place.users += 1
        try:
            await place.gate.acquire()
        except BaseException:
            self._leave(host)
            raise
        try:
            async with self._all:
                yield
        finally:
            if pause:
                asyncio.get_running_loop().call_later(pause.total_seconds(), self._free, host)
            else:
                self._free(host)

    def _free(self, host: str) -> None:
        self._hosts[host].gate.release()
        self._leave(host)

    def _leave(self, host: str) -> None:
        place = self._hosts[host]
        place.users -= 1
        if not place.users:
            del self._hosts[host]
