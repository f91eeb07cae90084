"""Web pages and the feeds they point to."""

from collections.abc import Iterator, Mapping
from urllib.parse import urljoin

from lxml import etree

from bot.adapters.feeds.charset import decode_page
from bot.adapters.feeds.links import web_link
from bot.adapters.feeds.plain import one_line
from bot.model.feed import FoundFeed

FEED_TYPES = {
    "application/rss+xml": "application/rss+xml",
    "application/atom+xml": "application/atom+xml",
    "application/feed+json": "application/feed+json",
    "application/rdf+xml": "application/rss+xml",
    "application/x-rss+xml": "application/rss+xml",
    "application/x.atom+xml": "application/atom+xml",
    "application/x-atom+xml": "application/atom+xml",
    "application/xml": "application/rss+xml",
    "text/xml": "application/rss+xml",
    "application/json": "application/feed+json",
}
_SURE_TYPES = frozenset(FEED_TYPES) - {"application/json"}
_ENDINGS = (".rss", ".rdf", ".atom", "/feed", "/feed/", "/rss", "/rss/", "/atom", "/feed.xml", "/rss.xml", "/atom.xml",
            "/index.xml", "/feed.json", "/feeds/posts/default")  # fmt: skip
_MAX_FOUND = 50
_MAX_TITLE = 200


def find_links(html: bytes, base_url: str, headers: Mapping[str, str]) -> list[FoundFeed]:
    """Return the feeds that a page names: its ``<link rel=alternate>``s, or else the ``<a>``s that look like feeds.

    Addresses are absolute, each once, in the page's order. ``headers`` are lower-case.
    """
    text = decode_page(html, headers.get("content-type", ""))
    parser = etree.HTMLParser(no_network=True, recover=True, huge_tree=False, encoding="utf-8")
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return []
    base = _base(root, base_url)
    found = list(_once(_alternates(root, base))) or list(_once(_anchors(root, base)))
    return found[:_MAX_FOUND]


def _base(root: etree._Element, base_url: str) -> str:
    element = next(iter(root.iter("base")), None)
    href = str(element.get("href") or "") if element is not None else ""
    try:
        return urljoin(base_url, href.strip())
    except ValueError:
        return base_url


def _alternates(root: etree._Element, base: str) -> Iterator[FoundFeed]:
    for element in root.iter("link"):
        relations = str(element.get("rel") or "").lower().split()
        kind = str(element.get("type") or "").partition(";")[0].strip().lower()
        sure = "alternate" in relations and kind in FEED_TYPES
        if (
            not (sure and (kind in _SURE_TYPES or "json" in _href(element).lower()))
            and "feed" not in relations
        ):
            continue
        if url := web_link(_href(element), base):
            title = one_line(str(element.get("title") or ""))[:_MAX_TITLE]
            yield FoundFeed(url, title or url, FEED_TYPES.get(kind, "application/rss+xml"))


def _anchors(root: etree._Element, base: str) -> Iterator[FoundFeed]:
    for element in root.iter("a"):
        href = _href(element)
        path = href.partition("#")[0].partition("?")[0].lower()
        if not path.endswith(_ENDINGS) and not _asks_for_feed(href):
            continue
        if url := web_link(href.partition("#")[0], base):
            title = one_line("".join(map(str, element.itertext())))[:_MAX_TITLE]
            yield FoundFeed(url, title or url, _guess(path))


def _href(element: etree._Element) -> str:
    href = str(element.get("href") or "").strip()
    return (
        href.removeprefix("feed:") if href.startswith("feed:http") else href.replace("feed://", "http://", 1)
    )


def _asks_for_feed(href: str) -> bool:
    query = href.partition("?")[2].lower().split("&")
    return any(
        one in query
        for one in ("feed=rss", "feed=rss2", "feed=atom", "format=feed", "format=rss", "output=rss")
    )


def _guess(path: str) -> str:
    if "json" in path:
        return "application/feed+json"
    return "application/atom+xml" if "atom" in path else "application/rss+xml"


def _once(found: Iterator[FoundFeed]) -> Iterator[FoundFeed]:
    seen: set[str] = set()
    for feed in found:
        if feed.url not in seen:
            seen.add(feed.url)
            yield feed
