"""Requests to web servers: connections are dialled under the guard's rule, kept a while, and used again.

    target -> a kept connection of the same scheme, host and port
           -> port and literal checked -> name -> every address checked, forbidden ones dropped -> dialled -> TLS -> request

What is dialled is the number that was checked. So redirects, retries, names that resolve differently the second time
and kept connections all pass the same check.
Cookies, proxies and redirects are not known here; variables that name a proxy are ignored, for a proxy dials unchecked.
"""

import asyncio
import socket
import ssl
from functools import lru_cache

from aiohappyeyeballs import start_connection
from aiohttp.abc import AbstractResolver

from bot.adapters.feeds.connection import Connection
from bot.adapters.feeds.faults import (
    AddressRefused,
    ConnectTimeout,
    NameUnknown,
    NoAnswer,
    NotConnected,
)
from bot.adapters.feeds.guard import AddressInfo, Dialler, Guard
from bot.adapters.feeds.host import literal
from bot.adapters.feeds.intake import Answer, Wanted
from bot.adapters.feeds.kept import Kept
from bot.adapters.feeds.resolver import SystemResolver
from bot.adapters.feeds.secure import Secure, trusting
from bot.adapters.feeds.target import Target

# Until one of several addresses takes a connection.
_CONNECT = 10.0
# After so long the next address of a host is tried beside the first (RFC 8305, section 5).
_HEAD_START = 0.25


class Client:
    """Asks web servers; open in one event loop, close with ``close``.

    ``tls`` None trusts the authorities that the system trusts (OpenSSL's SSL_CERT_FILE and SSL_CERT_DIR count).
    """

    def __init__(
        self,
        guard: Guard,
        *,
        resolver: AbstractResolver | None = None,
        dial: Dialler | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._guard = guard
        self._resolver = resolver
        self._dial = dial or _plain_socket
        self._tls = tls
        self._kept = Kept()

    async def ask(
        self, target: Target, request: bytes, wanted: Wanted, deadline: float, *, repeatable: bool = True
    ) -> Answer:
        """Send a request to a target's host and return the answer.

        ``deadline`` is a time of the event loop's. A ``repeatable`` request is sent once more where a kept connection
        turns out to be dead. Raises TimeoutError, OSError, NotHttp and TooLong.
        """
        connection = self._kept.take(target.origin)
        if connection is not None:
            try:
                return await self._ask(connection, target, request, wanted, deadline)
            except (NoAnswer, ConnectionError):
                if connection.heard or not repeatable:
                    raise
        connection = await self._connect(target, deadline)
        return await self._ask(connection, target, request, wanted, deadline)

    async def close(self) -> None:
        """Close what is kept."""
        self._kept.clear()
        if self._resolver is not None:
            await self._resolver.close()

    async def _ask(
        self, connection: Connection, target: Target, request: bytes, wanted: Wanted, deadline: float
    ) -> Answer:
        answer = await connection.ask(request, wanted, deadline)
        if connection.open:
            self._kept.put(target.origin, connection)
        return answer

    async def _connect(self, target: Target, deadline: float) -> Connection:
        self._guard.admit(target.host, target.port)
        exempt = self._guard.exempts(target.host, target.port)
        infos = await self._addresses(target, deadline)
        allowed = infos if exempt else [one for one in infos if self._guard.permits(str(one[4][0]))]
        if not allowed:
            raise AddressRefused("address not allowed")
        sock = self._begin(allowed[0]) if len(allowed) == 1 else await self._race(allowed, deadline)
        secure = None
        if target.scheme == "https":
            secure = Secure(self._tls or trusting(), target.host.strip("[]"))
        return Connection(sock, secure, self._kept.drop)

    async def _addresses(self, target: Target, deadline: float) -> list[AddressInfo]:
        """Return every address of a host. Raises NameUnknown, TimeoutError."""
        if (info := _numbered(target.host, target.port)) is not None:
            return [info]
        if self._resolver is None:
            self._resolver = SystemResolver()
        try:
            async with asyncio.timeout_at(deadline):
                found = await self._resolver.resolve(target.host, target.port, socket.AF_UNSPEC)
        except TimeoutError:
            raise
        except OSError as error:
            raise NameUnknown("no such name") from error
        if not found:
            raise NameUnknown("no address")
        return [
            (socket.AddressFamily(one["family"]), socket.SOCK_STREAM, 0, "", (one["host"], one["port"]))
            for one in found
        ]

    def _begin(self, info: AddressInfo) -> socket.socket:
        """Return a socket on its way to an address. Raises NotConnected."""
        try:
            sock = self._dial(info)
        except OSError as error:
            raise NotConnected("no socket") from error
        sock.setblocking(False)
        try:
            sock.connect(info[4])
        except BlockingIOError:
            pass
        except OSError as error:
            sock.close()
            raise NotConnected("no connection") from error
        return sock

    async def _race(self, infos: list[AddressInfo], deadline: float) -> socket.socket:
        """Return a socket that is connected to the first of some addresses that takes a connection."""
        until = min(deadline, asyncio.get_running_loop().time() + _CONNECT)
        try:
            async with asyncio.timeout_at(until):
                return await start_connection(
                    infos, happy_eyeballs_delay=_HEAD_START, socket_factory=self._dial
                )
        except TimeoutError:
            raise ConnectTimeout("no connection in time") from None
        except OSError as error:
            raise NotConnected("no connection") from error


@lru_cache(maxsize=8_192)
def _numbered(host: str, port: int) -> AddressInfo | None:
    """Return the address that a host is by itself, None for a name."""
    if (address := literal(host)) is None:
        return None
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET  # noqa: PLR2004 - of IP
    return family, socket.SOCK_STREAM, 0, "", (str(address), port)


def _plain_socket(info: AddressInfo) -> socket.socket:
    return socket.socket(info[0], info[1], info[2])
