"""A feed: a polled URL, what polling has taught about it, and when it is due again."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model.hints import PollHints
from bot.model.push import Pushing
from bot.model.rhythm import Rhythm


class FeedOrigin(StrEnum):
    """Who put a feed on the list; configuration only ever removes what configuration added."""

    CONFIG = "config"
    STARTER = "starter"
    CHAT = "chat"
    CLI = "cli"


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to make the next request conditional (RFC 9110, section 8.8), kept byte for byte."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class PollState:
    """What polls leave behind in a feed's row; each poll replaces it as a whole.

    ``failure`` is a sentence for people, None while the feed is well. ``seeded_at`` is the moment of the first
    successful poll, which stores entries silently. ``moved_to`` and ``moved_polls`` count how often in a row the
    same permanent redirect was seen, since ``moved_since``. ``next_poll_why`` says to people why ``next_poll_at`` is then.
    ``hub`` and ``topic`` are what the document offers for pushing; ``missed_at`` is when a poll found news that a hub
    should have pushed.
    """

    next_poll_at: datetime
    validators: Validators = field(default_factory=Validators)
    body_hash: str | None = None
    polled_at: datetime | None = None
    succeeded_at: datetime | None = None
    changed_at: datetime | None = None
    seeded_at: datetime | None = None
    failures: int = 0
    failure: str | None = None
    gone: bool = False
    moved_to: str | None = None
    moved_polls: int = 0
    moved_since: datetime | None = None
    hints: PollHints = field(default_factory=PollHints)
    rhythm: Rhythm = field(default_factory=Rhythm)
    next_poll_why: str | None = None
    hub: str | None = None
    topic: str | None = None
    missed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeedSpec:
    """A feed as somebody asks for it; ``interval`` None leaves the pace to the scheduler."""

    url: str
    title: str | None = None
    tags: tuple[str, ...] = ()
    interval: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed on the list. ``title`` is the operator's own where given, else the feed's, else its host.

    ``push`` is the hub that was asked to push its news, None where there is none. ``icon`` is the address of its picture.
    """

    id: int
    url: str
    title: str
    origin: FeedOrigin
    added_at: datetime
    poll: PollState
    site: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    interval: timedelta | None = None
    enabled: bool = True
    push: Pushing | None = None
    icon: str | None = None


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that discovery found: its address, its title (or address), its media type.

    ``per_day`` is how many entries it brings a day, None where it was not read or names no dates.
    """

    url: str
    title: str
    type: str
    per_day: float | None = None
