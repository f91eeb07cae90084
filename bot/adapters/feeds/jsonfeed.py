"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.adapters.feeds.dates import read_date
from bot.adapters.feeds.limits import (
    MAX_ENTRIES,
    MAX_MARKUP,
    MAX_NAME,
    MAX_NAMES,
    MAX_SUMMARY,
    MAX_TITLE,
    derived_title,
    short_guid,
)
from bot.adapters.feeds.links import web_link
from bot.adapters.feeds.plain import clean, one_line, text_of_html, text_of_plain, title_of_plain
from bot.model.entry import ParsedEntry, ParsedFeed, ParseFailed


def parse_json_feed(text: str, base: str) -> ParsedFeed | ParseFailed:
    """Read a JSON document; what is no JSON Feed, or no JSON, is refused in words."""
    try:
        # Whole numbers stay text: turning a long one into an int takes time that grows with its square.
        document = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return ParseFailed("The document looks like JSON but cannot be read as such.")
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        return ParseFailed("The document is JSON, but no JSON Feed: it has no list of items.")
    language = _text(document.get("language")) or None
    return ParsedFeed(
        title=one_line(_text(document.get("title")))[:MAX_TITLE] or None,
        link=web_link(_text(document.get("home_page_url")), base),
        language=language,
        entries=tuple(
            _entry(item, base, language) for item in document["items"][:MAX_ENTRIES] if isinstance(item, dict)
        ),
    )


def _entry(item: Mapping[str, Any], base: str, language: str | None) -> ParsedEntry:
    link = next(filter(None, (web_link(_text(item.get(key)), base) for key in ("url", "external_url"))), None)
    guid = clean(_text(item.get("id"))).strip()
    summary = _summary(item)
    own = _text(item.get("language")) or language
    published, updated = (
        read_date(_text(item.get(key)), None, own) for key in ("date_published", "date_modified")
    )
    return ParsedEntry(
        guid=short_guid(guid) if guid else None,
        title=(title_of_plain(_text(item.get("title"))) or derived_title(summary))[:MAX_TITLE],
        link=link or web_link(guid, None),
        summary=summary,
        published=published or updated,
        updated=updated,
        authors=_names(_authors(item)),
        categories=_names(item["tags"] if isinstance(item.get("tags"), list) else []),
        language=own,
        image=next(
            filter(None, (web_link(_text(item.get(key)), base) for key in ("image", "banner_image"))), None
        ),
    )


def _summary(item: Mapping[str, Any]) -> str:
    if markup := _text(item.get("content_html")):
        return text_of_html(markup[:MAX_MARKUP])[:MAX_SUMMARY]
    return text_of_plain((_text(item.get("content_text")) or _text(item.get("summary")))[:MAX_MARKUP])[
        :MAX_SUMMARY
    ]


def _authors(item: Mapping[str, Any]) -> list[Any]:
    listed = item.get("authors") if isinstance(item.get("authors"), list) else []
    return [one.get("name") for one in [*(listed or []), item.get("author")] if isinstance(one, dict)]


def _names(values: list[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_each(values)))[:MAX_NAMES]


def _each(values: list[Any]) -> Iterator[str]:
    for value in values:
        if name := one_line(_text(value))[:MAX_NAME]:
            yield name


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
