"""Destination x query x options."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.address import Address
from bot.model.cadence import INSTANT, Cadence
from bot.model.destination import Destination


class SubscriptionOrigin(StrEnum):
    """Who asked; a restart with an edited configuration changes CONFIG subscriptions only."""

    CHAT = "chat"
    CONFIG = "config"
    CLI = "cli"


class Priority(StrEnum):
    """Which alerts of a subscription come, and which of them break through quiet hours.

    All come and none does; all come and all do; only those of urgent stories come, at once and at any hour.
    """

    NORMAL = "normal"
    PRIORITY = "priority"
    URGENT = "urgent"

    @classmethod
    def of(cls, *, priority: bool, urgent: bool) -> "Priority":
        """Return the one that two switches make."""
        if urgent:
            return cls.URGENT
        return cls.PRIORITY if priority else cls.NORMAL


@dataclass(frozen=True, slots=True)
class SubscriptionOptions:
    """``feeds`` limits to feeds by URL, title or tag (empty: all); ``mentions`` are the platform's own notations.

    ``draft`` is the chat that has to approve what is sent.
    """

    cadence: Cadence = INSTANT
    feeds: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    priority: Priority = Priority.NORMAL
    draft: Address | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription. ``query`` is what the person typed, ``canonical`` what equal queries share."""

    id: int
    destination_id: int
    query_id: int
    query: str
    canonical: str
    options: SubscriptionOptions
    origin: SubscriptionOrigin
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A subscription together with the destination it serves."""

    subscription: Subscription
    destination: Destination


@dataclass(frozen=True, slots=True)
class QueryChanges:
    """What became of the distinct queries since a revision: live ones to add, ids to remove."""

    revision: int
    added: tuple[tuple[int, str], ...] = ()
    removed: tuple[int, ...] = ()
