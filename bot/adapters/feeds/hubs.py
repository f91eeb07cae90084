"""Which hub pushes a feed, and under which topic: Link headers first, then the document (W3C WebSub, section 4)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from bot.adapters.feeds.limits import MAX_LINK
from bot.adapters.feeds.links import records, unresolved
from bot.adapters.feeds.plain import clean
from bot.adapters.feeds.target import TargetError, read_target
from bot.model.entry import ParsedFeed
from bot.model.push import HubOffer

# RFC 8288, section 3: an address in angle brackets, then parameters, whose quoted values may hold commas.
_LINK = re.compile(r"""<([^<>]*+)>((?:[^,"<]|"[^"]*+")*+)""")
_PARAMETER = re.compile(r""";\s*+([^\s=;,"]++)\s*+=\s*+(?:"([^"]*+)"|([^\s;,"]++))""")
_WEBSUB = "websub"

_NOTHING = HubOffer("", "")

Links = Iterable[tuple[str, str]]


def header_links(value: str) -> Iterator[tuple[str, str]]:
    """Yield relation and address of each link in a Link header."""
    for address, parameters in _LINK.findall(value):
        named = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(parameters)}
        for relation in named.get("rel", "").lower().split():
            yield relation, address.strip()


def document_links(feed: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield relation and address of each link of a feed as feedparser read it."""
    for link in records(feed, "links"):
        address = link.get("href")
        if isinstance(address, str):
            yield str(link.get("rel", "")).strip().lower(), unresolved(address.strip())


def json_links(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield relation and address of the hubs and the own address of a JSON Feed."""
    hubs = document.get("hubs")
    for hub in hubs if isinstance(hubs, list) else ():
        if isinstance(hub, Mapping) and str(hub.get("type", "")).lower() == _WEBSUB:
            yield "hub", str(hub.get("url", "")).strip()
    yield "self", str(document.get("feed_url") or "").strip()


def offered(links: Links, base: str) -> HubOffer:
    """Return the first usable hub and own address among links, each empty where there is none."""
    found = {"hub": "", "self": ""}
    for relation, each in links:
        if found.get(relation) == "":
            found[relation] = _usable(each, base) or ""
    return HubOffer(found["hub"], found["self"])


def with_headers(parsed: ParsedFeed, headers: Mapping[str, str], base: str) -> ParsedFeed:
    """Return a feed whose offer counts Link headers first; one that does not name itself goes by where it came from."""
    told = parsed.offer or _NOTHING
    named = offered(header_links(headers["link"]), base) if "link" in headers else _NOTHING
    hub = named.hub or told.hub
    topic = (named.topic or told.topic or _usable(base, "") or "") if hub else ""
    return replace(parsed, offer=HubOffer(hub, topic) if topic else None)


def _usable(address: str, base: str) -> str | None:
    """Return an absolute web address as it is written; None for what cannot be asked, or would carry a password."""
    try:
        absolute = address if address.lower().startswith(("http://", "https://")) else urljoin(base, address)
        target = read_target(absolute)
    except (TargetError, ValueError):
        return None
    plain = clean(absolute) == absolute and not any(char.isspace() for char in absolute)
    return absolute if address and plain and not target.userinfo and len(absolute) <= MAX_LINK else None
