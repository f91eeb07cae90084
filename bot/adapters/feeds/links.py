"""An entry's real link, made absolute."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from bot.adapters.feeds.limits import MAX_LINK
from bot.adapters.feeds.plain import clean

# feedparser resolves links while it reads. A base that cannot occur elsewhere lets them be told apart again afterwards
# and resolved against where the document really came from.
_MARK = "newsbell-base.invalid"
_LEVELS = ("/n1/n2/n3/n4/", "/n1/n2/n3/", "/n1/n2/", "/n1/")
_ROOT = f"http://{_MARK}"
BASE = _ROOT + _LEVELS[0]
# RFC 4287, section 4.2.7.2: a registered relation may be written as this and its name.
_REGISTRY = "http://www.iana.org/assignments/relation/"
# Joined to a base these would be the base.
_NO_HOST = re.compile(r"(?:https?:/{0,2}|//)", re.IGNORECASE)
# What joining to any base, taking apart and putting together again leaves as it is.
_WHOLE = re.compile(
    r"https?://[A-Za-z0-9.-]++(?::[0-9]{1,4})?(?:/[\w.~%!$&'()*+,=:@/-]*+)?(?:\?[\w.~%!$&'()*+,;=:@/?-]++)?",
    re.ASCII,
)
_ORIGINALS = ("feedburner_origlink", "pheedo_origlink")


def unresolved(value: str) -> str:
    """Return what the feed itself wrote where feedparser made an address of it."""
    if not value.startswith(_ROOT):
        return value
    path = value[len(_ROOT) :]
    for climbs, level in enumerate(_LEVELS):
        if path.startswith(level):
            return "../" * climbs + path[len(level) :]
    return path


def is_whole(address: str) -> bool:
    """Tell whether an address is absolute and plain, so that no base and no other spelling matters to it."""
    return _WHOLE.fullmatch(address) is not None


def is_hollow(address: str) -> bool:
    """Tell whether an address has a scheme or slashes and nothing behind them."""
    return _NO_HOST.fullmatch(address.strip()) is not None


def web_link(value: object, base: str | None) -> str | None:
    """Return an absolute http(s) address, None for anything else; white space inside is closed up or encoded."""
    if isinstance(value, str) and is_whole(value) and len(value) <= MAX_LINK and _MARK not in value:
        return value
    text = (
        "".join(clean(value if isinstance(value, str) else "").split("\n"))
        .strip()
        .replace("\t", "")
        .replace(" ", "%20")
    )
    if not text or is_hollow(text):
        return None
    try:
        absolute = urljoin(base, unresolved(text)) if base else text
        parts = urlsplit(absolute)
        usable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    if not usable or len(absolute) > MAX_LINK or _MARK in absolute:
        return None
    return _without_credentials(absolute, parts.netloc)


def entry_link(entry: Mapping[str, Any], base: str) -> str | None:
    """Choose: the original behind a proxy, the page, a permalink guid, an enclosure, what else is there."""
    return next(filter(None, (web_link(value, base) for value in _candidates(entry))), None)


def page_link(record: Mapping[str, Any], base: str) -> str | None:
    """Return the page that a feed or an entry is an alternate of: the first that is HTML, else the first."""
    return next(filter(None, (web_link(value, base) for value in _pages(record))), None)


def _candidates(entry: Mapping[str, Any]) -> Iterator[str | None]:
    yield from (entry.get(name) for name in _ORIGINALS)
    yield from _pages(entry)
    yield from _addresses_as_ids(entry)
    yield entry.get("feedburner_origenclosurelink")
    for relation in ("enclosure", "related", "via"):
        yield from _related(entry, relation)
    yield from (media.get("url") for media in records(entry, "media_content"))
    player = entry.get("media_player")
    yield player.get("url") if isinstance(player, Mapping) else None


def _pages(record: Mapping[str, Any]) -> Iterator[str | None]:
    links = [link for link in records(record, "links") if _relation(link) == "alternate" and link.get("href")]
    # A link deeper than another belongs to something inside the entry.
    outermost = min((link.get("depth", 0) for link in links), default=0)
    alternates = [link for link in links if link.get("depth", 0) == outermost]
    yield from (link.get("href") for link in alternates if _is_page(link))
    yield from (link.get("href") for link in alternates)


def _related(entry: Mapping[str, Any], relation: str) -> Iterator[str | None]:
    return (link.get("href") for link in records(entry, "links") if _relation(link) == relation)


def _relation(link: Mapping[str, Any]) -> str:
    return str(link.get("rel", "alternate")).strip().removeprefix(_REGISTRY)


def _is_page(link: Mapping[str, Any]) -> bool:
    return str(link.get("type", "")).partition(";")[0].strip() in (
        "",
        "html",
        "text/html",
        "application/xhtml+xml",
    )


def _addresses_as_ids(entry: Mapping[str, Any]) -> Iterator[str | None]:
    """Yield what claims to be a permalink, as guids do unless they deny it, and looks like an address."""
    guid = entry.get("id")
    if isinstance(guid, str) and entry.get("guidislink") is not False:
        text = guid.strip()
        if text.lower().startswith(("http://", "https://")):
            yield text
        elif text.startswith("/"):
            yield entry.get("permalink")


def records(entry: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the dictionaries that a key lists; an element of an unknown kind may have left something else there."""
    value = entry.get(name)
    return [dict(one) for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def record(entry: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the dictionary at a key, empty where there is none.

    It is a plain one: feedparser's own takes long to look a key up, and may answer with another.
    """
    value = entry.get(name)
    return dict(value) if isinstance(value, dict) else {}


def _without_credentials(absolute: str, netloc: str) -> str:
    host = netloc.rpartition("@")[2]
    return absolute if host == netloc else absolute.replace(netloc, host, 1)
