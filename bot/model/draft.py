"""Drafts: alerts that somebody looks at before a broadcast sends them."""

from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b

from bot.model.delivery import DeliveryStatus
from bot.model.message import Message


class DraftAction(StrEnum):
    """What can be done about a draft; the first word of the button's data, before ``:NONCE``."""

    PUBLISH = "publish"
    REWRITE = "rewrite"
    DISCARD = "discard"


TAKES_TEXT = f"{DraftAction.REWRITE}:"
"""A button whose data begins so wants a text with its press: a form, or a reply to the message it stands under."""


@dataclass(frozen=True, slots=True)
class DraftDecision:
    """What somebody decided about a draft, or that nobody did in time.

    ``status`` is PENDING to publish it, DROPPED to drop it, DRAFT where it waits on with another ``message``.
    ``shown`` replaces what stands before those who decide, ``reason`` is a sentence.
    """

    nonce: str
    at: datetime
    status: DeliveryStatus
    shown: Message
    message: Message | None = None
    reason: str | None = None


def submission_nonce(nonce: str) -> str:
    """Return the idempotency key of the message that shows the draft with this one."""
    digest = blake2b(f"draft {nonce}".encode(), digest_size=15)
    return b32encode(digest.digest()).decode("ascii").lower()
