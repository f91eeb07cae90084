"""A connection to a web server: one request at a time goes out, its answer comes in."""

import asyncio
from collections.abc import Callable

from bot.adapters.feeds.faults import NoAnswer
from bot.adapters.feeds.intake import Answer, Intake, Wanted

# Between a request and its first byte, and between any two reads.
_QUIET = 20.0


class Connection(asyncio.Protocol):
    """A protocol of asyncio's. ``lost`` is called when a connection ends that nobody waits for."""

    def __init__(self, lost: "Callable[[Connection], None]") -> None:
        self._lost = lost
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._intake: Intake | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._last = self._deadline = 0.0
        self.open = self.heard = False
        self.idle_since = 0.0

    async def ask(self, request: bytes, wanted: Wanted, deadline: float) -> Answer:
        """Send a request and return its answer.

        ``open`` tells afterwards whether another may follow, ``heard`` whether anything of an answer came.

        ``deadline`` is a time of the event loop's. Raises TimeoutError, NoAnswer, BrokenOff, NotHttp, TooLong and what
        the system says of a connection that broke.
        """
        if self._transport is None or not self.open:
            raise NoAnswer("closed")
        self._intake = Intake(wanted)
        self._answer = self._loop.create_future()
        self._last, self._deadline = self._loop.time(), deadline
        self._timer = self._loop.call_at(min(deadline, self._last + _QUIET), self._look)
        self._transport.write(request)
        try:
            return await self._answer
        finally:
            self._timer.cancel()
            if self._intake is not None:  # given up from outside
                self._intake = None
                self.close()

    def close(self) -> None:
        """Drop the connection."""
        self.open = False
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, as the loop tells."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what TCP and TLS give
        self._transport = transport
        self.open = True

    def data_received(self, data: bytes) -> None:
        """Take in a part of the answer; what nobody asked for ends the connection."""
        intake = self._intake
        if intake is None:
            self.close()
            return
        self._last = self._loop.time()
        try:
            intake.feed(data)
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            self._settle(intake, error)
            return
        if intake.complete:
            self._settle(intake)

    def connection_lost(self, exc: Exception | None) -> None:
        """End, as the loop tells; an answer may end so, too."""
        self.open = False
        intake = self._intake
        if intake is None:
            self._lost(self)
            return
        try:
            intake.end(exc)
        except OSError as error:
            self._settle(intake, error)
        else:
            self._settle(intake)

    def _look(self) -> None:
        """Give up where the deadline passed or nothing came for long; a timer is not set again for each read."""
        intake = self._intake
        if intake is None:
            return
        until = min(self._deadline, self._last + _QUIET)
        if self._loop.time() >= until:
            self._settle(intake, TimeoutError("no answer in time"))
        else:
            self._timer = self._loop.call_at(until, self._look)

    def _settle(self, intake: Intake, error: Exception | None = None) -> None:
        self._intake, self.heard = None, intake.touched
        if not intake.reusable:
            self.close()
        if self._answer is None or self._answer.done():
            return
        if error is None or intake.suffices():
            self._answer.set_result(intake.answer())
        else:
            self._answer.set_exception(error)
