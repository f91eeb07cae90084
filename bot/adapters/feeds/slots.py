"""How much is under way at once: as a whole and for each host."""

import asyncio
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

    def at(self, host: str, pause: timedelta) -> "_Place":
        """Hold a place, which is given away ``pause`` after the request: ``async with``.

        The host's comes first, so that a crowded host takes no place from the others.
        """
        return _Place(self, host, pause)

    async def take(self, host: str) -> None:
        """Wait for a place."""
        there = self._hosts.get(host)
        if there is None:
            there = self._hosts[host] = _Host(asyncio.Semaphore(self._per_host))
        there.users += 1
        try:
            await there.gate.acquire()
            try:
                await self._all.acquire()
            except BaseException:
                there.gate.release()
                raise
        except BaseException:
            self._leave(host)
            raise

    def give(self, host: str, pause: timedelta) -> None:
        """Give a place away."""
        self._all.release()
        if pause:
            asyncio.get_running_loop().call_later(pause.total_seconds(), self._free, host)
        else:
            self._free(host)

    def _free(self, host: str) -> None:
        self._hosts[host].gate.release()
        self._leave(host)

    def _leave(self, host: str) -> None:
        there = self._hosts[host]
        there.users -= 1
        if not there.users:
            del self._hosts[host]


class _Place:
    """What ``async with`` needs; a generator would cost more than the place."""

    __slots__ = ("_host", "_pause", "_slots")

    def __init__(self, slots: Slots, host: str, pause: timedelta) -> None:
        self._slots = slots
        self._host = host
        self._pause = pause

    async def __aenter__(self) -> None:
        await self._slots.take(self._host)

    async def __aexit__(self, *_: object) -> None:
        self._slots.give(self._host, self._pause)
