"""``outbox list``, ``retry``, ``drop``: what waits, why, and what to do about it."""

import asyncio
import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import SystemClock
from bot.commands.configured import moment, plain_table, settings_for, show, span
from bot.commands.options import ConfigOption, JsonOption, say, say_json
from bot.model.delivery import Delivery, DeliveryStatus
from bot.model.destination import DestinationState
from bot.model.message import plain
from bot.session import opened
from bot.settings.settings import Settings

WAITING = (DeliveryStatus.DRAFT, DeliveryStatus.PENDING, DeliveryStatus.SENDING, DeliveryStatus.DEAD)
_MANY = 100_000

Numbers = Annotated[list[int] | None, typer.Argument(metavar="[NUMBER]...", show_default=False)]
DeadOption = Annotated[bool, typer.Option("--dead", help="All that were given up as undeliverable.")]


def list_(
    context: typer.Context,
    *,
    status: Annotated[
        list[DeliveryStatus] | None,
        typer.Option(help="Only these; repeatable. Otherwise all that are not sent."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most, newest first.")] = 100,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Show what waits to be delivered or was given up, and why.

    Example: newsbell outbox list --status dead
    """
    settings = settings_for(context, config)
    found = asyncio.run(_deliveries(settings, tuple(status or WAITING), limit))
    now = SystemClock().now()
    if as_json:
        for each in found:
            say_json(as_data(each) | {"why": why(each, now)})
        return
    table = plain_table("#", "destination", "title", "state", "attempts", "due (UTC)", "reason")
    for each in found:
        table.add_row(
            str(each.id),
            str(each.destination.address),
            plain(each.message.title)[:60],
            each.status.value,
            str(each.attempts),
            f"{each.due_at:%m-%d %H:%M:%S}",
            why(each, now),
        )
    show(table)


def why(delivery: Delivery, now: datetime) -> str:
    """Return in words what a delivery waits for, or why it is not sent; pure."""
    match delivery.status:
        case DeliveryStatus.SENT:
            return ""
        case DeliveryStatus.DEAD | DeliveryStatus.DROPPED:
            return delivery.error or ""
        case DeliveryStatus.SENDING:
            return "being sent now"
        case DeliveryStatus.DRAFT:
            return "a draft; it goes when somebody publishes it"
        case DeliveryStatus.PENDING:
            last = f"; last answer: {delivery.error}" if delivery.error else ""
            return _waiting(delivery, now) + last


def _waiting(delivery: Delivery, now: datetime) -> str:
    place = delivery.destination
    if place.state is DestinationState.OFF:
        return f"its destination is off: {place.reason or 'it takes no messages'}"
    if place.not_before is not None and place.not_before > now:
        return f"its destination is held for {_seconds(place.not_before - now)}, as its platform asks"
    if delivery.due_at > now:
        return f"{'tried again' if delivery.error else 'planned'} in {_seconds(delivery.due_at - now)}"
    return f"due for {_seconds(now - delivery.due_at)}; it goes when its turn comes"


def _seconds(length: timedelta) -> str:
    return span(timedelta(seconds=math.ceil(length.total_seconds())))


async def _deliveries(settings: Settings, statuses: Sequence[DeliveryStatus], limit: int) -> list[Delivery]:
    async with opened(settings) as store:
        return await store.deliveries(statuses=statuses, limit=limit)


def as_data(delivery: Delivery) -> dict[str, object]:
    """Return a delivery for JSON."""
    return {
        "id": delivery.id,
        "destination": str(delivery.destination.address),
        "title": plain(delivery.message.title),
        "url": delivery.message.url,
        "status": delivery.status.value,
        "attempts": delivery.attempts,
        "created_at": moment(delivery.created_at),
        "due_at": moment(delivery.due_at),
        "sent_at": moment(delivery.sent_at),
        "error": delivery.error,
    }


def retry(
    context: typer.Context, numbers: Numbers = None, *, dead: DeadOption = False, config: ConfigOption = None
) -> None:
    """Deliver again, now: deliveries by their numbers, or all that were given up.

    Ends with 1 where nothing was found.

    Example: newsbell outbox retry --dead
    """
    _change(context, config, numbers, dead=dead, again=True)


def drop(
    context: typer.Context, numbers: Numbers = None, *, dead: DeadOption = False, config: ConfigOption = None
) -> None:
    """Give deliveries up, by their numbers, or all that were given up already.

    Ends with 1 where nothing was found.

    Example: newsbell outbox drop 17 18
    """
    _change(context, config, numbers, dead=dead, again=False)


def _change(
    context: typer.Context, config: Path | None, numbers: list[int] | None, *, dead: bool, again: bool
) -> None:
    if bool(numbers) == dead:
        raise typer.BadParameter("name deliveries by their numbers, or all dead ones with --dead.")
    changed = asyncio.run(_carry_out(settings_for(context, config), numbers or [], dead=dead, again=again))
    say(f"{changed} {'due again' if again else 'dropped'}")
    if not changed:
        raise typer.Exit(1)


async def _carry_out(settings: Settings, numbers: list[int], *, dead: bool, again: bool) -> int:
    async with opened(settings) as store:
        if dead:
            found = await store.deliveries(statuses=[DeliveryStatus.DEAD], limit=_MANY)
            numbers = [each.id for each in found]
        if not numbers:
            return 0
        return await store.requeue(numbers, now=SystemClock().now()) if again else await store.drop(numbers)
