"""``feeds import`` and ``feeds export``: lists of feeds as other readers know them."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from bot.adapters.feeds.opml import Listing, read_listing, write
from bot.clock import SystemClock
from bot.commands.configured import settings_for, shown_url
from bot.commands.options import ConfigOption, complain, read_bytes, say
from bot.model.feed import Feed, FeedOrigin, FeedSpec
from bot.session import opened
from bot.settings.settings import Settings


def import_(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="An OPML file; - is standard input.", show_default=False)
    ],
    *,
    config: ConfigOption = None,
) -> None:
    """Add the feeds of an OPML file; its folders become tags. What the feeds hold now is not sent.

    Feeds that are on the list already are named and stay as they are, as are those that the file names twice.
    Outlines that cannot be used are listed; the command ends with 1 where nothing could be used.

    Example: newsbell feeds import subscriptions.opml
    """
    listing = read_listing(read_bytes(file))
    for problem in listing.problems:
        complain(problem)
    known = asyncio.run(_import(settings_for(context, config), listing))
    for feed in known:
        say(f"Already there: {feed.title} ({shown_url(feed)})")
    for name in listing.repeated:
        say(f"Twice in the file: {name}")
    added = len(listing.feeds) - len(known)
    say(f"{added} added, {len(known)} already there, {len(listing.problems)} not usable")
    if listing.problems and not listing.feeds:
        raise typer.Exit(1)


async def _import(settings: Settings, listing: Listing) -> list[Feed]:
    """Add the feeds and return those that were there before."""
    clock, progress = SystemClock(), Console(stderr=True)
    known: list[Feed] = []
    async with opened(settings, starters=False) as store:
        for spec in track(listing.feeds, "Adding feeds", console=progress, transient=True):
            feed, new = await store.add_feed(spec, origin=FeedOrigin.CLI, now=clock.now())
            if not new:
                known.append(feed)
    return known


def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="[FILE]", help="Where to; - is standard output.")] = Path(
        "-"
    ),
    *,
    config: ConfigOption = None,
) -> None:
    """Write the feeds as OPML; passwords in addresses are left out.

    Example: newsbell feeds export feeds.opml
    """
    document = write(asyncio.run(_specs(settings_for(context, config))))
    if str(file) == "-":
        typer.echo(document, nl=False)
        return
    try:
        file.write_bytes(document)
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be written: {error.strerror}.") from error


async def _specs(settings: Settings) -> list[FeedSpec]:
    async with opened(settings) as store:
        return [FeedSpec(each.url, each.title, each.tags, each.interval) for each in await store.feeds()]
