"""Turns documents into entries, here and now.

bytes -> text (charset) -> JSON Feed, or XML -> known items left out -> repaired -> feedparser -> entries
"""

from collections.abc import Mapping
from urllib.parse import urljoin

from bot.adapters.feeds.charset import decode_document, says_utf8
from bot.adapters.feeds.hubs import with_headers
from bot.adapters.feeds.jsonfeed import parse_json_feed
from bot.adapters.feeds.novelty import read_news, read_whole
from bot.adapters.feeds.syndication import parse_xml_feed
from bot.model.entry import ParsedFeed, ParseFailed


def parse_document(
    body: bytes, url: str, headers: Mapping[str, str], known: frozenset[bytes] | None = None
) -> ParsedFeed | ParseFailed:
    """Parse a document that came from ``url`` with these (lower-case) headers.

    Items with ``known`` digests may be left out; where it is None no digests are made either. Pure and synchronous. May take as long and as much memory as a hostile document likes; ``FeedParser`` bounds both.
    """
    base = urljoin(url, headers.get("content-location", "")) if url else headers.get("content-location", "")
    parsed = _parse(body, base, headers, known)
    return with_headers(parsed, headers, url or base) if isinstance(parsed, ParsedFeed) else parsed


def _parse(
    body: bytes, base: str, headers: Mapping[str, str], known: frozenset[bytes] | None
) -> ParsedFeed | ParseFailed:
    kind = headers.get("content-type", "")
    language = headers.get("content-language", "").partition(",")[0].strip()
    if known:
        data = body if says_utf8(body, kind) else decode_document(body, kind).encode("utf-8", "surrogatepass")
        if (news := read_news(data, base, language=language, known=known)) is not None:
            return news
    if not body.strip():
        return ParseFailed("The document is empty.")
    text = decode_document(body, kind).lstrip("\ufeff \t\r\n\x00")
    if text[:1] in ("{", "["):
        return parse_json_feed(text, base)
    if "<" not in text:
        return ParseFailed("The document is neither XML nor JSON.")
    read = parse_xml_feed if known is None else read_whole
    return read(text, base, language=language)
