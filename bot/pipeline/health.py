"""How a feed fares, in words for people. Pure."""

from datetime import datetime, timedelta

from bot.model.feed import Feed, PollState


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
