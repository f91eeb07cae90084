"""What Prometheus reads: counters that the pipeline drives as an ``Observer``, gauges filled from the store when asked.

The registry is Newsbell's own; nothing global is touched, and every name begins with ``newsbell_``.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from bot.model.address import Platform
from bot.model.delivery import DeliveryStatus
from bot.model.outbox import OutboxStats, Totals
from bot.model.poll import PollOutcome
from bot.model.push import PushState

_SEEN_BUCKETS = (10, 30, 60, 120, 300, 600, 1800, 3600, 4 * 3600, 24 * 3600)
_SENT_BUCKETS = (0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 3600)
_POLL_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60)


class Metrics:
    """The figures of one process; implements ``Observer`` and ``PushObserver``."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._polls = self._counter("polls", "Polls by outcome.", "outcome")
        self._entries = self._counter("entries", "New entries stored.")
        self._alerts = self._counter("alerts", "Alerts written to the outbox.")
        self._hub_requests = self._counter(
            "websub_requests", "What hubs were asked, and asked back.", "mode", "outcome"
        )
        self._pushes = self._counter("websub_pushes", "Documents that hubs posted.", "outcome")
        self._deliveries = self._counter("deliveries", "Attempts to deliver.", "platform", "outcome")
        self._poll_seconds = self._histogram("poll_seconds", "How long polls took.", _POLL_BUCKETS)
        self._seen = self._histogram(
            "published_to_seen_seconds", "From an entry's publication until it was seen.", _SEEN_BUCKETS
        )
        self._sent = self._histogram(
            "seen_to_sent_seconds", "From an entry's being seen until its alert was sent.", _SENT_BUCKETS
        )
        self._tried = self._gauge("patterns_tried_on_every_entry", "Patterns without any fixed letter.")
        self._waiting = self._gauge(
            "queries_waiting", "Queries that wait until there is room for their patterns."
        )
        self._stored = StoredFigures(self.registry)
        for outcome in PollOutcome:
            self._polls.labels(outcome.value)
        for pushed in ("new", "no_news", "failed", "ignored", "busy"):
            self._pushes.labels(pushed)

    def _counter(self, name: str, help_: str, *labels: str) -> Counter:
        return Counter(f"newsbell_{name}", help_, labels, registry=self.registry)

    def _gauge(self, name: str, help_: str) -> Gauge:
        return Gauge(f"newsbell_{name}", help_, registry=self.registry)

    def _histogram(self, name: str, help_: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"newsbell_{name}", help_, buckets=buckets, registry=self.registry)

    def polled(self, outcome: PollOutcome, seconds: float) -> None:
        """A poll ended and was recorded."""
        self._polls.labels(outcome.value).inc()
        self._poll_seconds.observe(max(0.0, seconds))

    def entries(self, count: int) -> None:
        """So many new entries were stored."""
        self._entries.inc(max(0, count))

    def alerted(self, count: int) -> None:
        """So many alerts were written to the outbox."""
        self._alerts.inc(max(0, count))

    def asked_hub(self, mode: str, outcome: str) -> None:
        """A hub was asked, or asked back."""
        self._hub_requests.labels(mode, outcome).inc()

    def pushed(self, outcome: str) -> None:
        """A hub posted a document."""
        self._pushes.labels(outcome).inc()

    def delivered(self, platform: Platform, outcome: str) -> None:
        """An attempt was settled."""
        self._deliveries.labels(platform.value, outcome).inc()

    def latency(self, published_to_seen: timedelta | None, seen_to_sent: timedelta | None) -> None:
        """An alert was sent; a moment that a feed dates into the future counts as no delay."""
        for histogram, span in ((self._seen, published_to_seen), (self._sent, seen_to_sent)):
            if span is not None:
                histogram.observe(max(0.0, span.total_seconds()))

    def watched(self, tried: int, waiting: int) -> None:
        """So many patterns are tried on every entry, and so many queries wait."""
        self._tried.set(tried)
        self._waiting.set(waiting)

    def stored(self, totals: Totals, stats: OutboxStats, pushes: Mapping[str, int], now: datetime) -> None:
        """Take the gauges from the store; ``pushes`` counts subscriptions at hubs by state."""
        self._stored.take(totals, stats, now)
        self._stored.take_pushes(pushes)

    def store_failed(self) -> None:
        """Tell that the database did not answer; figures of an earlier time would mislead."""
        self._stored.forget()

    def exposition(self) -> bytes:
        """Return everything in Prometheus' text format 0.0.4."""
        return generate_latest(self.registry)


class StoredFigures:
    """The gauges that come from the database."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, help_: str, *labels: str) -> Gauge:
            return Gauge(f"newsbell_{name}", help_, labels, registry=registry)

        self._up = gauge("database_up", "1 where the database answered this scrape.")
        self._depth = gauge("outbox_depth", "Deliveries that wait or are being sent.")
        self._by_status = gauge("outbox_deliveries", "Deliveries by status.", "status")
        self._by_platform = gauge("outbox_waiting", "Deliveries that wait, by platform.", "platform")
        self._pushes = gauge("websub_subscriptions", "Subscriptions at hubs, by state.", "state")
        self._oldest = gauge(
            "outbox_oldest_due_seconds", "How long the oldest waiting delivery has been due."
        )
        self._totals = {
            "feeds": gauge("feeds", "Feeds on the list."),
            "feeds_failing": gauge("feeds_failing", "Feeds whose last poll failed."),
            "entries": gauge("stored_entries", "Entries stored."),
            "queries": gauge("queries", "Distinct queries with a subscription."),
            "subscriptions": gauge("subscriptions", "Subscriptions."),
            "destinations": gauge("destinations", "Destinations."),
        }

    def take(self, totals: Totals, stats: OutboxStats, now: datetime) -> None:
        """Replace all gauges."""
        self._clear()
        self._up.set(1)
        for name, gauge in self._totals.items():
            gauge.set(getattr(totals, name))
        for status in DeliveryStatus:
            self._by_status.labels(status.value).set(stats.by_status.get(status.value, 0))
        for platform, count in stats.by_platform.items():
            self._by_platform.labels(platform).set(count)
        waiting = (DeliveryStatus.PENDING, DeliveryStatus.SENDING)
        self._depth.set(sum(stats.by_status.get(status.value, 0) for status in waiting))
        overdue = now - stats.oldest_due_at if stats.oldest_due_at else timedelta(0)
        self._oldest.set(max(0.0, overdue.total_seconds()))

    def take_pushes(self, pushes: Mapping[str, int]) -> None:
        """Replace the gauge of subscriptions at hubs."""
        for state in PushState:
            self._pushes.labels(state.value).set(pushes.get(state.value, 0))

    def forget(self) -> None:
        """Empty the gauges that only the database knows."""
        self._clear()
        self._up.set(0)
        for gauge in (self._depth, self._oldest, *self._totals.values()):
            gauge.set(float("nan"))

    def _clear(self) -> None:
        self._by_status.clear()
        self._by_platform.clear()
        self._pushes.clear()
