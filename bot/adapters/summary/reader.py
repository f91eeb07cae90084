"""The report behind a link: asked for as the site allows, read in a process of its own.

robots.txt | page (the guard, limits and manners of feeds) | robots.txt of where it led | report
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.adapters.summary.robots import Robots, read_robots
from bot.model.fetch import Fetched, FetchFailed, FetchRequest, FetchResult, Gone, Moved, NotModified
from bot.model.page import Article, PageRefused
from bot.ports import Clock, Fetcher
from bot.workers.pool import Trade, WorkerPool

PRODUCT = "newsbell"
_ROBOTS_KEPT = timedelta(hours=24)
_ROBOTS_UNKNOWN_KEPT = timedelta(hours=1)
_MOST_SITES = 500
_HOLD = timedelta(hours=1)
_CPU_SECONDS = 5.0
_MEMORY_MB = 512
_PAGES = ("text/html", "application/xhtml+xml", "text/plain", "")
_CLIENT_ERROR = range(400, 500)
_TOO_MANY = 429
_CLOSED = {
    401: "The page is for readers with an account only (401).",
    402: "The page is for paying readers only (402).",
    403: "The site does not let programs read the page (403).",
    404: "The page is not there (404).",
    451: "The page is blocked for legal reasons (451).",
}
_FORBIDDEN = PageRefused("The site's robots.txt asks robots not to read the page.")
_UNKNOWN = PageRefused("The site's robots.txt cannot be read, so the page is left alone.")
_TRADE: Trade[Article | PageRefused] = Trade(
    module="bot.adapters.summary.worker",
    results=(Article, PageRefused),
    parts=(timedelta,),
    lost=PageRefused("The page takes more time or memory to read than a page may."),
    too_large=PageRefused("The page is too large to be read without a process of its own."),
    fallback=lambda _page: PageRefused(
        "Pages are read in a process of their own, and none can be started here."
    ),
)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a site's rules, None where they could not be read, and until when that holds."""

    robots: Robots | None
    until: datetime


class ArticleReader:
    """Implements ``bot.ports.PageReader``. ``decode`` turns a page's bytes and Content-Type into text."""

    def __init__(self, fetcher: Fetcher, decode: Callable[[bytes, str], str], clock: Clock) -> None:
        self._fetcher = fetcher
        self._decode = decode
        self._clock = clock
        self._sites: OrderedDict[str, _Known] = OrderedDict()
        self._asking: dict[str, asyncio.Lock] = {}
        self._pool = WorkerPool(_TRADE, workers=1, cpu_seconds=_CPU_SECONDS, memory_mb=_MEMORY_MB)

    async def read(self, url: str) -> Article | PageRefused:
        """Fetch a page as its site allows, and find the report in it."""
        refused = await self._refused(url)
        if refused is not None:
            return refused
        result = _landed(await self._fetcher.fetch(FetchRequest(url)))
        if not isinstance(result, Fetched):
            return _failed(result)
        if _origin(result.url) != _origin(url) or urlsplit(result.url).path != urlsplit(url).path:
            refused = await self._refused(result.url)
        return refused or await self._article(result)

    async def close(self) -> None:
        """End the worker."""
        await self._pool.close()

    async def _article(self, page: Fetched) -> Article | PageRefused:
        kind = page.headers.get("content-type", "")
        if (plain := kind.partition(";")[0].strip().lower()) not in _PAGES or page.body.startswith(b"%PDF"):
            return PageRefused(f"The link leads to no web page ({plain[:60] or 'application/pdf'}).")
        text = await asyncio.to_thread(self._decode, page.body, kind)
        return await self._pool.run((text,), len(page.body))

    async def _refused(self, url: str) -> PageRefused | None:
        """Return why a site's rules keep a page from being read, None where they do not."""
        origin = _origin(url)
        lock = self._asking.setdefault(origin, asyncio.Lock())
        try:
            async with lock:
                known = await self._rules(origin)
        finally:
            if not lock.locked():
                self._asking.pop(origin, None)
        if known.robots is None:
            return _UNKNOWN
        return None if known.robots.allows(url) else _FORBIDDEN

    async def _rules(self, origin: str) -> _Known:
        now = self._clock.now()
        known = self._sites.get(origin)
        if known is None or known.until <= now:
            robots = _read(_landed(await self._fetcher.fetch(FetchRequest(f"{origin}/robots.txt"))))
            known = _Known(robots, now + (_ROBOTS_KEPT if robots else _ROBOTS_UNKNOWN_KEPT))
            self._sites[origin] = known
        self._sites.move_to_end(origin)
        while len(self._sites) > _MOST_SITES:
            self._sites.popitem(last=False)
        return known


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _landed(result: FetchResult) -> Fetched | NotModified | Gone | FetchFailed:
    return result.result if isinstance(result, Moved) else result


def _read(result: Fetched | NotModified | Gone | FetchFailed) -> Robots | None:
    """Return the rules: a site without any allows all, one whose rules cannot be reached allows nothing (RFC 9309, 2.3.1)."""
    match result:
        case Fetched(body=body):
            return read_robots(body, PRODUCT)
        case Gone():
            return Robots()
        case FetchFailed(status=status) if status in _CLIENT_ERROR and status != _TOO_MANY:
            return Robots()
        case _:
            return None


def _failed(result: NotModified | Gone | FetchFailed) -> PageRefused:
    match result:
        case FetchFailed(reason=reason, status=status, retry_after=after, host_wide=host_wide):
            return PageRefused(
                _CLOSED.get(status or 0, reason), (after or _HOLD) if host_wide else timedelta(0)
            )
        case Gone():
            return PageRefused("The page is gone for good (410).")
        case NotModified():
            return PageRefused("The server gave no page.")
