"""What the status page shows, as plain values for the template. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.alert import Alert
from bot.model.delivery import Delivery, DeliveryStatus
from bot.model.feed import Feed
from bot.model.message import plain
from bot.model.outbox import Latency, OutboxStats, Totals
from bot.pipeline.compose import safe_url
from bot.pipeline.feed_report import pushing
from bot.pipeline.health import health, span
from bot.pipeline.highlight import tame
from bot.pipeline.moments import local_time

MOST_FEEDS = 500
_TEXT = 200
_WORDS = 8


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its name; ``bad`` colours it."""

    value: str
    name: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed with its health in words."""

    title: str
    url: str | None
    health: str
    state: str
    news: str


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert with the words that matched."""

    title: str
    url: str | None
    source: str
    words: tuple[str, ...]
    at: str


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery that waits or was given up."""

    title: str
    where: str
    status: str
    bad: bool
    attempts: int
    due: str
    error: str


@dataclass(frozen=True, slots=True)
class Page:
    """The whole status page."""

    now: str
    troubles: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]
    feeds: tuple[FeedRow, ...]
    feeds_left: int
    alerts: tuple[AlertRow, ...]
    deliveries: tuple[DeliveryRow, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the store told for one page."""

    feeds: Sequence[Feed]
    alerts: Sequence[Alert]
    deliveries: Sequence[Delivery]
    totals: Totals
    stats: OutboxStats
    latency: Latency


NOTHING = Facts(
    (), (), (), Totals(0, 0, 0, 0, 0, 0, 0), OutboxStats({}, {}, None, None), Latency(None, None, 0)
)


def page(facts: Facts, troubles: Mapping[str, str], *, now: datetime, timezone: str) -> Page:
    """Return the page; ``troubles`` names the parts of the process that are not up, with the reason."""
    ordered = sorted(facts.feeds, key=lambda feed: _state(feed) != "bad")
    return Page(
        now=_time(now, timezone),
        troubles=tuple(troubles.items()),
        figures=_figures(facts),
        feeds=tuple(_feed(feed, now) for feed in ordered[:MOST_FEEDS]),
        feeds_left=max(0, len(ordered) - MOST_FEEDS),
        alerts=tuple(_alert(alert, timezone) for alert in facts.alerts),
        deliveries=tuple(_delivery(each, timezone) for each in facts.deliveries),
    )


def _figures(facts: Facts) -> tuple[Figure, ...]:
    totals, statuses = facts.totals, facts.stats.by_status
    waiting = statuses.get(DeliveryStatus.PENDING.value, 0) + statuses.get(DeliveryStatus.SENDING.value, 0)
    dead = statuses.get(DeliveryStatus.DEAD.value, 0)
    return (
        _count(totals.feeds, "feed", "feeds"),
        Figure(f"{totals.feeds_failing:,}", "failing", bad=totals.feeds_failing > 0),
        _count(totals.subscriptions, "subscription", "subscriptions"),
        _count(facts.latency.measured, "alert sent in 24 h", "alerts sent in 24 h"),
        Figure(f"{waiting:,}", "waiting"),
        Figure(f"{dead:,}", "given up", bad=dead > 0),
        Figure(_span(facts.latency.published_to_seen), "published to seen"),
        Figure(_span(facts.latency.seen_to_sent), "seen to sent"),
    )


def _count(number: int, one: str, many: str) -> Figure:
    return Figure(f"{number:,}", one if number == 1 else many)


def _span(length: timedelta | None) -> str:
    return span(length) if length is not None else "–"


def _feed(feed: Feed, now: datetime) -> FeedRow:
    changed = feed.poll.changed_at
    return FeedRow(
        title=_short(feed.title),
        url=safe_url(feed.site),
        health=_short("; ".join(filter(None, (health(feed, now), pushing(feed, now))))),
        state=_state(feed),
        news=f"{span(now - changed)} ago" if changed else "–",
    )


def _state(feed: Feed) -> str:
    if feed.poll.failure is not None or feed.poll.gone:
        return "bad"
    return "idle" if not feed.enabled or feed.poll.polled_at is None else "good"


def _alert(alert: Alert, timezone: str) -> AlertRow:
    words = {word.casefold(): word for match in alert.matches for word in match.words}
    return AlertRow(
        title=_short(alert.title) or "(no title)",
        url=safe_url(alert.link),
        source=_short(alert.source),
        words=tuple(_short(word) for word in list(words.values())[:_WORDS]),
        at=_time(alert.created_at, timezone),
    )


def _delivery(delivery: Delivery, timezone: str) -> DeliveryRow:
    place = delivery.destination
    return DeliveryRow(
        title=_short(plain(delivery.message.title)) or "(no title)",
        where=f"{_short(place.title)} ({place.address})" if place.title else str(place.address),
        status=delivery.status.value,
        bad=delivery.status is DeliveryStatus.DEAD,
        attempts=delivery.attempts,
        due=_time(delivery.due_at, timezone),
        error=_short(delivery.error or ""),
    )


def _time(moment: datetime, timezone: str) -> str:
    return local_time(moment, timezone=timezone, language="en")


def _short(text: str) -> str:
    line = " ".join(tame(text).split())
    return line if len(line) <= _TEXT else f"{line[: _TEXT - 1].rstrip()}…"
