"""``/why``: what was decided about an article, and each thing that followed from it."""

import re
from urllib.parse import urlsplit

from bot.chat import history_words as words
from bot.chat import place as places
from bot.chat.desk import Desk
from bot.chat.feeds import failing
from bot.chat.muting import sent_as
from bot.chat.place import Place
from bot.chat.reasons import matched, unmatched
from bot.chat.sample import moment
from bot.chat.say import answer, bold, counted, link, rich
from bot.errors import UserError
from bot.model.address import Platform
from bot.model.alert import Alert
from bot.model.delivery import Attempt, Delivery, DeliveryKind, DeliveryStatus
from bot.model.entry import Entry
from bot.model.feed import Feed
from bot.model.hold import Hold, HoldReason
from bot.model.message import Text
from bot.model.request import Answer, Request
from bot.pipeline.compose import safe_url
from bot.pipeline.feed_report import LOOKED_BACK, report

_LINK = re.compile(r"<?(https?://[^\s<>]+)>?", re.IGNORECASE)
# Slash commands cannot answer a message, but Discord copies the link of one ("Copy Message Link").
_MESSAGE = re.compile(
    r"https://(?:\w+\.)?discord(?:app)?\.com/channels/(?:\d+|@me)/(?P<channel>\d+)/(?P<message>\d+)", re.ASCII
)
_ENTRIES = 2
_IN_DIGEST = 12
_FEEDS = 3


async def why(desk: Desk, request: Request) -> Answer:
    """Answer ``/why`` as a reply to an alert, or ``/why LINK``."""
    place, text = await places.addressed(desk, request)
    if text:
        found = _LINK.fullmatch(text)
        if found is None:
            raise UserError(words.NO_LINK.format(text=text[:80]))
        message = _MESSAGE.fullmatch(found[1]) if place.address.platform is Platform.DISCORD else None
        if message is None:
            return await _about_link(desk, place, found[1])
        if message["channel"] != place.address.chat:
            raise UserError(words.OTHER_CHANNEL)
        return await _about_message(desk, place, message["message"])
    if request.about is None:
        raise UserError(words.NO_REASON)
    return await _about_message(desk, place, request.about)


async def _about_message(desk: Desk, place: Place, message_id: str) -> Answer:
    """Tell about the alert, or each alert of the digest, that the platform knows by this id."""
    alert = await sent_as(desk, place, message_id=message_id)
    if alert is not None:
        return await about_alert(desk, place, alert)
    destination = await desk.store.destination(place.address)
    told = await desk.store.alerts_in_digest(destination.id, message_id) if destination else []
    if not told:
        raise UserError(words.NO_ALERT_THERE)
    if len(told) == 1:
        return await about_alert(desk, place, told[0])
    lines: list[Text | str] = [words.WHY_DIGEST.format(n=len(told))]
    for each in told[:_IN_DIGEST]:
        lines += [_title(each.title, each.link, each.source), *matched(desk, each, None)]
    rest = len(told) - _IN_DIGEST
    return answer(*lines, *([counted(rest, words.WHY_DIGEST_MORE)] if rest > 0 else []))


async def about_alert(desk: Desk, place: Place, alert: Alert) -> Answer:
    """Tell why an alert was made, and what became of it."""
    return answer(*await _alerted(desk, place, alert))


async def _alerted(desk: Desk, place: Place, alert: Alert) -> list[Text | str]:
    zone = await desk.zone(place.address)
    entry = await desk.store.entry(alert.entry_id)
    told = [_title(alert.title, alert.link, alert.source), *matched(desk, alert, entry)]
    told += [_seen(entry, zone)] if entry else []
    return [*told, *await _deliveries(desk, alert, zone)]


async def _about_link(desk: Desk, place: Place, url: str) -> Answer:
    found = await desk.store.entries_linked(url)
    if not found:
        return answer(words.WHY_NOT_SEEN, *await _feeds_of(desk, url))
    told: list[Text | str] = []
    for entry in found[:_ENTRIES]:
        told += await _about_entry(desk, place, entry)
    return answer(*told)


async def _about_entry(desk: Desk, place: Place, entry: Entry) -> list[Text | str]:
    destination = await desk.store.destination(place.address)
    alert = await desk.store.alert_about(destination.id, entry.story_id) if destination else None
    if alert is not None and alert.entry_id == entry.id:
        return await _alerted(desk, place, alert)
    zone = await desk.zone(place.address)
    head = [_title(entry.content.title, entry.content.link, entry.source), _seen(entry, zone)]
    if alert is None:
        return [*head, *await unmatched(desk, place, entry)]
    merged = rich(words.WHY_PART_OF, title=link(alert.title, safe_url(alert.link)))
    return [*head, merged, *await _deliveries(desk, alert, zone)]


def _title(title: str, url: str | None, source: str) -> Text:
    return rich(words.WHY_TITLE, title=link(title, safe_url(url)), source=source)


def _seen(entry: Entry, zone: str) -> Text:
    seen, feed = moment(entry.seen_at, zone), bold(entry.source)
    published = entry.content.published
    if published is None:
        return rich(words.WHY_SEEN_ONLY, feed=feed, seen=seen)
    return rich(words.WHY_SEEN, published=moment(published, zone), feed=feed, seen=seen)


async def _deliveries(desk: Desk, alert: Alert, zone: str) -> list[Text | str]:
    """Tell what became of the messages of an alert, attempt by attempt where there was more than the one."""
    hold = await desk.store.hold_of(alert.id)
    told: list[Text | str] = [_held(hold, zone)] if hold else []
    for delivery in await desk.store.alert_deliveries(alert.id):
        if delivery.platform_message_id == "":
            # Nobody follows the place, or it has no threads; there was nothing to do.
            continue
        made = await desk.store.attempts(delivery.id)
        told.append(_delivery(delivery, zone))
        if len(made) > 1 or delivery.status is not DeliveryStatus.SENT:
            told += [_attempt(number, each, zone) for number, each in enumerate(made, 1)]
    return told


def _held(hold: Hold, zone: str) -> str:
    due = moment(hold.held.due_at, zone)
    match hold.held.reason:
        case HoldReason.CALM:
            return words.WHY_CALM.format(time=due)
        case HoldReason.URGENT:
            return words.WHY_BECAME_URGENT.format(time=due)
        case reason:
            return words.WHY_HELD_BACK.format(reason=words.HOLD_REASONS[reason], time=due)


def _delivery(delivery: Delivery, zone: str) -> str:
    what = words.WHY_KINDS[delivery.kind]
    match delivery.status:
        case DeliveryStatus.SENT:
            first = delivery.kind is DeliveryKind.SEND
            sentence = words.WHY_SENT if first else words.WHY_MORE_SENT
            return sentence.format(what=what, time=moment(delivery.sent_at or delivery.created_at, zone))
        case DeliveryStatus.DRAFT:
            return words.WHY_DRAFT.format(what=what)
        case DeliveryStatus.SENDING:
            return words.WHY_SENDING.format(what=what)
        case DeliveryStatus.DEAD:
            return words.WHY_DEAD.format(what=what, reason=(delivery.error or "").rstrip("."))
        case DeliveryStatus.DROPPED:
            return words.WHY_DROPPED.format(what=what)
        case _:
            return words.WHY_WAITING.format(what=what, time=moment(delivery.due_at, zone))


def _attempt(number: int, attempt: Attempt, zone: str) -> str:
    outcome = words.OUTCOMES.get(attempt.outcome, attempt.outcome)
    said = f"{outcome} ({attempt.detail.rstrip('.')})" if attempt.detail else outcome
    return words.WHY_ATTEMPT.format(n=number, time=moment(attempt.at, zone), outcome=said)


async def _feeds_of(desk: Desk, url: str) -> list[Text | str]:
    """Tell how the feeds of a link's site are doing."""
    host = _host(url)
    ours = [feed for feed in await desk.store.feeds() if host in {_host(feed.url), _host(feed.site or "")}]
    if not ours:
        return [words.WHY_NO_FEED.format(host=host)]
    now = desk.now()
    lately = await desk.store.activity(now - LOOKED_BACK)
    ours.sort(key=lambda feed: not failing(feed))
    return [_state(feed, report(feed, now, lately.get(feed.id))) for feed in ours[:_FEEDS]]


def _state(feed: Feed, told: str) -> Text:
    sentence = words.WHY_FEED_FAILED if failing(feed) else words.WHY_FEED_WELL
    return rich(sentence, feed=bold(feed.title), reason=told.rstrip("."), report=told.rstrip("."))


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
