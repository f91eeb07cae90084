"""From an address that a person gave to the feeds behind it.

a well-known site's rule | the address itself | links of its page | common paths of its host
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from bot.adapters.feeds.charset import decode_document
from bot.adapters.feeds.frequency import entries_per_day
from bot.adapters.feeds.pages import find_links
from bot.adapters.feeds.places import feeds_in_page, lead
from bot.adapters.feeds.refusals import PRIVATE
from bot.adapters.feeds.syndication import root_name
from bot.adapters.feeds.target import TargetError, read_target
from bot.errors import UserError
from bot.model.entry import ParsedFeed
from bot.model.feed import FoundFeed
from bot.model.fetch import Fetched, FetchFailed, FetchRequest, Gone, Moved, NotModified
from bot.ports import Fetcher, Parser

COMMON_PATHS = ("/feed", "/rss", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/feed.json")
_UNREACHABLE = "That address is not allowed."
_MOST_READ = 8
_READING_SECONDS = 10.0


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Discovery:
    """Finds feeds through a fetcher and a parser; implements ``bot.ports.FeedFinder``."""

    def __init__(self, fetcher: Fetcher, parser: Parser, *, now: Callable[[], datetime] = _utc_now) -> None:
        self._fetcher = fetcher
        self._parser = parser
        self._now = now

    async def discover(self, url: str) -> list[FoundFeed]:
        """Return the feeds of a well-known site, or the one at an address, or those its page or its host names.

        Several are read, as far as a few seconds allow, for their titles and their entries a day. Raises UserError
        with what was tried where there is none.
        """
        text = _cleaned(url)
        hint = lead(text)
        if hint is None:
            return await self._behind(text, [])
        found, problem = await self._first_of(hint.feeds)
        if found:
            return found
        if hint.page is None:
            raise _nothing(hint.feeds, problem)
        return await self._behind(hint.page, list(hint.feeds))

    async def _first_of(self, candidates: Sequence[str]) -> tuple[list[FoundFeed], str]:
        answers = await asyncio.gather(*map(self._ask, candidates))
        found = [feed for feed, _ in answers if feed is not None]
        return found, next((problem for _, problem in answers if problem), "")

    async def _behind(self, text: str, tried: list[str]) -> list[FoundFeed]:
        start = _read(text)
        page, problem = await self._get(start)
        if page is None and "://" not in text:
            page, problem = await self._get(start.replace("https://", "http://", 1))
        tried.append(start)
        if page is not None:
            if (feed := await self._feed(page)) is not None:
                return [replace(feed, url=_with_credentials(feed.url, start))]
            if linked := find_links(page.body, page.url, page.headers):
                return await self._read_all(linked) if len(linked) > 1 else linked
            html = decode_document(page.body, page.headers.get("content-type", ""))
            if named := feeds_in_page(page.url, html):
                tried += named
                found, problem = await self._first_of(named)
                if found:
                    return found
            start = page.url
        return await self._at_common_paths(start, tried, problem)

    async def _at_common_paths(self, start: str, tried: list[str], problem: str) -> list[FoundFeed]:
        root = urljoin(start, "/")
        for path in COMMON_PATHS if problem != _UNREACHABLE else ():
            candidate = root.rstrip("/") + path
            tried.append(candidate)
            feed, _ = await self._ask(candidate)
            if feed is not None:
                return [feed]
        raise _nothing(tried, problem)

    async def _read_all(self, linked: Sequence[FoundFeed]) -> list[FoundFeed]:
        """Return feeds with what reading them tells; those that cannot be read stay as their page names them."""
        tasks = [asyncio.create_task(self._ask(each.url)) for each in linked[:_MOST_READ]]
        try:
            await asyncio.wait(tasks, timeout=_READING_SECONDS)
        finally:
            for task in tasks:
                task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        read = [None if isinstance(one, BaseException) else one[0] for one in ended]
        return [*map(_told, linked, read), *linked[_MOST_READ:]]

    async def _ask(self, candidate: str) -> tuple[FoundFeed | None, str]:
        page, problem = await self._get(candidate)
        feed = None if page is None else await self._feed(page)
        return (
            (None, problem)
            if feed is None
            else (replace(feed, url=_with_credentials(feed.url, candidate)), "")
        )

    async def _get(self, url: str) -> tuple[Fetched | None, str]:
        result = await self._fetcher.fetch(FetchRequest(url))
        if isinstance(result, Moved):
            result = result.result
        match result:
            case Fetched():
                return result, ""
            case FetchFailed(reason=reason, status=None):
                # Whether a private address answers, and how, is nobody's business.
                return None, _UNREACHABLE if PRIVATE in reason else reason
            case FetchFailed(reason=reason) | Gone(reason=reason):
                return None, reason
            case NotModified():
                return None, ""

    async def _feed(self, page: Fetched) -> FoundFeed | None:
        if is_page(page.body, page.headers):
            return None
        parsed = await self._parser.parse(page.body, url=page.url, headers=page.headers)
        if not isinstance(parsed, ParsedFeed):
            return None
        return FoundFeed(
            page.url,
            parsed.title or page.url,
            feed_type(page.body, page.headers),
            entries_per_day([entry.published for entry in parsed.entries], self._now()),
        )


def _told(linked: FoundFeed, read: FoundFeed | None) -> FoundFeed:
    """Return a linked feed with what reading it told; its page's own title for it says more beside others."""
    if read is None:
        return linked
    title = read.title if linked.title == linked.url else linked.title
    return replace(linked, title=title, type=read.type, per_day=read.per_day)


def _nothing(tried: Sequence[str], problem: str) -> UserError:
    where = ", ".join(dict.fromkeys(map(_shown, tried)))
    return UserError(f"No feed was found. Tried: {where}. {problem}".strip())


def is_page(body: bytes, headers: Mapping[str, str]) -> bool:
    """Tell whether a document is a web page."""
    return root_name(decode_document(body[:20_000], headers.get("content-type", ""))) == "html"


def feed_type(body: bytes, headers: Mapping[str, str]) -> str:
    """Name the media type of a document that is a feed, from what it holds and not from what its server says."""
    head = decode_document(body[:20_000], headers.get("content-type", "")).lstrip("\ufeff \t\r\n")
    if head.startswith(("{", "[")):
        return "application/feed+json"
    return "application/atom+xml" if root_name(head) == "feed" else "application/rss+xml"


def _cleaned(url: str) -> str:
    text = url.strip().strip("<>").strip()
    return (
        text.removeprefix("feed:") if text.startswith("feed:http") else text.replace("feed://", "http://", 1)
    )


def _read(text: str) -> str:
    """Read what a person typed: a scheme may be missing."""
    try:
        return read_target(text if "://" in text else f"https://{text}").with_credentials
    except TargetError as error:
        raise UserError(
            f"{error} Give the address of a feed or of a page, such as https://example.org/."
        ) from None


def _with_credentials(url: str, given: str) -> str:
    """Return the address to store: the credentials that were given belong to their own origin."""
    found, asked = read_target(url), read_target(given)
    if found.origin != asked.origin or not asked.userinfo:
        return url
    return replace(found, userinfo=asked.userinfo).with_credentials


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return url.replace(parts.netloc, parts.netloc.rpartition("@")[2], 1)
