"""What deciding about drafts needs from storage, as a Protocol; a part of ``store``."""

from datetime import datetime
from typing import Protocol

from bot.model.delivery import Delivery
from bot.model.draft import DraftDecision


class DraftStore(Protocol):
    """Drafts, and what was decided about them."""

    async def draft(self, nonce: str) -> Delivery | None:
        """Return a delivery by its nonce, whatever became of it; None where it was pruned."""

    async def decide_draft(self, decision: DraftDecision) -> bool:
        """Write a decision about a draft and change what asks for it; False where it was decided already."""

    async def old_drafts(self, before: datetime, *, limit: int) -> list[Delivery]:
        """Return drafts that were written before a moment and wait still, oldest first."""
