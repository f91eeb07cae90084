"""Only what is new goes through feedparser: items known by their digests are left out of the document first.

text -> split | known items left out -> the ordinary way, which must find the rest well-formed -> new entries

A left-out item was one element of a well-formed document between the same open tags, so the rest is well-formed
exactly where the whole is. Wherever that cannot be said, the whole document is read.
"""

from dataclasses import replace

from bot.adapters.feeds.items import Split, is_certain, split
from bot.adapters.feeds.syndication import parse_xml_feed, read_xml_feed
from bot.adapters.feeds.traces import leaves_no_trace
from bot.model.entry import ParsedFeed, ParseFailed

_MOST_KNOWN = 2_000


def parse_xml_news(
    text: str, base: str, *, language: str, known: frozenset[bytes]
) -> ParsedFeed | ParseFailed:
    """Read an XML document but for the items with ``known`` digests; ``items`` then holds all that may be left out next."""
    pieces = split(text)
    digests = pieces.digests() if pieces else []
    fresh = (
        [item for item, digest in zip(pieces.items, digests, strict=True) if digest not in known]
        if pieces
        else []
    )
    if pieces is None or not all(map(is_certain, fresh)):
        return parse_xml_feed(text, base, language=language)
    skipped = len(digests) - len(fresh)
    parsed, strictly = read_xml_feed(pieces.document(fresh) if skipped else text, base, language=language)
    if skipped and not strictly:
        return parse_xml_feed(text, base, language=language)
    if isinstance(parsed, ParseFailed) or not strictly:
        return parsed
    return replace(parsed, items=_recognisable(pieces, digests, known), skipped=skipped)


def _recognisable(pieces: Split, digests: list[bytes], known: frozenset[bytes]) -> frozenset[bytes]:
    return frozenset(
        digest
        for item, digest in list(zip(pieces.items, digests, strict=True))[:_MOST_KNOWN]
        if digest in known or leaves_no_trace(item, pieces.context)
    )
