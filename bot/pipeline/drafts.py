"""Drafts as those see them who decide about them, and what becomes of those that nobody decides about."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.model.address import Address
from bot.model.delivery import Delivery, DeliveryStatus
from bot.model.destination import Destination
from bot.model.draft import DraftAction, DraftDecision
from bot.model.message import Action, Message, Run, plain
from bot.model.submission import Submission
from bot.model.subscription import SubscriptionOptions
from bot.stores.store import Store

LIFETIME = timedelta(hours=24)
_ROUND = 50

EXPIRED = "Nobody published this draft within 24 hours, so it was dropped."
_HEAD = "Draft for {place}."
_LABELS = {DraftAction.PUBLISH: "Publish", DraftAction.REWRITE: "Edit", DraftAction.DISCARD: "Drop"}

_log = structlog.get_logger()


def draft_chat(options: Sequence[SubscriptionOptions]) -> Address | None:
    """Return where an alert has to be approved; None where one of the subscriptions it matches sends without."""
    chats = [each.draft for each in options]
    return next((chat for chat in chats), None) if all(chats) else None


def submission(chat: Address, place: Destination, message: Message, nonce: str) -> Submission:
    """Return a draft with its buttons; it pings nobody."""
    return Submission(chat, waiting(message, place.title, nonce))


def waiting(message: Message, place: str, nonce: str) -> Message:
    """Return a draft that waits, as those see it who decide."""
    actions = tuple(Action(label, data=f"{action}:{nonce}") for action, label in _LABELS.items())
    return replace(_headed(message, _HEAD.format(place=place)), actions=actions)


def decided(message: Message, sentence: str) -> Message:
    """Return a draft that was decided about: without buttons, and with what became of it."""
    return replace(_headed(message, sentence), actions=())


def _headed(message: Message, sentence: str) -> Message:
    head = (Run(sentence, italic=True),)
    return replace(message, summary=(head, *message.summary), mentions=(), silent=False, labels=())


def rewritten(message: Message, text: str) -> Message:
    """Return a message with another title and text: the first line, and the others. Links and sources stay."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    title, *rest = lines or [""]
    return replace(
        message,
        title=(Run(title),),
        summary=tuple((Run(line),) for line in rest),
        further=(),
        related=(),
    )


def as_text(message: Message) -> str:
    """Return what ``rewritten`` would read as the same text."""
    return "\n".join([plain(message.title), *(plain(each) for each in message.summary)])


async def expire(store: Store, now: datetime) -> int:
    """Drop drafts that nobody decided about in time, and say so where they stand; return how many."""
    gone = 0
    for draft in await store.old_drafts(now - LIFETIME, limit=_ROUND):
        gone += await store.decide_draft(expiry(draft, now))
    if gone:
        _log.info("drafts_expired", drafts=gone)
    return gone


def expiry(draft: Delivery, now: datetime) -> DraftDecision:
    """Return the decision that drops a draft of which nobody took care."""
    shown = decided(draft.message, EXPIRED)
    return DraftDecision(draft.nonce, now, DeliveryStatus.DROPPED, shown, reason=EXPIRED)
