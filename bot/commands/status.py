"""``status``: feeds, outbox, latency."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import typer

from bot.clock import SystemClock
from bot.commands.configured import moment, plain_table, settings_for, show, shown_url, span
from bot.commands.options import ConfigOption, JsonOption, say, say_json
from bot.model.activity import Activity
from bot.model.feed import Feed
from bot.model.outbox import Latency, OutboxStats, Totals
from bot.pipeline.feed_report import LOOKED_BACK, report
from bot.session import opened
from bot.settings.settings import Settings

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is shown, read at one moment."""

    at: datetime
    totals: Totals
    outbox: OutboxStats
    latency: Latency
    failing: list[Feed]
    lately: dict[int, Activity]


def status(context: typer.Context, *, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Show how many feeds, subscriptions and alerts there are, what waits, and how fast alerts go out.

    Example: newsbell status --json
    """
    found = asyncio.run(_report(settings_for(context, config)))
    if as_json:
        say_json(_as_data(found))
    else:
        _tell(found)


async def _report(settings: Settings) -> Report:
    now = SystemClock().now()
    async with opened(settings) as store:
        failing = [feed for feed in await store.feeds() if feed.poll.failure]
        return Report(
            now,
            await store.totals(),
            await store.outbox_stats(now),
            await store.latency(now - _DAY),
            failing,
            await store.activity(now - LOOKED_BACK),
        )


def _as_data(found: Report) -> dict[str, object]:
    totals, outbox, latency = found.totals, found.outbox, found.latency
    return {
        "at": moment(found.at),
        "feeds": {
            "total": totals.feeds,
            "failing": totals.feeds_failing,
            "failures": [_failure(each) for each in found.failing],
            "entries_last_7_days": sum(each.entries for each in found.lately.values()),
        },
        "entries": totals.entries,
        "queries": totals.queries,
        "subscriptions": totals.subscriptions,
        "destinations": totals.destinations,
        "alerts": totals.alerts,
        "outbox": {
            "by_status": outbox.by_status,
            "by_platform": outbox.by_platform,
            "oldest_due_at": moment(outbox.oldest_due_at),
            "next_due_at": moment(outbox.next_due_at),
        },
        "latency": {
            "published_to_seen_seconds": _seconds(latency.published_to_seen),
            "seen_to_sent_seconds": _seconds(latency.seen_to_sent),
            "measured": latency.measured,
        },
    }


def _failure(feed: Feed) -> dict[str, object]:
    return {
        "url": shown_url(feed),
        "failure": feed.poll.failure,
        "succeeded_at": moment(feed.poll.succeeded_at),
        "next_poll_at": moment(feed.poll.next_poll_at),
    }


def _seconds(length: timedelta | None) -> float | None:
    return length.total_seconds() if length is not None else None


def _tell(found: Report) -> None:
    totals, latency = found.totals, found.latency
    table = plain_table("", "")
    table.show_header = False
    table.add_row("feeds", f"{totals.feeds} ({totals.feeds_failing} failing)")
    table.add_row("entries", str(totals.entries))
    table.add_row(
        "subscriptions",
        f"{totals.subscriptions} of {totals.destinations} destinations, {totals.queries} queries",
    )
    table.add_row("alerts", str(totals.alerts))
    counts = ", ".join(f"{count} {status}" for status, count in found.outbox.by_status.items() if count)
    table.add_row("outbox", counts or "empty")
    if found.outbox.oldest_due_at:
        table.add_row("oldest due", f"{found.outbox.oldest_due_at:%Y-%m-%d %H:%M:%S} UTC")
    medians = (
        f"published to seen {span(latency.published_to_seen)}, seen to sent {span(latency.seen_to_sent)}"
    )
    table.add_row("last 24 hours", f"{medians} (median of {latency.measured})")
    show(table)
    for feed in found.failing:
        say(f"  {feed.title}: {report(feed, found.at, found.lately.get(feed.id))}")
