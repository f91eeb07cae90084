"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.adapters.feeds.dates import read_date
from bot.adapters.feeds.hubs import json_links, offered
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


class _Number(str):
    """A number as it is written. Turning a long one into an int takes time that grows with its square."""

    __slots__ = ()


def parse_json_feed(text: str, base: str) -> ParsedFeed | ParseFailed:
    """Read a JSON document; what is no JSON Feed, or no JSON, is refused in words."""
    try:
        document = json.loads(text, parse_int=_Number, parse_float=_Number, parse_constant=_Number)
    except (ValueError, RecursionError):
        return ParseFailed("The document looks like JSON but cannot be read as such.")
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        return ParseFailed("The document is JSON, but no JSON Feed: it has no list of items.")
    language = _language(document)
    inherited = _authors(document)
    return ParsedFeed(
        title=title_of_plain(_text(document.get("title")))[:MAX_TITLE] or None,
        link=web_link(_words(document.get("home_page_url")), base),
        language=language,
        entries=tuple(
            _entry(item, base, language, inherited)
            for item in document["items"][:MAX_ENTRIES]
            if isinstance(item, dict)
        ),
        offer=offered(json_links(document), base),
        icon=_picture(document, ("icon", "favicon"), base),
    )


def _entry(
    item: Mapping[str, Any], base: str, language: str | None, inherited: tuple[str, ...]
) -> ParsedEntry:
    guid = clean(_text(item.get("id"))).strip()
    summary = _summary(item)
    own = _language(item) or language
    published, updated = (read_date(_text(item.get(key)), own) for key in ("date_published", "date_modified"))
    return ParsedEntry(
        guid=short_guid(guid) if guid else None,
        title=(title_of_plain(_text(item.get("title"))) or derived_title(summary))[:MAX_TITLE],
        link=next(filter(None, (web_link(address, base) for address in _addresses(item, guid))), None),
        summary=summary,
        published=published or updated,
        updated=updated,
        authors=_authors(item) or inherited,
        categories=_names(_listed(item, "tags")),
        language=own,
        image=_picture(item, ("image", "banner_image"), base),
    )


def _picture(record: Mapping[str, Any], keys: tuple[str, ...], base: str) -> str | None:
    return next(filter(None, (web_link(_text(record.get(key)), base) for key in keys)), None)


def _summary(item: Mapping[str, Any]) -> str:
    if markup := _text(item.get("content_html")):
        return text_of_html(markup[:MAX_MARKUP])[:MAX_SUMMARY]
    return text_of_plain((_text(item.get("content_text")) or _text(item.get("summary")))[:MAX_MARKUP])[
        :MAX_SUMMARY
    ]


def _addresses(item: Mapping[str, Any], guid: str) -> Iterator[str]:
    yield _words(item.get("url"))
    yield _words(item.get("external_url"))
    yield guid if guid.lower().startswith(("http://", "https://")) else ""
    yield from (_words(one.get("url")) for one in _listed(item, "attachments") if isinstance(one, dict))


def _authors(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return who version 1.1 names, else who version 1.0 names."""
    return next(filter(None, (_names(_listed(record, key)) for key in ("authors", "author"))), ())


def _listed(record: Mapping[str, Any], key: str) -> list[Any]:
    """Return what a key lists; where one thing stands in place of a list, that alone."""
    value = record.get(key)
    return value if isinstance(value, list) else [value]


def _language(record: Mapping[str, Any]) -> str | None:
    return one_line(_words(record.get("language"))).replace("_", "-")[:35] or None


def _names(values: list[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_each(values)))[:MAX_NAMES]


def _each(values: list[Any]) -> Iterator[str]:
    for value in values:
        if name := one_line(_text(value.get("name") if isinstance(value, dict) else value))[:MAX_NAME]:
            yield name


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _words(value: object) -> str:
    """Return text that was no number."""
    return "" if isinstance(value, _Number) else _text(value)
