"""Where messages go, with the settings of that place."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.address import Address


class DestinationState(StrEnum):
    """``paused`` is a person's wish, ``off`` what a platform's refusal made of it."""

    ACTIVE = "active"
    PAUSED = "paused"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Destination:
    """A destination's row. ``not_before`` holds back its deliveries; ``reason`` says why it is off."""

    id: int
    address: Address
    title: str
    created_at: datetime
    language: str = "en"
    timezone: str = "UTC"
    state: DestinationState = DestinationState.ACTIVE
    reason: str | None = None
    not_before: datetime | None = None
