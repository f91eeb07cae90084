"""A web server on loopback whose feeds change on command, and that misbehaves when told to.

    async with FeedServer() as server:
        server.publish("/news.xml", Item("First"))      # RSS 2.0 with validators; 304 to conditional requests
        server.respond("/news.xml", status=503, headers={"Retry-After": "60"})
        server.behave("/news.xml", Mode.DIE)
        server.recover("/news.xml")                     # the feed again
        server.requests                                 # every request, in order

Tests that run the bot in a process of its own use ``with FeedServer().in_thread() as server`` instead.
"""

import asyncio
import hashlib
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape

from aiohttp import web

EPOCH = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
AUTO = ""
RSS = "application/rss+xml; charset=utf-8"


class Mode(StrEnum):
    """Ways to misbehave."""

    DIE = "die"
    """Reset the connection without an answer."""
    TIMEOUT = "timeout"
    """Take the request and never answer."""
    GARBAGE = "garbage"
    """Answer 200 with bytes that are no feed."""
    DRIP = "drip"
    """Send the body a byte at a time, for ever."""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry to publish. ``guid`` and ``link`` are made up where AUTO, left out where None."""

    title: str
    link: str | None = AUTO
    guid: str | None = AUTO
    summary: str = ""
    published: datetime | None = None
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it arrived; header names are lower-case, ``at`` is the loop's monotonic time in seconds."""

    method: str
    path: str
    headers: Mapping[str, str]
    at: float
    status: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a path answers instead of its feed. ``times`` counts down to the feed again; None means for good."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    mode: Mode | None = None
    times: int | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """A feed's present state. ``revision`` counts its changes and moves Last-Modified."""

    items: tuple[Item, ...] = ()
    title: str = "Test feed"
    language: str | None = "en"
    revision: int = 0
    icon: str | None = None


class FeedServer:
    """The server. Commands take effect with the next request and may come from any thread."""

    def __init__(self, *, validators: bool = True, tls: ssl.SSLContext | None = None) -> None:
        self.validators = validators
        self.requests: list[Asked] = []
        self.in_flight = 0
        self.most_in_flight = 0
        self._feeds: dict[str, Published] = {}
        self._answers: dict[str, Answer] = {}
        self._numbers = 0
        self._runner: web.AppRunner | None = None
        self._stopping = asyncio.Event()
        self._arrived = asyncio.Event()
        self._port = 0
        self._tls = tls

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen on an ephemeral port of 127.0.0.1; after a stop, on the same port again."""
        self._stopping = asyncio.Event()
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True, ssl_context=self._tls)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close the socket and every connection; what hangs is let go."""
        self._stopping.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @contextmanager
    def in_thread(self) -> Iterator[Self]:
        """Run in an event loop of its own thread."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="feed server", daemon=True)
        thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self.start(), loop).result(10)
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(self.stop(), loop).result(10)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)
            loop.close()

    @property
    def port(self) -> int:
        return self._port

    @property
    def host(self) -> str:
        """``host:port``, as ``allow_private_hosts`` takes it."""
        return f"127.0.0.1:{self._port}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def publish(
        self,
        path: str,
        *items: Item,
        title: str | None = None,
        language: str | None = None,
        icon: str | None = None,
    ) -> None:
        """Put entries on top of a feed, which is made where it is new. Without items: an empty feed, or a touch."""
        old = self._feeds.get(path, Published())
        fresh = tuple(self._complete(path, item) for item in items)
        self._feeds[path] = Published(
            items=(*reversed(fresh), *old.items),
            title=title or old.title,
            language=language or old.language,
            revision=old.revision + 1,
            icon=icon or old.icon,
        )

    def replace(self, path: str, *items: Item) -> None:
        """Let a feed hold exactly these entries, in this order."""
        old = self._feeds.get(path, Published())
        self._feeds[path] = Published(
            tuple(self._complete(path, item) for item in items),
            old.title,
            old.language,
            old.revision + 1,
            old.icon,
        )

    def items(self, path: str) -> tuple[Item, ...]:
        """Return a feed's entries with their guids and links, newest first."""
        return self._feeds[path].items

    def touch(self, path: str) -> None:
        """Change a feed's validators, not its entries."""
        self.publish(path)

    def respond(
        self,
        path: str,
        *,
        status: int = 200,
        body: bytes | str = b"",
        headers: Mapping[str, str] | None = None,
        delay: float = 0.0,
        mode: Mode | None = None,
        times: int | None = None,
    ) -> None:
        """Let a path give this answer, for so many requests or until ``recover``. ``delay`` is in seconds."""
        raw = body.encode() if isinstance(body, str) else body
        self._answers[path] = Answer(status, raw, dict(headers or {}), delay, mode, times)

    def behave(self, path: str, mode: Mode, *, times: int | None = None) -> None:
        """Let a path misbehave."""
        self.respond(path, mode=mode, times=times)

    def recover(self, path: str) -> None:
        """Let a path serve its feed again."""
        self._answers.pop(path, None)

    def asked(self, path: str) -> list[Asked]:
        """Return the requests for a path (without its query)."""
        return [one for one in self.requests if one.path.partition("?")[0] == path]

    async def wait_until(self, reached: Callable[[], bool], *, timeout: float = 20.0) -> None:  # noqa: ASYNC109 - the bound is the point of it
        """Wait until something is true, looking again as requests begin and end. Only in the server's loop."""
        async with asyncio.timeout(timeout):
            while not reached():
                self._arrived.clear()
                await self._arrived.wait()

    async def wait_for(self, path: str, count: int = 1, *, timeout: float = 20.0) -> None:  # noqa: ASYNC109 - as above
        """Wait until a path was asked for so many times."""
        await self.wait_until(lambda: len(self.asked(path)) >= count, timeout=timeout)

    def document(self, path: str) -> bytes:
        """Return a feed's bytes as they would be sent."""
        return render(self._feeds[path], self.url("/"))

    def _complete(self, path: str, item: Item) -> Item:
        self._numbers += 1
        return Item(
            title=item.title,
            link=self.url(f"{path}/{self._numbers}") if item.link == AUTO else item.link,
            guid=f"urn:newsbell-test:{self._numbers}" if item.guid == AUTO else item.guid,
            summary=item.summary,
            published=item.published,
            categories=item.categories,
        )

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        answer = self._take_answer(request.path)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        self._arrived.set()
        response: web.StreamResponse | None = None
        try:
            if answer is not None and answer.delay:
                await self._pause(answer.delay)
            response = self._feed(request) if answer is None else await self._answer(request, answer)
        finally:
            self.in_flight -= 1
            self._record(request, 0 if response is None else response.status)
        return response

    def _record(self, request: web.Request, status: int) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        at = asyncio.get_running_loop().time()
        self.requests.append(Asked(request.method, request.raw_path, headers, at, status))
        self._arrived.set()

    def _take_answer(self, path: str) -> Answer | None:
        answer = self._answers.get(path)
        if answer is None or answer.times is None:
            return answer
        left = answer.times - 1
        if left <= 0:
            self._answers.pop(path, None)
        else:
            self._answers[path] = Answer(
                answer.status, answer.body, answer.headers, answer.delay, answer.mode, left
            )
        return answer

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    def _feed(self, request: web.Request) -> web.Response:
        feed = self._feeds.get(request.path)
        if feed is None:
            return web.Response(status=404, text="no such feed")
        body = self.document(request.path)
        if not self.validators:
            return web.Response(body=body, headers={"Content-Type": RSS})
        etag = f'"{hashlib.sha256(body + str(feed.revision).encode()).hexdigest()[:16]}"'
        modified = format_datetime(EPOCH + timedelta(minutes=feed.revision), usegmt=True)
        headers = {"ETag": etag, "Last-Modified": modified}
        if is_current(request.headers, etag, modified):
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, headers={**headers, "Content-Type": RSS})

    async def _answer(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        match answer.mode:
            case None:
                return web.Response(status=answer.status, body=answer.body, headers=dict(answer.headers))
            case Mode.GARBAGE:
                return web.Response(
                    body=b"\x00\x01 this is no feed \xff\xfe" * 40, headers={"Content-Type": RSS}
                )
            case Mode.DIE:
                if request.transport is not None:
                    request.transport.abort()
                return web.Response(status=500)
            case Mode.TIMEOUT:
                await self._stopping.wait()
                return web.Response(status=504)
            case Mode.DRIP:
                return await self._drip(request)

    async def _drip(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": RSS})
        await response.prepare(request)
        with suppress(ConnectionResetError):  # the reader gave up, as it should
            while not self._stopping.is_set():
                await response.write(b" ")
                await self._pause(0.05)
        return response


def is_current(headers: Mapping[str, str], etag: str, modified: str) -> bool:
    """Tell whether a conditional request holds the present validators (RFC 9110, section 13.2.2)."""
    if (sent := headers.get("If-None-Match")) is not None:
        return sent == etag
    return headers.get("If-Modified-Since") == modified


def render(feed: Published, site: str) -> bytes:
    """Write RSS 2.0."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', '<rss version="2.0"><channel>']
    lines.append(f"<title>{escape(feed.title)}</title><link>{escape(site)}</link>")
    if feed.icon:
        lines.append(f"<image><url>{escape(feed.icon)}</url></image>")
    if feed.language:
        lines.append(f"<language>{escape(feed.language)}</language>")
    lines.extend(render_item(item) for item in feed.items)
    lines.append("</channel></rss>")
    return "\n".join(lines).encode()


def render_item(item: Item) -> str:
    """Write one item; its summary is escaped as HTML in RSS is."""
    parts = [f"<item><title>{escape(item.title)}</title>"]
    if item.link is not None:
        parts.append(f"<link>{escape(item.link)}</link>")
    if item.guid is not None:
        parts.append(f'<guid isPermaLink="false">{escape(item.guid)}</guid>')
    if item.published is not None:
        parts.append(f"<pubDate>{format_datetime(item.published)}</pubDate>")
    parts.extend(f"<category>{escape(name)}</category>" for name in item.categories)
    parts.append(f"<description>{escape(item.summary)}</description></item>")
    return "".join(parts)
