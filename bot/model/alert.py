"""An alert: this story matched these subscriptions of this destination, by these words."""

from dataclasses import dataclass
from datetime import datetime

from bot.model.hold import Held
from bot.model.message import Message
from bot.model.submission import Submission


@dataclass(frozen=True, slots=True)
class MatchedSubscription:
    """One subscription of an alert, and the words that matched, as they stand in the entry."""

    subscription_id: int
    query: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewAlert:
    """An alert about to be written, with the one delivery it causes, or held for a digest where ``held`` says so.

    ``entry`` is the index into the poll's fresh entries. ``nonce`` is the delivery's idempotency key: the same
    entry for the same destination has the same nonce for ever (at most 25 characters, Discord's limit). With ``draft``
    the delivery waits for somebody's word.
    """

    entry: int
    destination_id: int
    matches: tuple[MatchedSubscription, ...]
    message: Message
    nonce: str
    due_at: datetime
    held: Held | None = None
    draft: Submission | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """A stored alert, for status pages and ``/why``."""

    id: int
    destination_id: int
    story_id: int
    entry_id: int
    title: str
    link: str | None
    source: str
    matches: tuple[MatchedSubscription, ...]
    created_at: datetime
