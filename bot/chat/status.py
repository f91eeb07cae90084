"""``/status``: how the bot is doing and what waits for this place, with the whole outbox for admins of the bot."""

from datetime import timedelta

from bot.chat import words
from bot.chat.desk import Desk
from bot.chat.feeds import failing, line
from bot.chat.listing import standing
from bot.chat.planning import waiting as for_digest
from bot.chat.sample import moment
from bot.chat.say import answer, bold, code, counted, rich
from bot.model.delivery import Delivery, DeliveryStatus
from bot.model.destination import Destination, DestinationState
from bot.model.message import Text
from bot.model.outbox import Latency, OutboxStats, Totals
from bot.model.request import Answer, Request
from bot.pipeline.feed_report import LOOKED_BACK
from bot.pipeline.health import span

_DAY = timedelta(days=1)
_LOOKED_AT = 1000
_FAILING = 5
_WAITING = (DeliveryStatus.PENDING, DeliveryStatus.SENDING)


async def status(desk: Desk, request: Request) -> Answer:
    """Answer ``/status``."""
    totals = await desk.store.totals()
    latency = await desk.store.latency(desk.now() - _DAY)
    told: list[str | Text] = [watched(totals), counted(latency.measured, words.STATUS_SENT)]
    told += await _here(desk, request)
    if desk.access.is_admin(request.who):
        stats = await desk.store.outbox_stats(desk.now())
        zone = await desk.zone(request.where)
        told += [(bold(words.STATUS_ADMIN),), *outbox(stats, zone), measured(latency), stored(totals)]
        told += await _failing(desk)
    return answer(*told, rich(words.STATUS_ID, id=code(request.who.key)))


def watched(totals: Totals) -> str:
    """Return a sentence about the feeds."""
    if not totals.feeds:
        return words.NO_FEEDS
    if totals.feeds_failing:
        alone = totals.feeds == 1
        tail = words.STATUS_ONE_FAILING if alone else counted(totals.feeds_failing, words.STATUS_FAILING)
    else:
        tail = counted(totals.feeds, words.STATUS_ALL_WELL)
    return counted(totals.feeds, words.STATUS_FEEDS) + tail


async def _failing(desk: Desk) -> list[Text]:
    """Return the first failing feeds with what is wrong; ``/feeds`` lists them all."""
    wrong = [feed for feed in await desk.store.feeds() if failing(feed)][:_FAILING]
    now = desk.now()
    lately = await desk.store.activity(now - LOOKED_BACK) if wrong else {}
    return [line(feed, now, lately.get(feed.id)) for feed in wrong]


async def _here(desk: Desk, request: Request) -> list[str | Text]:
    """Return what waits for the chat that asks, and why."""
    place = await desk.store.destination(request.where)
    if place is None:
        return [words.STATUS_WAITING_NONE]
    ours = await desk.store.deliveries(statuses=_WAITING, limit=_LOOKED_AT, destination_id=place.id)
    waiting = (
        counted(len(ours), words.STATUS_WAITING) + why(desk, place, ours)
        if ours
        else words.STATUS_WAITING_NONE
    )
    return [standing(place), waiting, await for_digest(desk, place)]


def why(desk: Desk, place: Destination, waiting: list[Delivery]) -> str:
    """Return the reason for which deliveries of a place have not gone out."""
    now = desk.now()
    if place.state is DestinationState.OFF:
        return words.WHY_OFF
    if place.not_before and place.not_before > now:
        return words.WHY_HELD.format(time=moment(place.not_before, place.timezone))
    failed = min((row for row in waiting if row.error), key=lambda row: row.due_at, default=None)
    if failed is not None and failed.error and failed.due_at > now:
        due = moment(failed.due_at, place.timezone)
        return words.WHY_FAILED.format(reason=failed.error.rstrip("."), time=due)
    return counted(len(waiting), words.WHY_SOON)


def outbox(stats: OutboxStats, zone: str) -> list[str | Text]:
    """Return the sentences about the whole outbox."""
    if not stats.by_status:
        return [words.STATUS_EMPTY]
    told: list[str | Text] = [words.STATUS_OUTBOX.format(states=figures(stats.by_status))]
    if stats.by_platform:
        told.append(words.STATUS_BY_PLATFORM.format(platforms=figures(stats.by_platform)))
    if stats.oldest_due_at:
        told.append(words.STATUS_OLDEST.format(time=moment(stats.oldest_due_at, zone)))
    return told


def figures(counts: dict[str, int]) -> str:
    """Return counts as a list: ``pending 3, sent 1,204``."""
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))


def measured(latency: Latency) -> str:
    """Return a sentence about the latencies; nothing where none were measured."""
    if latency.seen_to_sent is None:
        return ""
    sent = span(latency.seen_to_sent)
    if latency.published_to_seen is None:
        return words.STATUS_LATENCY_SENT.format(sent=sent)
    return words.STATUS_LATENCY.format(seen=span(latency.published_to_seen), sent=sent)


def stored(totals: Totals) -> str:
    """Return a sentence about what is stored."""
    return words.STATUS_STORED.format(
        entries=counted(totals.entries, words.ENTRIES),
        queries=counted(totals.queries, words.QUERIES),
        subscriptions=counted(totals.subscriptions, words.SUBSCRIPTIONS_COUNTED),
        destinations=counted(totals.destinations, words.DESTINATIONS),
    )
