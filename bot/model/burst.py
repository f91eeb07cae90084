"""How many alerts a destination gets one by one before the rest is folded into a digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.hold import Held, HoldReason


@dataclass(frozen=True, slots=True)
class Burst:
    """At most ``most`` single alerts in any span of ``per``; 0 sets no bound."""

    most: int = 10
    per: timedelta = timedelta(minutes=10)

    def folded(self, recent: Sequence[datetime], count: int, now: datetime) -> tuple[int, Held | None]:
        """Return how many of ``count`` new alerts go out singly, and how the rest is held; ``recent`` are moments.

        Where some still go, the rest follows them at once as one digest. Where there is no room at all, the rest
        waits until the oldest of ``recent`` has left the span, so that a trickle is gathered, too.
        """
        inside = sorted(moment for moment in recent if moment > now - self.per)
        room = max(0, self.most - len(inside))
        if not self.most or count <= room:
            return count, None
        due = now if room else inside[-self.most] + self.per
        return room, Held(due, HoldReason.BURST)
