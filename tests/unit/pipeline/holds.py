"""Held alerts as values, for the tests of what is made of them."""

from collections.abc import Sequence
from datetime import datetime

from bot.model.hold import Held, Hold, HoldReason
from bot.model.message import Message, Run, Source
from tests.unit.pipeline.samples import NOW


def held(
    number: int = 1,
    title: str = "Takaichi to visit Washington",
    *,
    queries: Sequence[str] = ("Takaichi",),
    subscriptions: Sequence[int] = (1,),
    url: str | None = "https://news.example/1",
    source: str = "Mainichi World",
    reason: HoldReason = HoldReason.CADENCE,
    created_at: datetime = NOW,
    due_at: datetime = NOW,
) -> Hold:
    message = Message(title=(Run(title),), url=url, sources=(Source(source, url),), alert=True)
    return Hold(
        id=number,
        alert_id=100 + number,
        destination_id=1,
        held=Held(due_at, reason),
        message=message,
        nonce=f"n{number}",
        subscriptions=tuple(subscriptions),
        queries=tuple(queries),
        created_at=created_at,
    )
