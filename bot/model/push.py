"""A hub that pushes a feed's news (W3C WebSub): what a feed offers, what was agreed with the hub, and what it answers."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class HubOffer:
    """A hub that a feed names, and the topic under which the hub knows the feed, as the feed spells it."""

    hub: str
    topic: str


@dataclass(frozen=True, slots=True)
class Pushing:
    """What a feed's row tells of its hub: until when it promised to push, and when it last did.

    ``problem`` is a sentence for people where something is wrong, without a full stop.
    """

    hub: str
    until: datetime | None = None
    delivered_at: datetime | None = None
    problem: str | None = None


class PushState(StrEnum):
    """Where a subscription at a hub stands. ``asked`` has not been confirmed yet; ``leaving`` is to be ended."""

    ASKED = "asked"
    ACTIVE = "active"
    REFUSED = "refused"
    LEAVING = "leaving"


class HubMode(StrEnum):
    """What is asked of a hub."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True)
class Push:
    """A subscription at a hub. ``feed_id`` is None once its feed was removed.

    ``token`` is the last part of the callback's address. ``due_at`` is when something is to be done about it next,
    ``asked_at`` when the hub was last asked, ``confirmed_at`` when it last confirmed, ``until`` when its promise ends.
    ``ignored`` counts what was posted without the right signature. ``version`` grows with each change.
    """

    id: int
    feed_id: int | None
    hub: str
    topic: str
    token: str = field(repr=False)
    secret: str = field(repr=False)
    state: PushState
    due_at: datetime
    asked_at: datetime | None = None
    confirmed_at: datetime | None = None
    until: datetime | None = None
    delivered_at: datetime | None = None
    failures: int = 0
    problem: str | None = None
    ignored: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class HubRequest:
    """What to post to a hub."""

    hub: str
    mode: HubMode
    topic: str
    callback: str = field(repr=False)
    secret: str = field(repr=False)
    lease: timedelta


@dataclass(frozen=True, slots=True)
class HubAccepted:
    """The hub took the request and will, or did already, ask the callback whether it is meant."""


@dataclass(frozen=True, slots=True)
class HubRefused:
    """The hub will not do it (4xx); ``reason`` is a sentence without a full stop."""

    reason: str


@dataclass(frozen=True, slots=True)
class HubFailed:
    """No usable answer; ``retry_after`` is what the hub asked for."""

    reason: str
    retry_after: timedelta | None = None


HubAnswer = HubAccepted | HubRefused | HubFailed


@dataclass(frozen=True, slots=True)
class PushedDocument:
    """What a hub posted; ``headers`` has lower-case names."""

    body: bytes
    headers: dict[str, str]
