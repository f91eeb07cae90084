"""What was decided for an entry and a subscription, kept as long as entries so that it can be explained."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What became of a match."""

    SENT = "sent"
    HELD = "held"
    MERGED = "merged"
    MUTED = "muted"
    FILTERED = "filtered"


@dataclass(frozen=True, slots=True)
class Decision:
    """A stored decision."""

    subscription_id: int
    verdict: Verdict
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A decision about to be written; ``entry`` is the index into the poll's fresh entries."""

    entry: int
    subscription_id: int
    verdict: Verdict
    detail: str = ""
