"""All that is kept about what a destination was told, for whoever asks for a copy."""

from dataclasses import dataclass
from datetime import datetime

from bot.model.alert import Alert
from bot.model.decision import Verdict
from bot.model.delivery import Delivery


@dataclass(frozen=True, slots=True)
class Judged:
    """What was decided about an entry for a query of the destination; ``title`` is empty where it was pruned."""

    query: str
    title: str
    link: str | None
    verdict: Verdict
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """Alerts, deliveries and decisions of a destination, newest first."""

    alerts: tuple[Alert, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    decisions: tuple[Judged, ...] = ()
