"""Requests to web servers: connections are dialled under the guard's rule, kept a while, and used again.

    target -> a kept connection of the same scheme, host and port
           -> name -> every address checked, forbidden ones dropped -> checked again as it is dialled -> TLS -> request

So redirects, retries, names that resolve differently the second time and kept connections all pass the same check.
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
    NotSecured,
)
from bot.adapters.feeds.guard import AddressInfo, Dialler, Guard
from bot.adapters.feeds.host import literal
from bot.adapters.feeds.intake import Answer, Wanted
from bot.adapters.feeds.kept import Kept
from bot.adapters.feeds.resolver import SystemResolver
from bot.adapters.feeds.target import Target

# Until a connection stands, TLS included.
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
        # The transports end in the loop's next turn.
        await asyncio.sleep(0)

    async def _ask(
        self, connection: Connection, target: Target, request: bytes, wanted: Wanted, deadline: float
    ) -> Answer:
        answer = await connection.ask(request, wanted, deadline)
        if connection.open:
            self._kept.put(target.origin, connection)
        return answer

    async def _connect(self, target: Target, deadline: float) -> Connection:
        self._guard.admit(target.host, target.port)
        loop = asyncio.get_running_loop()
        async with asyncio.timeout_at(deadline) as timeout:
            infos = await self._addresses(target)
            timeout.reschedule(min(deadline, loop.time() + _CONNECT))
            try:
                return await self._secure(target, await self._reach(target, infos))
            except asyncio.CancelledError:
                if timeout.expired():
                    raise ConnectTimeout("no connection in time") from None
                raise

    async def _addresses(self, target: Target) -> list[AddressInfo]:
        """Return what may be dialled. Raises NameUnknown, AddressRefused."""
        if (address := literal(target.host)) is not None:
            family = socket.AF_INET6 if address.version == 6 else socket.AF_INET  # noqa: PLR2004 - of IP
            infos: list[AddressInfo] = [(family, socket.SOCK_STREAM, 0, "", (str(address), target.port))]
        else:
            if self._resolver is None:
                self._resolver = SystemResolver()
            try:
                found = await self._resolver.resolve(target.host, target.port, socket.AF_UNSPEC)
            except OSError as error:
                raise NameUnknown("no such name") from error
            infos = [
                (socket.AddressFamily(one["family"]), socket.SOCK_STREAM, 0, "", (one["host"], one["port"]))
                for one in found
            ]
        if not infos:
            raise NameUnknown("no address")
        exempt = self._guard.exempts(target.host, target.port)
        if exempt or (kept := [one for one in infos if self._guard.permits(str(one[4][0]))]):
            return infos if exempt else kept
        raise AddressRefused("address not allowed")

    async def _reach(self, target: Target, infos: list[AddressInfo]) -> socket.socket:
        exempt = self._guard.exempts(target.host, target.port)

        def checked(info: AddressInfo) -> socket.socket:
            if not exempt and not self._guard.permits(str(info[4][0])):
                raise AddressRefused("address not allowed")
            return self._dial(info)

        try:
            return await start_connection(infos, happy_eyeballs_delay=_HEAD_START, socket_factory=checked)
        except AddressRefused:
            raise
        except OSError as error:
            raise NotConnected("no connection") from error

    async def _secure(self, target: Target, sock: socket.socket) -> Connection:
        loop = asyncio.get_running_loop()
        if target.scheme == "http":
            _, plain = await loop.create_connection(self._new, sock=sock)
            return plain
        name = target.host.strip("[]")
        try:
            _, secure = await loop.create_connection(
                self._new, sock=sock, ssl=self._tls or _trusting(), server_hostname=name
            )
        except ssl.SSLError:
            raise
        except OSError as error:
            raise NotSecured("no secure connection") from error
        return secure

    def _new(self) -> Connection:
        return Connection(self._kept.drop)


@lru_cache(maxsize=1)
def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _plain_socket(info: AddressInfo) -> socket.socket:
    return socket.socket(info[0], info[1], info[2])
