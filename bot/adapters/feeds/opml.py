"""Subscription lists (OPML 2.0, opml.org/spec2.opml): folders become tags."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from lxml import etree

from bot.adapters.feeds.charset import decode_document
from bot.adapters.feeds.plain import one_line
from bot.adapters.feeds.repair import prepare
from bot.adapters.feeds.target import TargetError, read_target
from bot.errors import UserError
from bot.model.feed import FeedSpec

log = structlog.get_logger()

_MAX_BYTES = 20_000_000
_MAX_TEXT = 200
_MAX_NAMED = 5
_MAX_SECONDS = 366 * 86_400
# What OPML has no word for stands in attributes of a namespace of our own, as its specification asks.
_OURS = "urn:newsbell:opml"
_INTERVAL = f"{{{_OURS}}}interval"


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list holds: the feeds, and a sentence for each outline whose address cannot be used.

    ``repeated`` names the outlines whose address stood in the list before.
    """

    feeds: tuple[FeedSpec, ...]
    problems: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()


def read(document: bytes) -> list[FeedSpec]:
    """Read the feeds of a list. Raises UserError where it is no OPML or none of its addresses can be used."""
    listing = read_listing(document)
    if listing.problems and not listing.feeds:
        raise UserError(_complaint(listing.problems))
    for problem in listing.problems:
        log.warning("outline_skipped", reason=problem)
    return list(listing.feeds)


def read_listing(document: bytes) -> Listing:
    """Read a list; the same address twice is one feed with the tags of both. Raises UserError where it is no OPML."""
    if len(document) > _MAX_BYTES:
        raise UserError("The list is larger than 20 MB; split it.")
    found: dict[str, FeedSpec] = {}
    problems: list[str] = []
    repeated: list[str] = []
    for outline, tags in _outlines(_root(document)):
        name = _name(outline)
        try:
            url = read_target(_attribute(outline, "xmlUrl")).with_credentials
        except TargetError as error:
            problems.append(f"{name or 'An outline without title'}: {error}")
            continue
        if known := found.get(url):
            repeated.append(name or public(url))
        merged = tuple(dict.fromkeys([*(known.tags if known else ()), *tags]))
        title = (known.title if known else None) or name or None
        found[url] = FeedSpec(url, title, merged, (known.interval if known else None) or _interval(outline))
    return Listing(tuple(found.values()), tuple(problems), tuple(repeated))


def write(feeds: Sequence[FeedSpec]) -> bytes:
    """Write a list, by folders; a feed with several tags stands in the folder of its first and names all.

    Where a tag holds a comma, which separates categories, the feed stands in a folder for each of its tags.
    Credentials in addresses stay at home.
    """
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"newsbell": _OURS})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Newsbell feeds"
    body = etree.SubElement(root, "body")
    folders: dict[tuple[str, ...], etree._Element] = {(): body}
    for feed in feeds:
        separable = not any("," in tag for tag in feed.tags)
        folder = _folder(folders, feed.tags[:1] if separable else feed.tags)
        url = public(feed.url)
        outline = etree.SubElement(folder, "outline", type="rss", text=feed.title or url, xmlUrl=url)
        if feed.title:
            outline.set("title", feed.title)
        if feed.interval:
            outline.set(_INTERVAL, f"{feed.interval.total_seconds():.0f}")
        if feed.tags and separable:
            outline.set("category", ",".join(feed.tags))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _folder(folders: dict[tuple[str, ...], etree._Element], path: tuple[str, ...]) -> etree._Element:
    """Return the folder with this path, made with those around it where it is new."""
    for length in range(1, len(path) + 1):
        if path[:length] not in folders:
            name = path[length - 1]
            folders[path[:length]] = etree.SubElement(
                folders[path[: length - 1]], "outline", text=name, title=name
            )
    return folders[path]


def _interval(outline: etree._Element) -> timedelta | None:
    value = str(outline.get(_INTERVAL) or "")
    seconds = (
        int(value) if value.isascii() and value.isdigit() and len(value) <= len(str(_MAX_SECONDS)) else 0
    )
    return timedelta(seconds=seconds) if 0 < seconds <= _MAX_SECONDS else None


def public(url: str) -> str:
    """Return an address without credentials; empty where it is none."""
    try:
        return read_target(url).url
    except TargetError:
        return ""


def _root(document: bytes) -> etree._Element:
    data, _ = prepare(decode_document(document))
    # No DTD, no entities, no network: a list may come from anybody.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or not isinstance(root.tag, str) or root.tag.lower() != "opml":
        raise UserError("The file is no OPML list; export one from your feed reader and try again.")
    return root


def _outlines(root: etree._Element) -> Iterator[tuple[etree._Element, tuple[str, ...]]]:
    """Yield every outline that has an address, with the names of the folders around it, outermost first."""
    for outline in root.iter("outline"):
        if not _attribute(outline, "xmlUrl"):
            continue
        folders = [_name(one) for one in outline.iterancestors("outline") if not _attribute(one, "xmlUrl")]
        categories = [part.strip("/ ") for part in _attribute(outline, "category").split(",")]
        yield outline, tuple(dict.fromkeys(tag for tag in [*reversed(folders), *categories] if tag))


def _name(outline: etree._Element) -> str:
    return one_line(_attribute(outline, "title") or _attribute(outline, "text"))[:_MAX_TEXT]


def _attribute(outline: etree._Element, name: str) -> str:
    low = name.lower()
    return next((str(value).strip() for key, value in outline.attrib.items() if str(key).lower() == low), "")


def _complaint(bad: Sequence[str]) -> str:
    more = f" and {len(bad) - _MAX_NAMED} more" if len(bad) > _MAX_NAMED else ""
    return f"Some addresses in the list cannot be used: {'; '.join(bad[:_MAX_NAMED])}{more}"
