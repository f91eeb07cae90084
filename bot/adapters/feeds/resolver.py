"""Names to addresses through the system, in threads of its own: a name server that hangs delays nobody else's work."""

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from aiohttp.abc import AbstractResolver, ResolveResult

_THREADS = 16
_NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
LookUp = Callable[[str, int, socket.AddressFamily], list[ResolveResult]]


def look_up(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    """Ask the system for every IPv4 and IPv6 address of a name; blocks. Raises OSError."""
    infos = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [
        ResolveResult(
            hostname=host, host=str(address[0]), port=port, family=kind, proto=protocol, flags=_NUMERIC
        )
        for kind, _, protocol, _, address in infos
    ]


class SystemResolver(AbstractResolver):
    """``getaddrinfo`` outside the event loop, in daemon threads: one that hangs does not keep the program from ending."""

    def __init__(self, look_up: LookUp = look_up) -> None:
        self._look_up = look_up
        self._gate = asyncio.Semaphore(_THREADS)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return every address of a name. Raises OSError."""
        await self._gate.acquire()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[ResolveResult]] = loop.create_future()

        def deliver(found: list[ResolveResult] | Exception) -> None:
            # The place is taken until the thread ends, not until somebody loses patience with it.
            self._gate.release()
            if answer.done():
                return
            if isinstance(found, Exception):
                answer.set_exception(found)
            else:
                answer.set_result(found)

        def work() -> None:
            found: list[ResolveResult] | Exception
            try:
                found = self._look_up(host, port, family)
            except (OSError, UnicodeError) as error:
                found = error if isinstance(error, OSError) else OSError("the name cannot be looked up")
            with suppress(RuntimeError):  # the event loop ended meanwhile
                loop.call_soon_threadsafe(deliver, found)

        threading.Thread(target=work, name="resolve", daemon=True).start()
        return await answer

    async def close(self) -> None:
        """Nothing is held open."""
