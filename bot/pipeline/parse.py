"""What makes an entry the same entry again: pure identities, never a date.

An entry is known by its own id, and besides by its link and title, so that a feed that renames its guids, adds
tracking parameters or moves to https does not tell old news again.
"""

import re
import unicodedata
from collections.abc import Iterable
from hashlib import sha256
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from bot.model.entry import FreshEntry, ParsedEntry

# Parameters that say where a reader came from, not what is read.
_TRACKING = re.compile(
    r"(?:utm_.+|mc_[ce]id|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|twclid|ttclid|li_fat_id|_hsenc|_hsmi|"
    r"hsctatracking|mkt_tok|vero_id|oly_(?:anon|enc)_id|rb_clickid|s_cid|wt[._](?:mc|z).*|at_(?:medium|campaign|"
    r"custom\d|link.*|format|ptr.*|bbc.*)|ns_(?:mchannel|source|campaign|linkname|fee)|cmpid|cmp|ito|ref_src|"
    r"xtor|smid|partner|ncid|sr_share|sharetype|feature|ocid|ftag|guccounter|guce_.+|_ga|_gl)",
    re.IGNORECASE,
)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_WORDS = re.compile(r"\w+")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_DIGEST = 24


def identify(feed_url: str, entry: ParsedEntry) -> FreshEntry:
    """Return the entry with its identities: its own first, then aliases under which it may come again.

    Own is the guid, else the link, else the content. Identities hold for one feed and do not depend on
    ``feed_url``'s scheme, parameters or moves; a relative guid is kept as it is written.
    """
    del feed_url  # identities are scoped by the feed's row, which keeps its number when the address changes
    link = link_key(entry.link) if entry.link else None
    title = _fold(entry.title)
    own: list[str] = []
    if entry.guid:
        own.append(f"guid:{_digest(guid_key(entry.guid))}")
    if link:
        own.append(f"link:{_digest(link)}" if not entry.guid else f"item:{_digest(link, title)}")
        own += [f"item:{_digest(link, title)}"] if not entry.guid else []
    if not own:
        own.append(f"text:{_digest(title, _fold(entry.summary))}")
    return FreshEntry(entry=entry, identities=tuple(dict.fromkeys(own)))


def distinct(entries: Iterable[FreshEntry]) -> list[FreshEntry]:
    """Return each story of a document once: the first of those that share an identity."""
    seen: set[str] = set()
    kept = []
    for fresh in entries:
        if seen.isdisjoint(fresh.identities):
            kept.append(fresh)
        seen.update(fresh.identities)
    return kept


def guid_key(guid: str) -> str:
    """Return what stays of a guid when its scheme flips between http and https or tracking is added to it."""
    text = guid.strip()
    return link_key(text) if text.lower().startswith(("http://", "https://")) else text


def link_key(link: str) -> str:
    """Return what stays of an address: host without ``www.``, path without index page, parameters that select."""
    try:
        parts = urlsplit(link.strip())
        port = parts.port
    except ValueError:
        return link.strip()
    host = (parts.hostname or "").removeprefix("www.")
    if port is not None and port != _DEFAULT_PORTS.get(parts.scheme.lower()):
        host = f"{host}:{port}"
    path = _INDEX.sub("/", unquote(parts.path)).rstrip("/")
    kept = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.fullmatch(name)
    )
    fragment = parts.fragment if _selects(parts.fragment) else ""
    return f"//{host}{path}?{urlencode(kept)}#{fragment}"


def _selects(fragment: str) -> bool:
    """Tell whether a fragment may tell two entries of one page apart; ``#utm_…`` and ``#xtor=…`` do not."""
    return bool(fragment) and not _TRACKING.fullmatch(fragment.partition("=")[0])


def _fold(text: str) -> str:
    return " ".join(_WORDS.findall(unicodedata.normalize("NFKC", text).casefold()))


def _digest(*parts: str) -> str:
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return sha256(joined).hexdigest()[:_DIGEST]
