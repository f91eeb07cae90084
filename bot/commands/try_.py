"""``try``: what a query would have sent, from stored entries or from feeds asked now."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.console import Console

from bot.adapters.console.render import render
from bot.adapters.feeds.parser import FeedParser
from bot.clock import SystemClock
from bot.commands.configured import moment, settings_for
from bot.commands.options import ConfigOption, JsonOption, complain, say, say_json
from bot.commands.subscriptions import QueryArgument
from bot.finding import make_fetcher
from bot.model.address import Address, Platform
from bot.model.alert import MatchedSubscription
from bot.model.destination import Destination
from bot.model.entry import Entry, ParsedFeed, ParseFailed
from bot.model.feed import Feed, FeedOrigin, PollState
from bot.model.fetch import Fetched, FetchFailed, FetchRequest, Gone, Moved, NotModified
from bot.pipeline import compose
from bot.pipeline.match import Match, document
from bot.pipeline.summarise import SummaryStyle
from bot.query.evaluate import evaluate
from bot.query.explain import explain as explain_query
from bot.query.language import Query, parse
from bot.session import opened
from bot.settings.settings import Settings
from bot.settings.units import read_duration, show_duration
from bot.starters import starter_topics


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried, and how it is shown."""

    settings: Settings
    query: Query
    since: datetime
    explain: bool
    as_json: bool


def try_(
    context: typer.Context,
    query: QueryArgument,
    *,
    feed: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="Ask this feed now instead of the database; repeatable."),
    ] = None,
    since: Annotated[str, typer.Option(help="How far back to look: 12h, 7d, 4w.")] = "7d",
    explain: Annotated[
        bool, typer.Option("--explain", help="Say for every entry why it matches or does not.")
    ] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 where nothing matches.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Show the alerts that a query would have sent; nothing is sent or stored.

    Example: newsbell try '"Taiwan Strait"' --since 3d
    """
    settings = settings_for(context, config)
    try:
        span = read_duration(since)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    parsed = parse(query, topics=starter_topics())
    trial = Trial(settings, parsed, SystemClock().now() - span, explain, as_json)
    found, looked = asyncio.run(_try(trial, feed or ()))
    if not as_json:
        say(f"{found} of {looked} entries of the last {show_duration(span)} match {parsed.canonical}")
    if exit_code and not found:
        raise typer.Exit(1)


async def _try(trial: Trial, urls: Sequence[str]) -> tuple[int, int]:
    found = looked = 0
    console = Console(highlight=False)
    async for entry, feed in _live(trial, urls) if urls else _stored(trial):
        if entry.content.published is not None and entry.content.published < trial.since:
            continue
        looked += 1
        found += _show(trial, entry, feed, console)
    return found, looked


async def _stored(trial: Trial) -> AsyncIterator[tuple[Entry, Feed]]:
    async with opened(trial.settings) as store:
        feeds = {feed.id: feed for feed in await store.feeds()}
        async for entry in store.entries_since(trial.since):
            if feed := feeds.get(entry.feed_id):
                yield entry, feed


async def _live(trial: Trial, urls: Sequence[str]) -> AsyncIterator[tuple[Entry, Feed]]:
    fetcher, parser, now = make_fetcher(trial.settings), FeedParser(), SystemClock().now()
    numbers = count(1)
    try:
        for url in urls:
            result = await fetcher.fetch(FetchRequest(url))
            match result.result if isinstance(result, Moved) else result:
                case Fetched(url=final, body=body, headers=headers):
                    parsed = await parser.parse(body, url=final, headers=headers)
                case FetchFailed(reason=reason) | Gone(reason=reason):
                    parsed = ParseFailed(reason)
                case NotModified():
                    parsed = ParseFailed(
                        "The server says that nothing is new although it was not asked that way."
                    )
            match parsed:
                case ParseFailed(reason):
                    complain(f"{url}: {reason}")
                case ParsedFeed(title=title, language=language, entries=entries):
                    shown = title or urlsplit(url).hostname or url
                    feed = Feed(0, url, shown, FeedOrigin.CLI, now, PollState(now), language=language)
                    for each in entries:
                        number = next(numbers)
                        yield Entry(number, 0, number, shown, now, each), feed
    finally:
        await fetcher.close()
        await parser.close()


def _show(trial: Trial, entry: Entry, feed: Feed, console: Console) -> bool:
    """Print an entry where it matches, or where every one is to be explained; tell whether it matches."""
    text = document(entry.content, feed)
    spans = evaluate(trial.query, text)
    reasons = explain_query(trial.query, text).lines() if trial.explain else []
    if trial.as_json:
        if spans is not None or trial.explain:
            say_json(_as_data(entry, matched=spans is not None, reasons=reasons))
    elif spans is not None:
        style = SummaryStyle(sentences=trial.settings.summary.sentences)
        hit = Match(_here(trial), (MatchedSubscription(0, trial.query.text, ()),), spans)
        message = compose.alert(entry.content, feed, hit, seen_at=entry.seen_at, style=style)
        console.print(render(message, console.width, hyperlinks=console.is_terminal))
    elif trial.explain:
        say(f"no match: {entry.content.title} ({entry.source})")
    if not trial.as_json:
        for line in reasons:
            say(f"  {line}")
    return spans is not None


def _here(trial: Trial) -> Destination:
    settings = trial.settings
    here = Address(Platform.CONSOLE, "")
    return Destination(0, here, "console", trial.since, settings.language, settings.timezone)


def _as_data(entry: Entry, *, matched: bool, reasons: Sequence[str]) -> dict[str, object]:
    content = entry.content
    return {
        "match": matched,
        "title": content.title,
        "link": content.link,
        "source": entry.source,
        "published": moment(content.published),
        "seen_at": moment(entry.seen_at),
        **({"explanation": list(reasons)} if reasons else {}),
    }
