"""``feeds poll``: one feed, now."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import typer

from bot.adapters.feeds.parser import FeedParser
from bot.clock import SystemClock
from bot.commands.configured import moment, settings_for, shown_url
from bot.commands.feeds import find_feed
from bot.commands.options import ConfigOption, JsonOption, say, say_json
from bot.editing import Editing
from bot.finding import make_fetcher
from bot.model.feed import Feed
from bot.model.poll import PollOutcome
from bot.pipeline.health import health, span
from bot.polling import lease, make_ingest
from bot.session import opened
from bot.settings.settings import Settings
from bot.stores.store import Store

_SAID = {
    PollOutcome.NEW: "There are new entries",
    PollOutcome.NO_NEWS: "It changed, without new entries",
    PollOutcome.UNCHANGED: "It is unchanged",
    PollOutcome.NOT_MODIFIED: "It is unchanged",
    PollOutcome.FAILED: "It failed",
    PollOutcome.GONE: "It is gone",
    PollOutcome.POSTPONED: "It was not asked",
}
_BAD = frozenset({PollOutcome.FAILED, PollOutcome.GONE, PollOutcome.POSTPONED})


@dataclass(frozen=True, slots=True)
class Polled:
    """What came of it. ``outcome`` None means that nothing was asked, for the reason in ``refusal``."""

    feed: Feed
    at: datetime
    outcome: PollOutcome | None = None
    entries: int = 0
    alerts: int = 0
    refusal: str | None = None


class _Count:
    """Counts what a poll brought; an Observer."""

    def __init__(self) -> None:
        self.found = 0
        self.written = 0

    def polled(self, outcome: PollOutcome, seconds: float) -> None:
        """Leave it to the caller, who has the outcome."""

    def entries(self, count: int) -> None:
        """Count new entries."""
        self.found += count

    def alerted(self, count: int) -> None:
        """Count alerts."""
        self.written += count

    def delivered(self, platform: object, outcome: str) -> None:
        """Nothing is delivered here."""

    def latency(self, published_to_seen: timedelta | None, seen_to_sent: timedelta | None) -> None:
        """Nothing is delivered here."""

    def watched(self, tried: int, waiting: int) -> None:
        """A single poll shows no metrics."""


def poll(
    context: typer.Context,
    feed: Annotated[
        str, typer.Argument(metavar="FEED", help="Its address, number or title.", show_default=False)
    ],
    *,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Poll one feed of the list now, due or not, and say what came of it and when it is polled next.

    New entries are matched and alerts written as always; a running daemon sends them. The whole document is asked
    for, but never sooner than polling.min_interval after the last time. Ends with 1 where nothing usable came.

    Example: newsbell feeds poll https://www.theguardian.com/world/rss
    """
    polled = asyncio.run(_poll(settings_for(context, config), feed))
    if as_json:
        say_json(as_data(polled))
    else:
        for line in sentences(polled):
            say(line)
    if polled.outcome is None or polled.outcome in _BAD:
        raise typer.Exit(1)


async def _poll(settings: Settings, named: str) -> Polled:
    fetcher, parser = make_fetcher(settings), FeedParser()
    try:
        async with AsyncExitStack() as closing, opened(settings, starters=False) as store:
            feed = await find_feed(store, named)
            counted = _Count()
            editing = Editing(settings, store, fetcher, SystemClock())
            closing.push_async_callback(editing.close)
            ingest = make_ingest(
                settings, store, fetcher, parser, SystemClock(), editing=editing, observer=counted
            )
            now = SystemClock().now()
            claimed = await store.claim_feed(feed.id, now, lease=lease(settings), floor=ingest.floor)
            if claimed is None:
                return Polled(feed, now, refusal=refusal(feed, ingest.floor, now))
            outcome = await ingest.poll(claimed, forced=True)
            return Polled(await _again(store, feed), now, outcome, counted.found, counted.written)
    finally:
        await fetcher.close()
        await parser.close()


async def _again(store: Store, feed: Feed) -> Feed:
    """Return the feed as the poll left it; it may have got another address."""
    return next((each for each in await store.feeds() if each.id == feed.id), feed)


def refusal(feed: Feed, floor: timedelta, now: datetime) -> str:
    """Say why a feed could not be claimed."""
    asked = feed.poll.polled_at
    if asked is not None and timedelta(0) <= now - asked < floor:
        return (
            f"It was asked {span(now - asked)} ago, and no feed is asked more often than every {span(floor)}"
            f" (polling.min_interval); try again in {span(floor - (now - asked))}."
        )
    return "It is being polled at this moment; 'newsbell feeds list' shows the result."


def sentences(polled: Polled) -> list[str]:
    """Say what came of it, and when and why the next poll is."""
    name = f"{polled.feed.title} ({shown_url(polled.feed)})"
    if polled.outcome is None:
        return [f"Not polled: {name}", str(polled.refusal)]
    told = f"{_SAID[polled.outcome]}: {name}"
    if polled.outcome is PollOutcome.NEW:
        told += f"; {polled.entries} new, {polled.alerts} alerts written"
    return [told, f"State: {health(polled.feed, polled.at)}.", next_poll(polled.feed, polled.at)]


def next_poll(feed: Feed, now: datetime) -> str:
    """Say when a feed is polled next and why then."""
    state = feed.poll
    why = f": {state.next_poll_why}" if state.next_poll_why else ""
    if state.gone or not feed.enabled:
        return "It is not polled any more." if state.gone else "It is switched off and not polled by itself."
    wait = max(timedelta(0), state.next_poll_at - now)
    return f"Next poll in {span(wait)} ({state.next_poll_at:%Y-%m-%d %H:%M:%S} UTC){why}."


def as_data(polled: Polled) -> dict[str, object]:
    """Return the result for JSON."""
    state = polled.feed.poll
    return {
        "id": polled.feed.id,
        "url": shown_url(polled.feed),
        "title": polled.feed.title,
        "outcome": polled.outcome.value if polled.outcome else "refused",
        "new_entries": polled.entries,
        "alerts": polled.alerts,
        "reason": polled.refusal or state.failure,
        "polled_at": moment(state.polled_at),
        "next_poll_at": None if state.gone or not polled.feed.enabled else moment(state.next_poll_at),
        "next_poll_why": state.next_poll_why,
    }
