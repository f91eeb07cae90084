"""One outbox row: a Message to a Destination, and what became of each attempt."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from bot.model.address import Address
from bot.model.destination import Destination
from bot.model.message import Message
from bot.model.submission import Submission


class DeliveryStatus(StrEnum):
    """``draft`` waits for somebody's word; ``sending`` means leased; ``dead`` was refused or tried too often; ``dropped`` somebody's choice."""

    DRAFT = "draft"
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


class Rank(IntEnum):
    """Which of the deliveries that are due goes first, the smallest number before all others.

    A notice is about the place itself, an alert is news now, a digest has waited for hours already.
    """

    NOTICE = 0
    ALERT = 1
    DIGEST = 2


class DeliveryKind(StrEnum):
    """``edit`` replaces the message of an earlier delivery, ``reply`` answers it, ``crosspost`` passes it on to followers.

    ``thread`` opens a thread under it.
    """

    SEND = "send"
    EDIT = "edit"
    REPLY = "reply"
    CROSSPOST = "crosspost"
    THREAD = "thread"


@dataclass(frozen=True, slots=True)
class Target:
    """The earlier delivery that an edit or a reply is about, as it stands now."""

    id: int
    status: DeliveryStatus
    message_id: str | None


@dataclass(frozen=True, slots=True)
class NewChange:
    """An edit of the message of an alert, or a reply to it, about to be written.

    An edit of what was never attempted rewrites it in the outbox; of several edits that wait, the newest stays.
    ``draft`` is where a reply is put before somebody first.
    """

    alert_id: int
    kind: DeliveryKind
    message: Message
    nonce: str
    due_at: datetime
    draft: Submission | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row of the outbox. ``attempts`` counts the attempts begun, this one included while it is leased.

    ``target`` is the earlier delivery of an edit or a reply, None where it was pruned. ``uncertain_at`` is when an
    attempt first ended without an answer, so that the message may have arrived.
    """

    id: int
    destination: Destination
    message: Message
    nonce: str
    status: DeliveryStatus
    due_at: datetime
    created_at: datetime
    attempts: int = 0
    lease: str | None = None
    published_at: datetime | None = None
    seen_at: datetime | None = None
    sent_at: datetime | None = None
    platform_message_id: str | None = None
    error: str | None = None
    kind: DeliveryKind = DeliveryKind.SEND
    target: Target | None = None
    uncertain_at: datetime | None = None


class Scope(StrEnum):
    """Whom a wish for patience concerns: this one delivery, its destination, or everything under the token."""

    DELIVERY = "delivery"
    DESTINATION = "destination"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform accepted the message under this id.

    ``publish``: the place has followers (or may have), who get the message by a step of its own. ``threads``: a thread
    can be opened under it.
    """

    message_id: str
    publish: bool = field(default=False, compare=False)
    threads: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Not now. ``after`` is the platform's own figure where it gave one, else None and back-off decides.

    ``uncertain`` means that the request may have been carried out and only its answer was lost.
    """

    reason: str
    after: timedelta | None = None
    scope: Scope = Scope.DESTINATION
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """Never. ``destination_off`` means the place itself is closed to us (blocked, kicked, deleted)."""

    reason: str
    destination_off: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat lives at another address now; the delivery goes there.

    ``notice`` is a sentence that those who read there should know before it.
    """

    to: Address
    notice: str | None = None


SendOutcome = Sent | RetryLater | Rejected | Moved


@dataclass(frozen=True, slots=True)
class Attempt:
    """A finished attempt, for ``outbox list`` and ``/why``."""

    at: datetime
    outcome: str
    detail: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """What storage writes after an attempt, in one transaction; the lease must still be ours.

    ``status`` PENDING goes back with ``due_at``. ``not_before`` holds the whole destination. ``destination_off``
    switches the destination off with that reason and turns what else waits for it into dead letters.
    ``relocate_to`` changes the destination's address, merging into a destination that already has it. ``uncertain``
    notes that the message may have arrived. ``notice`` is said where the destination is then. ``publish`` writes the
    delivery that passes the message on to the place's followers, ``thread`` the one that opens a thread under an alert.
    """

    delivery_id: int
    lease: str
    at: datetime
    status: DeliveryStatus
    outcome: str
    detail: str = ""
    due_at: datetime | None = None
    message_id: str | None = None
    not_before: datetime | None = None
    destination_off: str | None = None
    relocate_to: Address | None = None
    uncertain: bool = False
    notice: str | None = None
    publish: bool = False
    thread: bool = False
