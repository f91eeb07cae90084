"""A connection to a web server: one request at a time goes out, its answer comes in.

    connecting -> (handshake) -> a request is sent -> its answer is taken in -> kept or closed

All of it happens in the event loop's calls about one socket; who asked waits for one future.
"""

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress

from bot.adapters.feeds.faults import ConnectTimeout, NoAnswer, NotConnected, NotSecured
from bot.adapters.feeds.intake import Answer, Intake, Wanted
from bot.adapters.feeds.secure import Secure

# Until a connection stands, TLS included.
_CONNECT = 10.0
# Between a request and its first byte, and between any two reads.
_QUIET = 20.0
# Less than what makes an allocator ask the system for memory and give it back at each read.
_PIECE = 65_536


class Connection:
    """A connection over a socket that is connected or about to be; ``secure`` where TLS is to be spoken.

    ``lost`` is called when it ends while nobody waits for an answer. ``heard`` tells whether anything of an answer to
    the last request came, ``open`` whether another may be sent.
    """

    def __init__(
        self, sock: socket.socket, secure: Secure | None, lost: "Callable[[Connection], None]"
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._socket = sock
        self._number = sock.fileno()
        self._secure = secure
        self._lost = lost
        self._intake: Intake | None = None
        self._request = self._unsent = b""
        self._last = self._deadline = 0.0
        self._reached = self._stands = self.heard = False
        self.open = True
        self.idle_since = 0.0

    async def ask(self, request: bytes, wanted: Wanted, deadline: float) -> Answer:
        """Send a request, as soon as the connection stands, and return its answer.

        ``deadline`` is a time of the event loop's. Raises NotConnected, NotSecured, TimeoutError, NoAnswer, BrokenOff,
        NotHttp, TooLong, and what the system or OpenSSL says of a connection that broke.
        """
        if not self.open:
            raise NoAnswer("closed")
        self.heard = False
        self._intake = Intake(wanted)
        self._answer: asyncio.Future[Answer] = self._loop.create_future()
        self._request, self._deadline, self._last = request, deadline, self._loop.time()
        self._timer = self._loop.call_at(self._until(), self._look)
        if self._stands:
            self._say()
        elif self._secure is not None or not self._is_said():
            self._loop.add_writer(self._number, self._reach)
        try:
            return await self._answer
        finally:
            self._timer.cancel()
            if self._intake is not None:  # given up from outside
                self._intake = None
                self.close()

    def close(self) -> None:
        """Drop the connection."""
        if self.open:
            self.open = False
            self._loop.remove_reader(self._number)
            if self._unsent or not self._stands:
                self._loop.remove_writer(self._number)
            self._socket.close()

    def _is_said(self) -> bool:
        """Send the request at once where the socket is connected, as to a server on the same machine it is, or failed."""
        try:
            sent = self._socket.send(self._request)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError as error:
            if error.errno == errno.ENOTCONN:  # some systems say so of a connection on its way
                return False
            self._end(error)
            return True
        self._reached = self._stands = True
        self._loop.add_reader(self._number, self._read)
        self._rest_of(self._request, sent)
        return True

    def _reach(self) -> None:
        """Go on where the socket is connected or failed to be."""
        self._loop.remove_writer(self._number)
        if number := self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self._end(OSError(number, os.strerror(number)))
            return
        self._go_on()

    def _go_on(self) -> None:
        self._reached = True
        self._loop.add_reader(self._number, self._read)
        if self._secure is None:
            self._stands = True
            self._say()
        else:
            self._decipher(self._secure, b"")

    def _say(self) -> None:
        self._last = self._loop.time()
        if self._secure is None:
            self._send(self._request)
        else:
            self._secure.put(self._request)
            self._send(self._secure.pending())

    def _send(self, data: bytes) -> None:
        if self._unsent or not data:
            self._unsent += data
            return
        try:
            sent = self._socket.send(data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError as error:
            self._end(error)
            return
        self._rest_of(data, sent)

    def _rest_of(self, data: bytes, sent: int) -> None:
        if sent < len(data):
            self._unsent = data[sent:]
            self._loop.add_writer(self._number, self._send_rest)

    def _send_rest(self) -> None:
        self._loop.remove_writer(self._number)
        rest, self._unsent = self._unsent, b""
        self._send(rest)

    def _read(self) -> None:
        try:
            data = self._socket.recv(_PIECE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._end(error)
            return
        if not data:
            self._end(None)
        elif self._secure is None:
            self._take(data)
        else:
            self._decipher(self._secure, data)

    def _decipher(self, secure: Secure, data: bytes) -> None:
        try:
            plain = secure.take(data)
        except ssl.SSLError as error:
            with suppress(OSError):
                self._socket.send(secure.pending())  # why, in TLS's own words
            self._end(error)
            return
        self._send(secure.pending())
        if secure.ready and not self._stands and self.open:
            self._stands = True
            self._say()
        if plain and self.open:
            self._take(plain)
        if secure.ended and self.open:
            self._end(None)

    def _take(self, data: bytes) -> None:
        """Take in a part of the answer; what nobody asked for ends the connection."""
        intake = self._intake
        if intake is None:
            self._end(None)
            return
        self.heard = True
        self._last = self._loop.time()
        try:
            intake.feed(data)
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            self._settle(intake, error)
            return
        if intake.complete:
            self._settle(intake)

    def _end(self, fault: OSError | None) -> None:
        """End as the other side wants it; an answer may end so, too."""
        intake = self._intake
        if intake is None:
            self.close()
            self._lost(self)
            return
        if not self._stands:
            self._settle(intake, self._unmade(fault))
            return
        try:
            intake.end(fault)
        except OSError as error:
            self._settle(intake, error)
        else:
            self._settle(intake)

    def _unmade(self, fault: OSError | None) -> OSError:
        if isinstance(fault, ssl.SSLError):
            return fault
        error = NotSecured("no secure connection") if self._reached else NotConnected("no connection")
        error.__cause__ = fault
        return error

    def _until(self) -> float:
        return min(self._deadline, self._last + (_QUIET if self._stands else _CONNECT))

    def _look(self) -> None:
        """Give up where it has taken too long; the timer is set again when it rings, not with each read."""
        intake = self._intake
        if intake is None:
            return
        if self._loop.time() < self._until():
            self._timer = self._loop.call_at(self._until(), self._look)
            return
        kind = TimeoutError if self._stands else ConnectTimeout
        self._settle(intake, kind("not in time"))

    def _settle(self, intake: Intake, error: Exception | None = None) -> None:
        self._intake = None
        if not intake.reusable:
            self.close()
        if self._answer.done():
            return
        if error is None or intake.suffices():
            self._answer.set_result(intake.answer())
        else:
            self._answer.set_exception(error)
