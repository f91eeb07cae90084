"""Figures about the outbox and the whole installation, for status pages, metrics and ``newsbell status``."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class OutboxStats:
    """Rows by status and platform, and the age of the oldest that is due."""

    by_status: dict[str, int]
    by_platform: dict[str, int]
    oldest_due_at: datetime | None
    next_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Latency:
    """Medians over recent deliveries; None where there was nothing to measure."""

    published_to_seen: timedelta | None
    seen_to_sent: timedelta | None
    measured: int


@dataclass(frozen=True, slots=True)
class Totals:
    """How much is stored."""

    feeds: int
    feeds_failing: int
    entries: int
    queries: int
    subscriptions: int
    destinations: int
    alerts: int
