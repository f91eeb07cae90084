"""An observer for runs that nobody measures: tests, single commands."""

from datetime import timedelta

from bot.model.address import Platform
from bot.model.poll import PollOutcome


class Unobserved:
    """Implements ``bot.ports.Observer`` by keeping nothing."""

    def polled(self, outcome: PollOutcome, seconds: float) -> None:
        """Keep nothing."""

    def entries(self, count: int) -> None:
        """Keep nothing."""

    def alerted(self, count: int) -> None:
        """Keep nothing."""

    def delivered(self, platform: Platform, outcome: str) -> None:
        """Keep nothing."""

    def latency(self, published_to_seen: timedelta | None, seen_to_sent: timedelta | None) -> None:
        """Keep nothing."""

    def watched(self, tried: int, waiting: int) -> None:
        """Keep nothing."""
