"""Only what is new goes through feedparser: items known by their digests are left out of the document first.

bytes -> split | known items left out -> the ordinary way, which must find the rest well-formed -> new entries

A left-out item was one element of a well-formed document between the same open tags, and valid UTF-8, so the rest is
well-formed UTF-8 exactly where the whole is. Wherever that cannot be said, the whole document is to be read.
"""

from dataclasses import replace

from bot.adapters.feeds.items import item_tags, split
from bot.adapters.feeds.reader import Opening
from bot.adapters.feeds.syndication import read_clean_feed, read_xml_feed
from bot.adapters.feeds.traces import leaves_no_trace
from bot.model.entry import ParsedFeed, ParseFailed


def read_news(data: bytes, base: str, *, language: str, known: frozenset[bytes]) -> ParsedFeed | None:
    """Read a document in UTF-8 but for the items with ``known`` digests; None where the whole is to be read."""
    try:
        pieces = split(data, known)
        if pieces is None:
            return None
        fresh = pieces.unknown(known)
    except UnicodeDecodeError:
        return None
    skipped = len(pieces.items) - len(fresh)
    recognisable = _recognisable(fresh, pieces.context) if skipped else None
    if recognisable is None:
        return None
    opening = Opening(base, pieces.head, pieces.context)
    parsed = read_clean_feed(opening, pieces.rest([item for _, item in fresh]), base, language=language)
    if parsed is None:
        return None
    return replace(parsed, items=known.intersection(pieces.digests) | recognisable, skipped=skipped)


def read_whole(text: str, base: str, *, language: str) -> ParsedFeed | ParseFailed:
    """Read a document; ``items`` then holds the digests of all that may be left out of the next one."""
    parsed, strictly = read_xml_feed(text, base, language=language)
    if isinstance(parsed, ParseFailed) or not strictly:
        return parsed
    try:
        pieces = split(text.encode("utf-8", "surrogatepass"))
        items = pieces.unknown(frozenset()) if pieces else []
    except UnicodeDecodeError:  # a lone surrogate, which some charsets can spell
        return parsed
    recognisable = _recognisable(items, pieces.context) if pieces else None
    return parsed if recognisable is None else replace(parsed, items=recognisable)


def _recognisable(items: list[tuple[bytes, str]], context: str) -> frozenset[bytes] | None:
    """Return the digests of items that may be left out the next time; None where one may not be what it seems to be."""
    found = set()
    for digest, item in items:
        inside = item_tags(item)
        if inside is None:
            return None
        if leaves_no_trace(inside, context):
            found.add(digest)
    return frozenset(found)
