"""``subscriptions list``, ``add``, ``remove``: what a chat command does, at the shell."""

import asyncio
from typing import Annotated

import typer

from bot.clock import SystemClock
from bot.commands.configured import moment, plain_table, settings_for, show
from bot.commands.options import ConfigOption, JsonOption, say, say_json
from bot.errors import UserError
from bot.model.address import Address
from bot.model.cadence import INSTANT, Cadence
from bot.model.subscription import Priority, Subscriber, SubscriptionOptions, SubscriptionOrigin
from bot.pipeline.digest import replan
from bot.query.language import Query, parse
from bot.session import opened
from bot.settings.settings import Settings
from bot.starters import starter_topics

QueryArgument = Annotated[str, typer.Argument(metavar="QUERY", help="What to look for.", show_default=False)]


def add(
    context: typer.Context,
    query: QueryArgument,
    *,
    to: Annotated[
        str,
        typer.Option("--to", metavar="DEST", help="telegram:…, discord:…, discord-webhook:URL or console:."),
    ] = "console:",
    feed: Annotated[
        list[str] | None, typer.Option(help="Only this feed (address, title, tag); repeatable.")
    ] = None,
    mention: Annotated[
        list[str] | None, typer.Option(help="Whom to ping, such as <@&ROLE>; repeatable.")
    ] = None,
    cadence: Annotated[
        str,
        typer.Option(metavar="WHEN", help="instant, hourly, daily@08:00 or weekly@mon 08:00."),
    ] = str(INSTANT),
    priority: Annotated[bool, typer.Option("--priority", help="Break through quiet hours.")] = False,
    urgent: Annotated[
        bool, typer.Option("--urgent", help="Only urgent stories, at once and through quiet hours.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Subscribe a destination to a query; a running daemon takes it over at once.

    Example: newsbell subscriptions add 'Takaichi OR "Taiwan Strait"' --to telegram:-100123
    """
    settings = settings_for(context, config)
    options = SubscriptionOptions(
        Cadence.parse(cadence),
        tuple(feed or ()),
        tuple(mention or ()),
        Priority.of(priority=priority, urgent=urgent),
    )
    asyncio.run(_add(settings, parse(query, topics=starter_topics()), Address.parse(to), options))


async def _add(settings: Settings, query: Query, to: Address, options: SubscriptionOptions) -> None:
    now = SystemClock().now()
    async with opened(settings) as store:
        place = await store.ensure_destination(
            to, title=str(to), timezone=settings.timezone, language=settings.language, now=now
        )
        subscription, new = await store.subscribe(
            place.id,
            query=query.text,
            canonical=query.canonical,
            options=options,
            origin=SubscriptionOrigin.CLI,
            now=now,
        )
        await replan(store, place, now)
    say(
        f"{'Subscribed' if new else 'Already subscribed'}: {subscription.query} -> {to} (number {subscription.id})"
    )


def remove(
    context: typer.Context,
    subscription: Annotated[
        str,
        typer.Argument(
            metavar="NUMBER|QUERY", help="Its number in the list, or its query.", show_default=False
        ),
    ],
    *,
    to: Annotated[
        str | None, typer.Option("--to", metavar="DEST", help="Whose; needed where several have it.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Remove a subscription; alerts already written are still sent.

    Example: newsbell subscriptions remove 12
    """
    settings = settings_for(context, config)
    asyncio.run(_remove(settings, subscription, Address.parse(to) if to else None))


async def _remove(settings: Settings, named: str, to: Address | None) -> None:
    async with opened(settings) as store:
        fitting = [each for each in await store.subscriptions() if _is(each, named, to)]
        if len(fitting) != 1:
            raise UserError(_advice(named, len(fitting)))
        gone = await store.unsubscribe(fitting[0].subscription.id)
    if gone:
        say(f"Removed: {gone.query} -> {fitting[0].destination.address}")
    if gone and gone.origin is SubscriptionOrigin.CONFIG:
        say("It is in the configuration file, too; remove it there, or the next start adds it again.")


def _is(each: Subscriber, named: str, to: Address | None) -> bool:
    if to and each.destination.address != to:
        return False
    subscription = each.subscription
    return named in {str(subscription.id), subscription.query, subscription.canonical}


def _advice(named: str, found: int) -> str:
    if found:
        return f"{found} destinations have {named}; give the number, or the destination with --to."
    return f"There is no subscription {named}; 'newsbell subscriptions list' shows all with their numbers."


def list_(
    context: typer.Context,
    *,
    to: Annotated[
        str | None, typer.Option("--to", metavar="DEST", help="Only those of this destination.")
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """List subscriptions.

    Example: newsbell subscriptions list --to telegram:-100123
    """
    settings = settings_for(context, config)
    found = asyncio.run(_list(settings, Address.parse(to) if to else None))
    if as_json:
        for each in found:
            say_json(_as_data(each))
        return
    table = plain_table("#", "query", "destination", "state", "from", "cadence", "limited to")
    for each in found:
        subscription, place = each.subscription, each.destination
        table.add_row(
            str(subscription.id),
            subscription.query,
            str(place.address),
            place.state.value,
            subscription.origin.value,
            str(subscription.options.cadence),
            ", ".join(subscription.options.feeds),
        )
    show(table)


async def _list(settings: Settings, to: Address | None) -> list[Subscriber]:
    async with opened(settings) as store:
        if to is None:
            return await store.subscriptions()
        place = await store.destination(to)
        return await store.subscriptions(place.id) if place else []


def _as_data(each: Subscriber) -> dict[str, object]:
    subscription, place = each.subscription, each.destination
    return {
        "id": subscription.id,
        "query": subscription.query,
        "canonical": subscription.canonical,
        "destination": str(place.address),
        "title": place.title,
        "state": place.state.value,
        "origin": subscription.origin.value,
        "cadence": str(subscription.options.cadence),
        "priority": subscription.options.priority is not Priority.NORMAL,
        "urgent": subscription.options.priority is Priority.URGENT,
        "feeds": list(subscription.options.feeds),
        "mentions": list(subscription.options.mentions),
        "created_at": moment(subscription.created_at),
    }
