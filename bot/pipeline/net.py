"""Slow polling as a net under a hub that pushes a feed's news: when it holds, and how slow it is. Pure.

A hub is relied upon once it delivered, until its promise ends, and until a poll finds news that it did not push. Its
feed is then polled after twelve times the pause that it would have otherwise, never later than the promise ends.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.model.feed import Feed, PollState
from bot.pipeline.pace import Pause

FACTOR = 12
WHY = "its hub pushes its news and polls are only a net"


def relied_upon(feed: Feed, now: datetime) -> bool:
    """Tell whether a hub can be trusted to push this feed's news."""
    push, missed = feed.push, feed.poll.missed_at
    if push is None or push.until is None or push.delivered_at is None or push.hub != feed.poll.hub:
        return False
    return push.until > now and (missed is None or push.delivered_at > missed)


def stretched(feed: Feed, own: Pause, now: datetime, ceiling: timedelta) -> Pause:
    """Return the pause of a feed whose news is pushed; its ``own`` one where no hub is relied upon."""
    if not relied_upon(feed, now) or feed.push is None or feed.push.until is None:
        return own
    length = min(own.length * FACTOR, ceiling, feed.push.until - now)
    return own if length <= own.length else Pause(length, WHY)


def missed(feed: Feed, found_news: bool, now: datetime) -> datetime | None:
    """Return when a poll last found news that the hub had not pushed."""
    return now if found_news and relied_upon(feed, now) else feed.poll.missed_at


def cast(state: PollState, pause: Pause) -> PollState:
    """Return the state of a feed that was just pushed: its next poll may wait for the net, counted from the last one."""
    due = state.polled_at + pause.length if state.polled_at else state.next_poll_at
    if state.failure is not None or due <= state.next_poll_at:
        return state
    return replace(state, next_poll_at=due, next_poll_why=pause.why)


def host(hub: str) -> str:
    """Return what people are shown of a hub's address."""
    try:
        return urlsplit(hub).hostname or hub
    except ValueError:
        return hub
