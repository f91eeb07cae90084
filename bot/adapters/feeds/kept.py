"""Connections that wait for another request to the same scheme, host and port: not for long, and not too many."""

import asyncio

from bot.adapters.feeds.connection import Connection

Origin = tuple[str, str, int]

_SECONDS = 30.0
_MOST = 256


class Kept:
    """What waits, the longest-waiting first."""

    def __init__(self) -> None:
        self._waiting: dict[Connection, Origin] = {}
        self._by_origin: dict[Origin, list[Connection]] = {}
        self._sweep: asyncio.TimerHandle | None = None

    def take(self, origin: Origin) -> Connection | None:
        """Return the connection that was used last, None where none waits."""
        there = self._by_origin.get(origin)
        if not there:
            return None
        connection = there[-1]
        self.drop(connection)
        return connection

    def put(self, origin: Origin, connection: Connection) -> None:
        """Let an open connection wait; where too many do, the one that waits longest is closed."""
        loop = asyncio.get_running_loop()
        connection.idle_since = loop.time()
        self._waiting[connection] = origin
        self._by_origin.setdefault(origin, []).append(connection)
        if len(self._waiting) > _MOST:
            self._close(next(iter(self._waiting)))
        if self._sweep is None:
            self._sweep = loop.call_later(_SECONDS, self._close_old)

    def drop(self, connection: Connection) -> None:
        """Forget a connection that is used again or ended."""
        origin = self._waiting.pop(connection, None)
        if origin is None:
            return
        there = self._by_origin[origin]
        there.remove(connection)
        if not there:
            del self._by_origin[origin]

    def clear(self) -> None:
        """Close everything."""
        if self._sweep is not None:
            self._sweep.cancel()
            self._sweep = None
        for connection in list(self._waiting):
            self._close(connection)

    def _close(self, connection: Connection) -> None:
        self.drop(connection)
        connection.close()

    def _close_old(self) -> None:
        self._sweep = None
        loop = asyncio.get_running_loop()
        while self._waiting:
            oldest = next(iter(self._waiting))
            left = oldest.idle_since + _SECONDS - loop.time()
            if left > 0:
                self._sweep = loop.call_later(left, self._close_old)
                return
            self._close(oldest)
