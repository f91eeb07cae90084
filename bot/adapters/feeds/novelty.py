"""Only what is new goes through feedparser: items known by their digests are left out of the document first.

bytes -> split | known items left out -> the ordinary way, which must find the rest well-formed -> new entries

A left-out item was one element of a well-formed document between the same open tags, and valid UTF-8, so the rest is
well-formed UTF-8 exactly where the whole is. Wherever that cannot be said, the whole document is to be read.
"""

from dataclasses import replace

from bot.adapters.feeds.items import Split, is_certain, split
from bot.adapters.feeds.syndication import read_xml_feed
from bot.adapters.feeds.traces import leaves_no_trace
from bot.model.entry import ParsedFeed, ParseFailed

_MOST_KNOWN = 2_000


def read_news(data: bytes, base: str, *, language: str, known: frozenset[bytes]) -> ParsedFeed | None:
    """Read a document in UTF-8 but for the items with ``known`` digests; None where the whole is to be read."""
    try:
        pieces = split(data)
        digests = pieces.digests() if pieces else []
        listed = zip(pieces.items, digests, strict=True) if pieces else ()
        fresh = [item.decode() for item, digest in listed if digest not in known]
    except UnicodeDecodeError:
        return None
    skipped = len(digests) - len(fresh)
    if pieces is None or not skipped or not all(map(is_certain, fresh)):
        return None
    parsed, strictly = read_xml_feed(pieces.document(fresh), base, language=language)
    if isinstance(parsed, ParseFailed) or not strictly:
        return None
    return replace(parsed, items=_recognisable(pieces, digests, known), skipped=skipped)


def read_whole(text: str, base: str, *, language: str) -> ParsedFeed | ParseFailed:
    """Read a document; ``items`` then holds the digests of all that may be left out of the next one."""
    parsed, strictly = read_xml_feed(text, base, language=language)
    if isinstance(parsed, ParseFailed) or not strictly:
        return parsed
    try:
        pieces = split(text.encode("utf-8", "surrogatepass"))
        certain = pieces is not None and all(is_certain(item.decode()) for item in pieces.items)
    except UnicodeDecodeError:  # a lone surrogate, which some charsets can spell
        return parsed
    if pieces is None or not certain:
        return parsed
    return replace(parsed, items=_recognisable(pieces, pieces.digests(), frozenset()))


def _recognisable(pieces: Split, digests: list[bytes], known: frozenset[bytes]) -> frozenset[bytes]:
    return frozenset(
        digest
        for item, digest in list(zip(pieces.items, digests, strict=True))[:_MOST_KNOWN]
        if digest in known or leaves_no_trace(item.decode(), pieces.context)
    )
