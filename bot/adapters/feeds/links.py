"""An entry's real link, made absolute."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from bot.adapters.feeds.limits import MAX_LINK
from bot.adapters.feeds.plain import clean

# feedparser resolves ids and links while it reads. A base that cannot occur elsewhere lets both be told apart again
# afterwards: ids get their raw form back, links are resolved against where the document really came from.
_MARK = "newsbell-base.invalid"
_LEVELS = ("/n1/n2/n3/n4/", "/n1/n2/n3/", "/n1/n2/", "/n1/")
_ROOT = f"http://{_MARK}"
BASE = _ROOT + _LEVELS[0]


def unresolved(value: str) -> str:
    """Return what the feed itself wrote where feedparser made an address of it."""
    if not value.startswith(_ROOT):
        return value
    path = value[len(_ROOT) :]
    for climbs, level in enumerate(_LEVELS):
        if path.startswith(level):
            return "../" * climbs + path[len(level) :]
    return path


def web_link(value: object, base: str | None) -> str | None:
    """Return an absolute http(s) address, None for anything else; white space inside is closed up or encoded."""
    text = (
        "".join(clean(value if isinstance(value, str) else "").split("\n"))
        .strip()
        .replace("\t", "")
        .replace(" ", "%20")
    )
    if not text:
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
    """Choose: FeedBurner's original, the link, another alternate, a permalink guid, an enclosure, what else is there."""
    return next(filter(None, (web_link(value, base) for value in _candidates(entry))), None)


def _candidates(entry: Mapping[str, Any]) -> Iterator[str | None]:
    yield entry.get("feedburner_origlink")
    if not _is_opaque_guid(entry):
        yield entry.get("link")
    if entry.get("link") == "" and str(entry.get("id", "")).startswith(("http://", "https://")):
        yield entry["id"]  # a link was meant and left empty
    links = records(entry, "links")
    for relation in ("alternate", "enclosure", "related", "via"):
        yield from (link.get("href") for link in links if link.get("rel") == relation)
    yield from (media.get("url") for media in records(entry, "media_content"))
    player = entry.get("media_player")
    yield player.get("url") if isinstance(player, Mapping) else None


def records(entry: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the dictionaries that a key lists; an element of an unknown kind may have left something else there."""
    value = entry.get(name)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _is_opaque_guid(entry: Mapping[str, Any]) -> bool:
    """Tell whether the link is a guid that claims to be one, as guids do unless they deny it, and is no address."""
    guid, link = entry.get("id"), entry.get("link")
    if not isinstance(guid, str) or guid != link or not entry.get("guidislink"):
        return False
    return not unresolved(guid).startswith(("http://", "https://", "/"))


def _without_credentials(absolute: str, netloc: str) -> str:
    host = netloc.rpartition("@")[2]
    return absolute if host == netloc else absolute.replace(netloc, host, 1)
