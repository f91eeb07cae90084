r"""Subscriptions at hubs (W3C WebSub): what is done about them and what becomes of them. Pure; nothing here awaits.

    offer -> asked -> (the hub asks back: is it meant?) -> active -> renewed at half of its lease -> …
                 \-> refused, asked again after a day         \-> leaving, once no feed wants it

Numbers: ten days are asked for; a hub that does not ask back within ten minutes counts as failed; failures are tried
again after a minute, twice as long each time, up to six hours.
"""

import hashlib
import hmac
import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model.feed import Feed
from bot.model.push import HubAccepted, HubAnswer, HubFailed, HubMode, HubRefused, Push, PushState

LEASE = timedelta(days=10)
CLAIM = timedelta(minutes=2)
PATIENCE = timedelta(minutes=10)
_LONGEST_LEASE = timedelta(days=365)
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)
_AFTER_REFUSAL = timedelta(days=1)
_DOUBLINGS = 12
_FAREWELLS = 3
# A hub that did not hear an answer asks again; only shortly after, for what it is asked now may be another's wish.
_REPEATS = timedelta(minutes=5)
_SIGNATURE = re.compile(r"\s*(sha1|sha256|sha384|sha512)=([0-9a-f]{40,128})\s*", re.IGNORECASE)
_REASON = 200


def begun(feed: Feed, *, token: str, secret: str, now: datetime) -> Push | None:
    """Return a subscription to what a feed offers, due now; None where it offers nothing."""
    hub, topic = feed.poll.hub, feed.poll.topic
    if hub is None or topic is None:
        return None
    return Push(0, feed.id, hub, topic, token, secret, PushState.ASKED, due_at=now)


def mode(push: Push) -> HubMode:
    """Return what a hub is to be asked about a subscription that is due."""
    return HubMode.UNSUBSCRIBE if push.state is PushState.LEAVING else HubMode.SUBSCRIBE


def is_over(push: Push, now: datetime) -> bool:
    """Tell whether a subscription that is left can be forgotten: its end is agreed, past, or was asked often enough."""
    if push.state is not PushState.LEAVING:
        return False
    return push.until is None or push.until <= now or push.failures >= _FAREWELLS


def asking(push: Push, now: datetime) -> Push:
    """Return a subscription about which its hub is asked now; hubs may ask back before they answer.

    Whether the hub asked back is looked at after ``PATIENCE``, and when its promise ends.
    """
    lost = push.state is not PushState.LEAVING and push.until is not None and push.until <= now
    state = PushState.ASKED if lost or push.state is PushState.REFUSED else push.state
    unheard = push.problem is None and push.asked_at is not None and not _is_confirmed(push)
    failures = push.failures + unheard
    problem = "it did not ask back whether the subscription is meant" if unheard else push.problem
    return replace(
        push,
        state=state,
        until=None if lost else push.until,
        asked_at=now,
        due_at=_by_end(push, now, now + max(PATIENCE, _grown(failures))),
        failures=failures,
        problem=problem,
    )


def answered(push: Push, asked: Push, answer: HubAnswer, now: datetime) -> Push:
    """Return a subscription after its hub answered; what it confirmed meanwhile stands."""
    if push.asked_at != asked.asked_at or _is_confirmed(push):
        return push
    match answer:
        case HubAccepted():
            return replace(push, problem=None)
        case HubRefused(reason) if push.state is PushState.LEAVING:
            return replace(push, until=None, due_at=now, problem=reason)
        case HubRefused(reason):
            return replace(
                push,
                state=PushState.REFUSED,
                asked_at=None,
                due_at=_by_end(push, now, now + _AFTER_REFUSAL),
                failures=push.failures + 1,
                problem=reason,
            )
        case HubFailed(reason, retry_after):
            failures = push.failures + 1
            wait = min(max(_grown(failures), retry_after or timedelta(0)), _AFTER_REFUSAL)
            return replace(push, due_at=_by_end(push, now, now + wait), failures=failures, problem=reason)


def verified(push: Push, asked: str, topic: str, lease: str | None, now: datetime) -> Push | None:
    """Return the subscription that a hub's question confirms; None where nothing of the kind was asked for."""
    if topic != push.topic or asked != mode(push).value or not _is_pending(push, now):
        return None
    if push.state is PushState.LEAVING:
        return replace(push, confirmed_at=now, until=None, due_at=now, problem=None)
    length = _lease(lease)
    return replace(
        push,
        state=PushState.ACTIVE,
        confirmed_at=now,
        until=now + length,
        due_at=now + length / 2,
        failures=0,
        problem=None,
    )


def denied(push: Push, topic: str, reason: str, now: datetime) -> Push | None:
    """Return the subscription that a hub denies or ends; None where the topic is another."""
    if topic != push.topic or push.state is PushState.REFUSED:
        return None
    if push.state is PushState.LEAVING:
        return replace(push, until=None, due_at=now)
    words = " ".join(reason.split())[:_REASON].rstrip(". ")
    return replace(
        push,
        state=PushState.REFUSED,
        until=None,
        asked_at=None,
        due_at=now + _AFTER_REFUSAL,
        failures=push.failures + 1,
        problem=f"it denies the subscription: {words}" if words else "it denies the subscription",
    )


def delivered(push: Push, now: datetime, problem: str | None) -> Push:
    """Return a subscription whose hub posted a document; ``problem`` says what was wrong with it."""
    return replace(push, delivered_at=push.delivered_at if problem else now, problem=problem)


def ignored(push: Push) -> Push:
    """Return a subscription at whose callback something was posted without the right signature."""
    return replace(push, ignored=push.ignored + 1)


def is_lost(before: Push, after: Push, now: datetime) -> bool:
    """Tell whether a change ends a promise that held: its feed is to be polled as if there were no hub."""
    return before.until is not None and (after.until is None or after.until <= now)


def is_signed(push: Push, body: bytes, header: str) -> bool:
    """Tell whether a document carries the right signature (X-Hub-Signature); takes the same time right or wrong."""
    found = _SIGNATURE.fullmatch(header)
    if found is None:
        return False
    expected = hmac.new(push.secret.encode(), body, getattr(hashlib, found[1].lower())).hexdigest()
    return hmac.compare_digest(expected, found[2].lower())


def _is_pending(push: Push, now: datetime) -> bool:
    if push.asked_at is None:
        return False
    return not _is_confirmed(push) or (push.confirmed_at is not None and now - push.confirmed_at < _REPEATS)


def _is_confirmed(push: Push) -> bool:
    return push.asked_at is not None and push.confirmed_at is not None and push.confirmed_at >= push.asked_at


def _lease(text: str | None) -> timedelta:
    seconds = int(text[:12]) if text and text.isascii() and text.isdigit() else 0
    return min(timedelta(seconds=seconds), _LONGEST_LEASE) if seconds else LEASE


def _grown(failures: int) -> timedelta:
    return min(_FIRST_PAUSE * (1 << min(max(0, failures - 1), _DOUBLINGS)), _LONGEST_PAUSE)


def _by_end(push: Push, now: datetime, due: datetime) -> datetime:
    """Return when to look again: as planned, or when the hub's promise ends."""
    return min(due, push.until) if push.until is not None and push.until > now else due
