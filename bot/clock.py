"""The time of day."""

from datetime import UTC, datetime


class SystemClock:
    """The machine's own clock; implements ``bot.ports.Clock``."""

    def now(self) -> datetime:
        """Return the current moment, aware UTC."""
        return datetime.now(UTC)
