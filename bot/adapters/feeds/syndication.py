"""RSS, Atom and CDF: feedparser reads, this makes its reading an entry as Newsbell means it."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.adapters.feeds.authors import author_names
from bot.adapters.feeds.dates import read_date
from bot.adapters.feeds.hints import read_hints
from bot.adapters.feeds.hubs import document_links, offered
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
from bot.adapters.feeds.links import entry_link, page_link, record, records, web_link
from bot.adapters.feeds.plain import (
    clean,
    one_line,
    text_of_html,
    text_of_plain,
    title_of_html,
    title_of_plain,
)
from bot.adapters.feeds.reader import Opening, Record, read_feed, read_strictly_from
from bot.adapters.feeds.repair import prepare
from bot.model.entry import ParsedEntry, ParsedFeed, ParseFailed

_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_ASIDE = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_FEED_ROOTS = frozenset({"rss", "rdf", "feed", "channel", "entry"})
_ROOT_WITHIN = 20_000
_IMAGE = re.compile(r"<img\b[^>]{0,2000}?\ssrc\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_DATES = (
    ("published", "created", "updated"),
    ("updated",),
)
# What else may tell of an item: the text only where the item's own says no more, the titles where it has none.
_OTHER_TEXTS = ("itunes_summary", "media_description", "subtitle", "dcterms_abstract")
_OTHER_TITLES = ("itunes_title", "media_title")
_MACHINE_MADE = re.compile(r"(?:https?:|urn:|tag:)\S+|\d+", re.IGNORECASE)


def parse_xml_feed(text: str, base: str, *, language: str = "") -> ParsedFeed | ParseFailed:
    """Read an XML document, well-formed or not; ``language`` is what its server said (Content-Language)."""
    return read_xml_feed(text, base, language=language)[0]


def read_xml_feed(text: str, base: str, *, language: str = "") -> tuple[ParsedFeed | ParseFailed, bool]:
    """Read an XML document, and tell whether it was read strictly: well-formed, and not by feedparser's loose parser."""
    root = root_name(text)
    if root == "html":
        return ParseFailed("The document is a web page, not a feed."), False
    if root == "redirect":
        return (
            ParseFailed("The document only names another address for the feed; give that one instead."),
            False,
        )
    data, fault = prepare(text)
    result = read_feed(data, language)
    if not result["entries"] and not result["version"] and root not in _FEED_ROOTS:
        reason = f"The document is XML with the root element '{root[:40]}', which is no kind of feed."
        return ParseFailed(reason), False
    return _feed(result, text, base, fault), fault is None and not result["bozo"]


def read_clean_feed(opening: Opening, rest: str, base: str, *, language: str) -> ParsedFeed | None:
    """Read a document, of which ``is_clean`` is true, as ``read_xml_feed`` would; None where it could not strictly."""
    text = opening.head + rest
    if root_name(text) not in _FEED_ROOTS:
        return None
    try:
        result = read_strictly_from(opening, rest.encode(), language)
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 - a document chooses which part of feedparser fails, and how
        return None
    return _feed(result, text, base, None)


def _feed(result: Record, text: str, base: str, fault: str | None) -> ParsedFeed:
    feed = result["feed"]
    # Without an address of its own a document is taken to stand beside the page that it names.
    base = base or page_link(feed, "") or ""
    spoken = _tag(_string(feed, "language"))
    # RFC 4287, section 4.2.1: an entry without authors is by those of its source, else of its feed.
    inherited = _names(feed) if result["version"].startswith("atom") else ()
    return ParsedFeed(
        title=_title(feed) or None,
        link=page_link(feed, base),
        language=spoken,
        entries=tuple(_entry(entry, base, spoken, inherited) for entry in result["entries"][:MAX_ENTRIES]),
        warning=f"{unreadable} entries could not be read."
        if (unreadable := result.get("unreadable"))
        else fault,
        hints=read_hints(
            text,
            ttl=_string(feed, "ttl"),
            period=_string(feed, "sy_updateperiod"),
            frequency=_string(feed, "sy_updatefrequency"),
        ),
        offer=offered(document_links(feed), base),
        icon=_icon(feed, base),
    )


def root_name(text: str) -> str:
    """Return the local name of the first element in lower case, empty where there is none."""
    found = _ROOT.search(_ASIDE.sub("", text[:_ROOT_WITHIN]))
    return found[2].lower() if found else ""


def _entry(entry: Record, base: str, feed_language: str | None, inherited: tuple[str, ...]) -> ParsedEntry:
    language = _language(entry) or feed_language
    summary = _summary(entry)
    guid = clean(_string(entry, "id")).strip()
    published, updated = (_date(entry, names, language) for names in _DATES)
    return ParsedEntry(
        guid=short_guid(guid) if guid else None,
        title=_title(entry) or _other_title(entry) or derived_title(summary),
        link=entry_link(entry, base),
        summary=summary,
        published=published,
        updated=updated,
        authors=_names(entry) or _source_names(entry) or inherited,
        categories=_categories(entry),
        language=language,
        image=_image(entry, base),
    )


def _title(titled: Record) -> str:
    value = _string(titled, "title")[:MAX_MARKUP]
    read = title_of_html if "html" in record(titled, "title_detail").get("type", "") else title_of_plain
    return read(value)[:MAX_TITLE]


def _other_title(entry: Record) -> str:
    titles = (title_of_plain(_string(entry, name)[:MAX_MARKUP])[:MAX_TITLE] for name in _OTHER_TITLES)
    return next(filter(None, titles), "")


def _summary(entry: Record) -> str:
    """Return the whole text; what else tells of the item replaces it where that says the same and more."""
    text = _own_text(entry)
    for name in _OTHER_TEXTS:
        other = text_of_html(_string(entry, name)[:MAX_MARKUP])
        if other and _squeeze(text).rstrip("….[]") in _squeeze(other):
            text = other
    return text[:MAX_SUMMARY]


def _own_text(entry: Record) -> str:
    """Return the content, and before it a description that the content does not repeat."""
    described = _text(_string(entry, "summary"), record(entry, "summary_detail"))
    contents = [_text(_string(one, "value"), one) for one in records(entry, "content") if _is_text(one)]
    whole = max(contents, key=len, default="")
    squeezed, told = _squeeze(whole), _squeeze(described)
    if not whole or squeezed in told:
        return described
    if told.rstrip("….[]") in squeezed:
        return whole
    return f"{described}\n{whole}"


def _text(value: str, detail: Record) -> str:
    return (
        text_of_html(value[:MAX_MARKUP])
        if "html" in detail.get("type", "text/html")
        else text_of_plain(value[:MAX_MARKUP])
    )


def _is_text(content: Record) -> bool:
    kind = content.get("type", "text/html")
    return isinstance(kind, str) and (kind.startswith("text/") or kind.endswith(("/html", "/xhtml+xml")))


def _squeeze(text: str) -> str:
    """Return a text of ``plain`` without white space, of which it has no other kinds."""
    return text.replace(" ", "").replace("\n", "")


def _date(entry: Record, names: tuple[str, ...], language: str | None) -> datetime | None:
    dates = (read_date(_string(entry, name), language) for name in names)
    return next((date for date in dates if date is not None), None)


def _names(written: Record) -> tuple[str, ...]:
    """Return the authors of an entry or a feed."""
    listed = [_string(one, "name") or _string(one, "email") for one in records(written, "authors")]
    return _distinct([name for one in listed for name in author_names(one)])


def _source_names(entry: Record) -> tuple[str, ...]:
    source = entry.get("source")
    return _names(source) if isinstance(source, Mapping) else ()


def _categories(entry: Record) -> tuple[str, ...]:
    return _distinct(
        [category(_string(tag, "term"), _string(tag, "label")) for tag in records(entry, "tags")]
    )


def category(term: str, label: str) -> str:
    """Return the term of a category, or its label where the term is one that only programs read."""
    return label if not term or (label and _MACHINE_MADE.fullmatch(term.strip())) else term


def _distinct(names: list[str]) -> tuple[str, ...]:
    plain = (title_of_plain(name)[:MAX_NAME] for name in names)
    return tuple(dict.fromkeys(name for name in plain if name))[:MAX_NAMES]


def _language(entry: Record) -> str | None:
    details = [record(entry, "title_detail"), record(entry, "summary_detail"), *records(entry, "content")[:1]]
    named = (one.get("language") for one in details)
    return _tag(_string(entry, "language")) or next((_tag(name) for name in named if name), None)


def _tag(language: str) -> str | None:
    return one_line(language).replace("_", "-")[:35] or None


def _image(entry: Record, base: str) -> str | None:
    return next(filter(None, (web_link(value, base) for value in _images(entry))), None)


def _icon(feed: Record, base: str) -> str | None:
    """Return a feed's picture: the square one first, as Atom wants it, and podcasts."""
    named = (_string(feed, "icon"), record(feed, "image").get("href"))
    return next(filter(None, (web_link(value, base) for value in (*named, _string(feed, "logo")))), None)


def _images(entry: Record) -> Iterator[str | None]:
    yield from (thumbnail.get("url") for thumbnail in records(entry, "media_thumbnail"))
    for media in records(entry, "media_content"):
        if media.get("medium") == "image" or media.get("type", "").startswith("image/"):
            yield media.get("url")
    for link in records(entry, "links"):
        if link.get("rel") == "enclosure" and link.get("type", "").startswith("image/"):
            yield link.get("href")
    yield record(entry, "image").get("href")
    for value in [_string(entry, "summary"), *(_string(one, "value") for one in records(entry, "content"))]:
        if found := _IMAGE.search(value[:MAX_MARKUP]):
            yield found[1].replace("&amp;", "&")


def _string(record: Record, name: str) -> str:
    # FeedParserDict's own lookup answers one key with another and warns about it.
    value = dict.get(record, name) if isinstance(record, dict) else record.get(name)
    return value if isinstance(value, str) else ""
