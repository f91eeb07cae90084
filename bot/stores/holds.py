"""What digests need from storage, as a Protocol; a part of ``store``."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from bot.model.destination import Destination
from bot.model.hold import DueDigest, Held, Hold, NewDigest


class HoldStore(Protocol):
    """What waits for a digest."""

    async def due_digests(self, now: datetime, *, limit: int) -> list[DueDigest]:
        """Return active destinations with what is held for them and due, at most 500 holds each, oldest first."""

    async def write_digest(self, digest: NewDigest) -> bool:
        """Write the pages as deliveries and mark their holds as taken; False, having written nothing, where one is gone.

        Of several processes that compose the same digest, the first to write wins.
        """

    async def holds(self, destination_id: int) -> list[Hold]:
        """Return what waits for a digest of a destination, the first due first."""

    async def hold_of(self, alert_id: int) -> Hold | None:
        """Return the hold of an alert, taken by a digest or not; None where the alert was never held."""

    async def story_holds(self, story_id: int) -> list[Hold]:
        """Return what is held about a story."""

    async def replan(self, plans: Mapping[int, Held]) -> None:
        """Change when holds are due and why; those that a digest took meanwhile stay as they are."""

    async def crowded(self, now: datetime, *, most: int, limit: int) -> list[int]:
        """Return destinations with more than ``most`` alerts that wait singly and could go now."""

    async def restless(self, *, limit: int) -> list[Destination]:
        """Return active destinations with quiet hours for which alerts wait singly."""

    async def fold(
        self,
        destination_id: int,
        plan: Held,
        *,
        keep: int = 0,
        before: datetime | None = None,
        spare: Collection[int] = (),
    ) -> int:
        """Turn alerts that wait singly into holds, but for the ``keep`` newest; return how many.

        ``before`` takes only those written before that moment; what matched a subscription in ``spare`` stays. Whatever
        was attempted already stays, too, for it may have arrived.
        """
