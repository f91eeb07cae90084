"""From an address that a person gave to the feeds behind it."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from bot.adapters.feeds.charset import decode_document
from bot.adapters.feeds.pages import find_links
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


class Discovery:
    """Finds feeds through a fetcher and a parser; implements ``bot.ports.FeedFinder``."""

    def __init__(self, fetcher: Fetcher, parser: Parser) -> None:
        self._fetcher = fetcher
        self._parser = parser

    async def discover(self, url: str) -> list[FoundFeed]:
        """Return the feed at an address, or those its page names, or those at common paths of its host.

        Raises UserError with what was tried where there is none.
        """
        start = _read(url)
        page, problem = await self._get(start)
        if page is None and "://" not in url.strip():
            page, problem = await self._get(start.replace("https://", "http://", 1))
        tried = [start]
        if page is not None:
            if (feed := await self._feed(page)) is not None:
                return [replace(feed, url=_with_credentials(feed.url, start))]
            if linked := find_links(page.body, page.url, page.headers):
                return linked
            start = page.url
        return await self._at_common_paths(start, tried, problem)

    async def _at_common_paths(self, start: str, tried: list[str], problem: str) -> list[FoundFeed]:
        root = urljoin(start, "/")
        for path in COMMON_PATHS if problem != _UNREACHABLE else ():
            candidate = root.rstrip("/") + path
            tried.append(candidate)
            page, _ = await self._get(candidate)
            if page is not None and (feed := await self._feed(page)) is not None:
                return [feed]
        where = ", ".join(dict.fromkeys(map(_shown, tried)))
        raise UserError(f"No feed was found. Tried: {where}. {problem}".strip())

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
        return FoundFeed(page.url, parsed.title or page.url, feed_type(page.body, page.headers))


def is_page(body: bytes, headers: Mapping[str, str]) -> bool:
    """Tell whether a document is a web page."""
    return root_name(decode_document(body[:20_000], headers.get("content-type", ""))) == "html"


def feed_type(body: bytes, headers: Mapping[str, str]) -> str:
    """Name the media type of a document that is a feed, from what it holds and not from what its server says."""
    head = decode_document(body[:20_000], headers.get("content-type", "")).lstrip("\ufeff \t\r\n")
    if head.startswith(("{", "[")):
        return "application/feed+json"
    return "application/atom+xml" if root_name(head) == "feed" else "application/rss+xml"


def _read(url: str) -> str:
    """Read what a person typed: a scheme may be missing."""
    text = url.strip().strip("<>")
    text = (
        text.removeprefix("feed:") if text.startswith("feed:http") else text.replace("feed://", "http://", 1)
    )
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
