"""One item of a feed. Its identity is (feed, guid, else link, else content), never a date."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.model.hints import PollHints
from bot.model.push import HubOffer


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """An item as its feed tells it, already plain text: no tags, no character references, no controls.

    ``guid`` is the raw id, unresolved. ``link`` is absolute http(s) or None. ``published`` is aware UTC or None;
    ``summary`` is the whole text the feed carries, paragraphs separated by a newline.
    """

    guid: str | None
    title: str
    link: str | None
    summary: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    language: str | None = None
    image: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A whole document. ``warning`` says in words what was wrong with it where entries could be read all the same.

    ``entries`` lacks the items that were recognised by their digests, ``skipped`` of them. ``items`` are the digests
    of all items of the document that can be recognised in the next one.
    """

    title: str | None
    link: str | None
    language: str | None
    entries: tuple[ParsedEntry, ...]
    warning: str | None = None
    hints: PollHints = field(default_factory=PollHints)
    items: frozenset[bytes] = frozenset()
    skipped: int = 0
    offer: HubOffer | None = None
    icon: str | None = None


@dataclass(frozen=True, slots=True)
class ParseFailed:
    """Bytes that are no feed, with the reason as a sentence for people."""

    reason: str


@dataclass(frozen=True, slots=True)
class FreshEntry:
    """A parsed entry with the identities it will be known by; the first is its own, the others are aliases."""

    entry: ParsedEntry
    identities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored entry: its content, the feed it came from, its story, and when it was first seen (aware UTC)."""

    id: int
    feed_id: int
    story_id: int
    source: str
    seen_at: datetime
    content: ParsedEntry
