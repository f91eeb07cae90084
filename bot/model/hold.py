"""An alert that waits for its digest, and the digests that are made of such alerts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.destination import Destination
from bot.model.message import Message


class HoldReason(StrEnum):
    """Why an alert did not go out at once: its cadence, quiet hours, or too many of them.

    ``calm`` waits for its story to become urgent, and is dropped when it is due; ``urgent`` waited until it did.
    """

    CADENCE = "cadence"
    QUIET = "quiet"
    BURST = "burst"
    CALM = "calm"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Held:
    """When an alert is due instead of at once, and why."""

    due_at: datetime
    reason: HoldReason


@dataclass(frozen=True, slots=True)
class Hold:
    """A stored hold. ``message`` is what would have gone out; ``subscriptions`` and ``queries`` are what matched.

    ``nonce`` is that of the delivery which it would have been. ``delivery_id`` is the digest that took it, None while
    it waits.
    """

    id: int
    alert_id: int
    destination_id: int
    held: Held
    message: Message
    nonce: str
    subscriptions: tuple[int, ...]
    queries: tuple[str, ...]
    created_at: datetime
    published_at: datetime | None = None
    delivery_id: int | None = None


@dataclass(frozen=True, slots=True)
class DueDigest:
    """A destination with everything held for it that is due, oldest first."""

    destination: Destination
    holds: tuple[Hold, ...]


@dataclass(frozen=True, slots=True)
class DigestPage:
    """One message of a digest about to be written, and the holds that stand in it.

    ``alert_id`` is set where the message is a single alert, sent as it would have been.
    """

    message: Message
    nonce: str
    holds: tuple[int, ...]
    alert_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewDigest:
    """A digest about to be written. ``dropped`` are holds that nobody wants any more."""

    destination_id: int
    at: datetime
    pages: tuple[DigestPage, ...]
    dropped: tuple[int, ...] = ()
