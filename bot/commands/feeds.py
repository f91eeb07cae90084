"""``feeds add``, ``feeds remove``, ``feeds list``: the list of feeds without a chat."""

import asyncio
from datetime import datetime
from typing import Annotated

import typer

from bot.chat.feeds import of_site
from bot.clock import SystemClock
from bot.commands.configured import moment, plain_table, settings_for, show, shown_url
from bot.commands.options import ConfigOption, JsonOption, complain, say, say_json
from bot.errors import UserError
from bot.finding import discovered
from bot.model.activity import Activity
from bot.model.feed import Feed, FeedOrigin, FeedSpec, FoundFeed
from bot.pipeline.feed_report import LOOKED_BACK, found_rate, per_day, report
from bot.session import opened
from bot.settings.settings import Settings
from bot.settings.units import read_duration, show_duration
from bot.settings.values import without_credentials
from bot.stores.store import Store


def add(
    context: typer.Context,
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL", help="A feed, a page that has one, or a short form.", show_default=False
        ),
    ],
    *,
    title: Annotated[str | None, typer.Option(help="Its name in alerts.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="A tag; may be repeated.")] = None,
    interval: Annotated[str | None, typer.Option(help="Its own pause between polls, such as 10m.")] = None,
    unseen: Annotated[
        bool, typer.Option("--unseen", help="Add the address as it is, without asking it.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Add a feed by its address, or by the address of its site.

    What it holds now is not sent; alerts begin with its next new entry. Where a site has several feeds they are
    listed, nothing is added, and the command ends with 1.

    Short forms: r/NAME and u/NAME (Reddit), @USER@HOST (Mastodon), gnews:WORDS and gnews:ja:WORDS (Google News search).
    Channels and playlists of YouTube and repositories of GitHub are known by their pages.

    Example: newsbell feeds add https://www.theguardian.com/world/rss --tag world
    """
    settings = settings_for(context, config)
    try:
        pause = read_duration(interval) if interval else None
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    asyncio.run(_add(settings, FeedSpec(url, title, tuple(tag or ()), pause), unseen=unseen))


async def _add(settings: Settings, spec: FeedSpec, *, unseen: bool) -> None:
    if not unseen and (known := await _of_site(settings, spec.url)):
        say(f"Already there: {shown_url(known)} is the feed of that page")
        return
    found = (
        [FoundFeed(spec.url, spec.title or spec.url, "")] if unseen else await discovered(settings, spec.url)
    )
    if len(found) > 1:
        complain("There are several feeds; add one of these:")
        for each in found:
            complain(f"  {without_credentials(each.url)}  {each.title}{found_rate(each)}")
        raise typer.Exit(1)
    chosen = FeedSpec(found[0].url, spec.title, spec.tags, spec.interval)
    async with opened(settings, starters=False) as store:
        feed, new = await store.add_feed(chosen, origin=FeedOrigin.CLI, now=SystemClock().now())
    say(f"{'Added' if new else 'Already there'}: {shown_url(feed)}")


async def _of_site(settings: Settings, url: str) -> Feed | None:
    async with opened(settings, starters=False) as store:
        return of_site(await store.feeds(), url if "://" in url else f"https://{url}")


def remove(
    context: typer.Context,
    feed: Annotated[
        str, typer.Argument(metavar="FEED", help="Its address, number or title.", show_default=False)
    ],
    *,
    config: ConfigOption = None,
) -> None:
    """Remove a feed with its stored entries; alerts already written are still sent.

    A feed of the configuration file comes back with the next start; remove it there.

    Example: newsbell feeds remove https://www.theguardian.com/world/rss
    """
    asyncio.run(_remove(settings_for(context, config), feed))


async def _remove(settings: Settings, named: str) -> None:
    async with opened(settings, starters=False) as store:
        feed = await find_feed(store, named)
        await store.remove_feed(feed.id)
    say(f"Removed: {shown_url(feed)}")
    if feed.origin is FeedOrigin.CONFIG:
        say("It is in the configuration file, too; remove it there, or the next start adds it again.")


async def find_feed(store: Store, named: str) -> Feed:
    """Return the feed with this address, number or title; raises UserError."""
    if feed := await store.feed(named):
        return feed
    feeds = await store.feeds()
    fitting = [each for each in feeds if named.casefold() in {str(each.id), each.title.casefold()}]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise UserError(f"Several feeds are called {named}; give the address or the number of one.")
    raise UserError(f"There is no feed {without_credentials(named)}; 'newsbell feeds list' shows all.")


def list_(
    context: typer.Context,
    search: Annotated[str, typer.Argument(metavar="[SEARCH]", help="A part of title, address or tag.")] = "",
    *,
    failing: Annotated[bool, typer.Option("--failing", help="Only feeds that fail.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """List the feeds and how they are doing, failing ones first.

    Example: newsbell feeds list --failing
    """
    now = SystemClock().now()
    feeds, lately = asyncio.run(_all(settings_for(context, config), now))
    wanted = [feed for feed in feeds if _fits(feed, search) and (feed.poll.failure or not failing)]
    wanted.sort(key=lambda feed: not feed.poll.failure)
    if as_json:
        for feed in wanted:
            say_json(as_data(feed, now, lately.get(feed.id)))
        return
    table = plain_table("#", "feed", "address", "tags", "state", "last success (UTC)", "next poll (UTC)")
    for feed in wanted:
        due = "-" if not feed.enabled or feed.poll.gone else _due(feed, now)
        state = report(feed, now, lately.get(feed.id))
        succeeded = f"{feed.poll.succeeded_at:%m-%d %H:%M}" if feed.poll.succeeded_at else "-"
        table.add_row(str(feed.id), feed.title, shown_url(feed), ", ".join(feed.tags), state, succeeded, due)
    show(table)


async def _all(settings: Settings, now: datetime) -> tuple[list[Feed], dict[int, Activity]]:
    async with opened(settings) as store:
        return await store.feeds(), await store.activity(now - LOOKED_BACK)


def _fits(feed: Feed, search: str) -> bool:
    texts = (feed.title, feed.url, *feed.tags)
    return any(search.casefold() in text.casefold() for text in texts)


def _due(feed: Feed, now: datetime) -> str:
    return "now" if feed.poll.next_poll_at <= now else f"{feed.poll.next_poll_at:%m-%d %H:%M}"


def as_data(feed: Feed, now: datetime, lately: Activity | None) -> dict[str, object]:
    """Return a feed for JSON; ``entries_per_day`` is null where it was never read."""
    poll, daily = feed.poll, per_day(feed, now, lately)
    return {
        "id": feed.id,
        "url": shown_url(feed),
        "title": feed.title,
        "tags": list(feed.tags),
        "origin": feed.origin.value,
        "enabled": feed.enabled,
        "interval": show_duration(feed.interval) if feed.interval else None,
        "polled_at": moment(poll.polled_at),
        "succeeded_at": moment(poll.succeeded_at),
        "next_poll_at": moment(poll.next_poll_at),
        "next_poll_why": poll.next_poll_why,
        "entries_per_day": None if daily is None else round(daily, 2),
        "health": report(feed, now, lately),
        "failures": poll.failures,
        "failure": poll.failure,
        "gone": poll.gone,
    }
