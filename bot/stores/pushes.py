"""What the core needs from storage to be pushed to by hubs, as a Protocol; a part of ``store``."""

from datetime import datetime, timedelta
from typing import Protocol

from bot.model.feed import Feed
from bot.model.push import Push


class PushStore(Protocol):
    """What was agreed with hubs that push."""

    async def unanswered_offers(self, *, limit: int) -> list[Feed]:
        """Return feeds that are polled and offer a hub which was not asked yet."""

    async def add_push(self, push: Push) -> None:
        """Add a subscription, numbered by the store; one to the same hub and topic of its feed stays as it is."""

    async def leave_unwanted(self, now: datetime) -> int:
        """Turn subscriptions that no feed wants any more into ``leaving`` ones, due now; return how many."""

    async def claim_pushes(self, now: datetime, *, limit: int, lease: timedelta) -> list[Push]:
        """Return subscriptions that are due, first due first; they are not due again before ``lease`` has passed.

        One whose hub left news to a poll to find is due as well.
        """

    async def push(self, push_id: int) -> Push | None:
        """Return a subscription."""

    async def push_called(self, token: str) -> Push | None:
        """Return the subscription with this callback."""

    async def save_push(self, push: Push, *, poll_by: datetime | None = None) -> bool:
        """Write a changed subscription, and what its feed tells of it; False where it changed meanwhile.

        A feed that waits for its net alone is polled at ``poll_by`` at the latest.
        """

    async def forget_push(self, push_id: int) -> None:
        """Delete a subscription that ended."""

    async def push_counts(self) -> dict[str, int]:
        """Count subscriptions at hubs by state."""
