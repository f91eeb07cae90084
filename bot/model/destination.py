"""Where messages go, with the settings of that place."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.model.address import Address
from bot.model.cadence import INSTANT, Cadence
from bot.model.quiet import QuietHours


class DestinationState(StrEnum):
    """``paused`` is a person's wish, ``off`` what a platform's refusal made of it."""

    ACTIVE = "active"
    PAUSED = "paused"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class DestinationSettings:
    """What people chose for a place. ``cadence`` is what new subscriptions begin with.

    ``silent_digests`` asks the platform to send digests without a sound, ``follow_ups`` for a reply where a story that
    was told has a new fact, ``discuss`` for a thread under each alert, which takes these replies, too.
    """

    cadence: Cadence = INSTANT
    quiet: QuietHours | None = None
    silent_digests: bool = False
    follow_ups: bool = True
    discuss: bool = False


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
    settings: DestinationSettings = field(default_factory=DestinationSettings)
