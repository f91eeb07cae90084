"""What follows from the outcome of an attempt to deliver. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.model.delivery import (
    Delivery,
    DeliveryKind,
    DeliveryStatus,
    Moved,
    Rejected,
    RetryLater,
    Scope,
    SendOutcome,
    Sent,
    Settlement,
)

_DOUBLINGS = 20


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """How patient delivery is.

    Back-off doubles from ``first_pause`` to ``longest_pause``. A delivery is given up after ``max_attempts``; where
    every attempt certainly failed, not before it is ``patience`` old either, for an outage must not cost alerts.
    ``courtesy`` bounds how long one delivery's own trouble holds the rest of its destination. An attempt without
    answer is made again after ``doubt``. ``longest_guess`` bounds how long a token is held that a platform did not
    name as the one to wait.
    """

    first_pause: timedelta = timedelta(seconds=5)
    longest_pause: timedelta = timedelta(hours=1)
    max_attempts: int = 12
    patience: timedelta = timedelta(hours=24)
    courtesy: timedelta = timedelta(seconds=30)
    doubt: timedelta = timedelta(seconds=30)
    longest_guess: timedelta = timedelta(minutes=1)
    jitter: float = 0.2


def decide(
    delivery: Delivery,
    outcome: SendOutcome,
    now: datetime,
    spacing: timedelta,
    policy: DeliveryPolicy,
    chance: float,
    *,
    repeatable: bool = True,
) -> Settlement:
    """Return what to write; ``spacing`` is the pause due after a message, ``chance`` in [0, 1) spreads retries.

    ``repeatable`` tells whether the attempt may be made again although it may have arrived. Raises ValueError for a delivery that is not leased.
    """
    if delivery.lease is None:
        raise ValueError(f"Delivery {delivery.id} is not leased.")
    attempt = Settlement(delivery.id, delivery.lease, now, DeliveryStatus.SENT, "sent")
    match outcome:
        case Sent(message_id, publish, threads):
            thread = threads and delivery.kind is DeliveryKind.SEND and delivery.destination.settings.discuss
            done = replace(attempt, message_id=message_id, publish=publish, thread=thread)
            return replace(done, not_before=now + spacing if spacing else None)
        case RetryLater():
            return _later(attempt, delivery, outcome, policy, chance, repeatable=repeatable)
        case Rejected(reason, destination_off):
            refused = replace(attempt, status=DeliveryStatus.DEAD, outcome="rejected", detail=reason)
            return replace(refused, destination_off=reason if destination_off else None)
        case Moved():
            return _moved(attempt, delivery, outcome, policy)
        case _:
            assert_never(outcome)


def _later(
    attempt: Settlement,
    delivery: Delivery,
    later: RetryLater,
    policy: DeliveryPolicy,
    chance: float,
    *,
    repeatable: bool,
) -> Settlement:
    detail = f"{later.reason} (it may have arrived)" if later.uncertain else later.reason
    if _exhausted(delivery, later, attempt.at, policy):
        return _given_up(attempt, f"given up after {delivery.attempts} attempts: {detail}")
    if later.uncertain and not repeatable:
        return _given_up(attempt, f"given up after two attempts without answer: {detail}")
    pause = pause_after(delivery, later, policy, chance)
    return replace(
        attempt,
        uncertain=later.uncertain,
        status=DeliveryStatus.PENDING,
        outcome="retry",
        detail=detail,
        due_at=attempt.at + pause,
        not_before=_hold(later, attempt.at, pause, policy),
    )


def pause_after(delivery: Delivery, later: RetryLater, policy: DeliveryPolicy, chance: float) -> timedelta:
    """Return how long to wait: the platform's own figure to the second, else back-off."""
    if later.after is not None:
        return max(later.after, timedelta(0))
    doublings = min(max(delivery.attempts - 1, 0), _DOUBLINGS)
    grown = min(policy.first_pause * (1 << doublings), policy.longest_pause)
    if later.uncertain:
        grown = max(grown, policy.doubt)
    return grown * (1 + policy.jitter * chance)


def _hold(later: RetryLater, now: datetime, pause: timedelta, policy: DeliveryPolicy) -> datetime | None:
    """A platform's figure holds the whole destination, a fault of one attempt only for a moment, a lost answer not."""
    if later.uncertain:
        return None
    match later.scope:
        case Scope.PLATFORM | Scope.DELIVERY:
            return None
        case Scope.DESTINATION:
            return now + (pause if later.after is not None else min(pause, policy.courtesy))


def _exhausted(delivery: Delivery, later: RetryLater, now: datetime, policy: DeliveryPolicy) -> bool:
    if delivery.attempts < policy.max_attempts:
        return False
    return later.uncertain or now - delivery.created_at >= policy.patience


def _moved(attempt: Settlement, delivery: Delivery, moved: Moved, policy: DeliveryPolicy) -> Settlement:
    detail = f"the chat is {moved.to} now"
    if delivery.attempts >= policy.max_attempts:
        return _given_up(attempt, f"moved without end: {detail}")
    waiting = replace(attempt, status=DeliveryStatus.PENDING, due_at=attempt.at)
    return replace(waiting, outcome="moved", detail=detail, relocate_to=moved.to, notice=moved.notice)


def _given_up(attempt: Settlement, detail: str) -> Settlement:
    return replace(attempt, status=DeliveryStatus.DEAD, outcome="dead", detail=detail)
