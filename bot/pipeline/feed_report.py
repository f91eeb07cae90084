"""How a feed is doing, in words: what happened, how much it brings, when it is asked again and why then. Pure."""

from datetime import datetime, timedelta

from bot.model.activity import Activity, entries_per_day
from bot.model.feed import Feed, FoundFeed
from bot.pipeline import net
from bot.pipeline.health import health, span

LOOKED_BACK = timedelta(days=7)
_DAYS = 7
_ROUNDED_FROM = 0.95
_MANY = 9.5


def report(feed: Feed, now: datetime, activity: Activity | None) -> str:
    """Return a feed's state for people, without a full stop; ``activity`` covers the last ``LOOKED_BACK``."""
    told = [health(feed, now)]
    if not feed.enabled or feed.poll.gone or feed.poll.polled_at is None:
        return told[0]
    if feed.poll.seeded_at is not None:
        told.append(rate(per_day(feed, now, activity)))
    told.append(pushing(feed, now))
    if feed.poll.failure is None:
        told.append(next_poll(feed, now))
    return "; ".join(part for part in told if part)


def pushing(feed: Feed, now: datetime) -> str:
    """Return what a feed's hub does; empty where it has none."""
    push, polled_at = feed.push, feed.poll.polled_at
    if push is None:
        return ""
    name = net.host(push.hub)
    if push.problem:
        return f"trouble with its hub {name}: {push.problem}"
    if push.until is None or push.until <= now:
        return f"asked {name} to push its news"
    if not net.relied_upon(feed, now) or polled_at is None:
        waits = "no push yet" if push.delivered_at is None else "a push was missed"
        return f"subscribed at {name}, {waits}"
    return f"pushed by {name}, polled every {span(feed.poll.next_poll_at - polled_at)} as a net"


def per_day(feed: Feed, now: datetime, activity: Activity | None) -> float | None:
    """Return how many entries a feed brings a day, None where it was never read."""
    if feed.poll.seeded_at is None:
        return None
    return entries_per_day(activity, now - LOOKED_BACK, now, known_for=now - feed.poll.seeded_at)


def rate(entries: float | None) -> str:
    """Return entries a day as people say it; empty where they are not known."""
    if entries is None:
        return ""
    if entries >= _ROUNDED_FROM:
        number = f"{entries:,.0f}" if entries >= _MANY else f"{entries:.1f}".removesuffix(".0")
        return f"{number} {'entry' if number == '1' else 'entries'} a day"
    weekly = round(entries * _DAYS)
    if weekly:
        return f"{weekly} {'entry' if weekly == 1 else 'entries'} a week"
    return "less than an entry a week"


def found_rate(found: FoundFeed) -> str:
    """Return what is known of how much a found feed brings, to stand behind its title."""
    return f" ({rate(found.per_day)})" if found.per_day is not None else ""


def next_poll(feed: Feed, now: datetime) -> str:
    """Return when a feed is asked again, and why then where that is known."""
    wait = feed.poll.next_poll_at - now
    when = f"next poll in {span(wait)}" if wait > timedelta(0) else "next poll now"
    return f"{when}, because {feed.poll.next_poll_why}" if feed.poll.next_poll_why else when
