"""When a feed is polled again, what it is asked, and how its health reads. Pure; nothing here awaits.

Numbers marked (m) differ between sources on polite fetching; these are Newsbell's:
a server's hint counts as "not before" and never mutes a feed for more than a day (m); 429 without a figure means an
hour (m); a permanent redirect counts after three polls over a day (m); every three days (m) a feed that only ever
says "not modified" is asked without conditions.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus

from bot.model.feed import Feed, PollState, Validators
from bot.model.fetch import FetchFailed, FetchRequest, Gone

_TOO_MANY_REQUESTS = 429
_DOUBLINGS = 20
_FOR_EVER = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class PollPolicy:
    """The bounds of polling, all configurable or documented.

    ``interval`` holds where a feed has none of its own; no pause is shorter than ``min_interval``, and none that
    Newsbell chooses is longer than ``max_interval``. ``jitter`` is the part of a pause that may be added to it.
    ``outage_cap`` bounds the back-off of faults that tend to pass by themselves (no answer, 5xx).
    """

    interval: timedelta = timedelta(minutes=5)
    min_interval: timedelta = timedelta(minutes=1)
    max_interval: timedelta = timedelta(hours=24)
    jitter: float = 0.1
    hint_cap: timedelta = timedelta(hours=24)
    outage_cap: timedelta = timedelta(hours=1)
    busy_pause: timedelta = timedelta(hours=1)
    full_every: timedelta = timedelta(days=3)
    move_polls: int = 3
    move_after: timedelta = timedelta(days=1)
    deadline: timedelta = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Success:
    """A poll that brought a usable answer. ``changed`` tells a new body from an old one or none.

    ``body_hash`` None keeps the stored one. ``moved_to`` is set where only permanent redirects led to the answer.
    """

    validators: Validators
    body_hash: str | None = None
    changed: bool = False
    not_before: timedelta | None = None
    moved_to: str | None = None


def request(feed: Feed, now: datetime, policy: PollPolicy) -> FetchRequest:
    """Return what to ask the server: conditional where validators are stored and still trusted."""
    state = feed.poll
    if state.seeded_at is None or _full_answer_due(state, now, policy):
        return FetchRequest(feed.url)
    return FetchRequest(feed.url, state.validators)


def _full_answer_due(state: PollState, now: datetime, policy: PollPolicy) -> bool:
    """Tell whether a boundary of ``full_every`` was crossed since the last success while nothing changed."""
    if state.seeded_at is None or state.succeeded_at is None:
        return True
    if now - (state.changed_at or state.seeded_at) < policy.full_every:
        return False
    return (now - state.seeded_at) // policy.full_every > (
        state.succeeded_at - state.seeded_at
    ) // policy.full_every


def decide(
    feed: Feed, outcome: Success | FetchFailed | Gone, now: datetime, policy: PollPolicy, chance: float
) -> PollState:
    """Return the state that this outcome leaves behind; ``chance`` in [0, 1) spreads feeds over time."""
    match outcome:
        case Success():
            return _succeeded(feed, outcome, now, policy, chance)
        case FetchFailed():
            return _failed(feed, outcome, now, policy, chance)
        case Gone(reason):
            return replace(
                feed.poll,
                next_poll_at=now + _FOR_EVER,
                polled_at=now,
                failures=feed.poll.failures + 1,
                failure=reason,
                gone=True,
            )


def _succeeded(feed: Feed, success: Success, now: datetime, policy: PollPolicy, chance: float) -> PollState:
    moved = _follow_move(feed.poll, success.moved_to, now)
    return replace(
        moved,
        next_poll_at=now + _pause(feed, success.not_before, policy, chance),
        validators=success.validators,
        body_hash=success.body_hash or feed.poll.body_hash,
        polled_at=now,
        succeeded_at=now,
        changed_at=now if success.changed else feed.poll.changed_at,
        seeded_at=feed.poll.seeded_at or now,
        failures=0,
        failure=None,
        gone=False,
    )


def _follow_move(state: PollState, moved_to: str | None, now: datetime) -> PollState:
    if moved_to is None:
        return replace(state, moved_to=None, moved_polls=0, moved_since=None)
    if moved_to != state.moved_to:
        return replace(state, moved_to=moved_to, moved_polls=1, moved_since=now)
    return replace(state, moved_polls=state.moved_polls + 1)


def confirmed_move(state: PollState, now: datetime, policy: PollPolicy) -> str | None:
    """Return the feed's new address once the same permanent redirect was seen often and long enough."""
    if state.moved_to is None or state.moved_since is None:
        return None
    lasting = state.moved_polls >= policy.move_polls and now - state.moved_since >= policy.move_after
    return state.moved_to if lasting else None


def settled(state: PollState) -> PollState:
    """Return the state of a feed whose new address was taken over."""
    return replace(state, moved_to=None, moved_polls=0, moved_since=None)


def interval(feed: Feed, policy: PollPolicy) -> timedelta:
    """Return the pause between polls of a healthy feed, before hints and jitter."""
    return max(policy.min_interval, min(feed.interval or policy.interval, policy.max_interval))


def _pause(feed: Feed, hint: timedelta | None, policy: PollPolicy, chance: float) -> timedelta:
    """Return the pause after a success.

    The second poll of a feed comes somewhere inside its interval: feeds that were added together drift apart.
    """
    usual = interval(feed, policy)
    first = feed.poll.seeded_at is None
    pause = max(policy.min_interval, usual * chance) if first else usual * (1 + policy.jitter * chance)
    asked = max(timedelta(0), min(hint or timedelta(0), policy.hint_cap))
    return max(pause, asked * (1 + policy.jitter * chance))


def _failed(feed: Feed, failed: FetchFailed, now: datetime, policy: PollPolicy, chance: float) -> PollState:
    failures = feed.poll.failures + 1
    return replace(
        feed.poll,
        next_poll_at=now + _back_off(feed, failed, failures, policy, chance),
        polled_at=now,
        failures=failures,
        failure=failed.reason,
    )


def postponed(feed: Feed, until: datetime, policy: PollPolicy, chance: float) -> PollState:
    """Return the state of a feed whose host wants to be left alone until then; its feeds come back one by one."""
    return replace(feed.poll, next_poll_at=until + interval(feed, policy) * chance)


def _back_off(feed: Feed, failed: FetchFailed, failures: int, policy: PollPolicy, chance: float) -> timedelta:
    passing = failed.status is None or failed.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    cap = max(
        interval(feed, policy),
        min(policy.outage_cap if passing else policy.max_interval, policy.max_interval),
    )
    grown = min(interval(feed, policy) * (1 << min(failures - 1, _DOUBLINGS)), cap)
    asked = failed.retry_after or timedelta(0)
    if failed.status == _TOO_MANY_REQUESTS and asked <= timedelta(0):
        asked = policy.busy_pause
    asked = max(timedelta(0), min(asked, policy.hint_cap))
    return max(grown, asked) * (1 + policy.jitter * chance)


def health(feed: Feed, now: datetime) -> str:
    """Return the state of a feed as a short sentence for people, without a full stop."""
    state = feed.poll
    reason = (state.failure or "").rstrip(".。 ")
    if state.gone:
        return f"gone, no longer polled: {reason or 'the server says that it will not come back'}"
    if not feed.enabled:
        return "switched off"
    if state.polled_at is None:
        return "waiting for its first poll"
    if state.failure is not None:
        since = (
            f"failing for {span(now - state.succeeded_at)}" if state.succeeded_at else "never worked so far"
        )
        return f"{since}: {reason}; {_next_try(state, now)}"
    moved = f"; it has moved to {state.moved_to}" if state.moved_to else ""
    return f"fine, checked {span(now - state.polled_at)} ago{moved}"


def _next_try(state: PollState, now: datetime) -> str:
    wait = state.next_poll_at - now
    return f"next try in {span(wait)}" if wait > timedelta(0) else "next try now"


def span(length: timedelta) -> str:
    """Return a duration the way people say it, in its largest unit: ``40 s``, ``3 min``, ``2 h``, ``5 days``."""
    seconds = max(0, round(length.total_seconds()))
    for unit, size, upto in (("s", 1, 90), ("min", 60, 5400), ("h", 3600, 172800)):
        if seconds < upto:
            return f"{round(seconds / size)} {unit}"
    return f"{round(seconds / 86400)} days"
