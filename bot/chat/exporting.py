"""``/export``: everything that is stored about a place, as a file that ``/import`` reads."""

import json
from datetime import datetime
from typing import Any

from bot.chat import history_words as words
from bot.chat import place as places
from bot.chat.desk import Desk
from bot.chat.saved import options_to_plain, settings_to_plain
from bot.chat.say import answer, counted
from bot.chat.unsubscribing import listed
from bot.chat.words import SUBSCRIPTIONS_COUNTED
from bot.model.alert import Alert
from bot.model.delivery import Delivery
from bot.model.destination import Destination
from bot.model.message import Message, plain
from bot.model.record import Judged
from bot.model.request import Answer, Attachment, Request
from bot.model.subscription import Subscription

FORMAT = 1

Plain = dict[str, Any]


async def export(desk: Desk, request: Request) -> Answer:
    """Answer ``/export [@channel]``."""
    place, _ = await places.addressed(desk, request)
    place.require_manager()
    destination = await desk.store.destination(place.address)
    if destination is None:
        return answer(words.FORGET_NOTHING.format(place=place.words))
    known = await listed(desk, place)
    record = await desk.store.record(destination.id)
    whole = {
        "newsbell": FORMAT,
        "exported_at": _time(desk.now()),
        "place": _place(destination),
        "subscriptions": [_subscription(each) for each in known],
        "mutes": [
            {"what": each.title, "until": _time(each.until)}
            for each in await desk.store.mutes(destination.id, desk.now())
        ],
        "alerts": [_alert(each) for each in record.alerts],
        "messages": [_delivery(each) for each in record.deliveries],
        "decisions": [_judged(each) for each in record.decisions],
    }
    content = json.dumps(whole, ensure_ascii=False, indent=1).encode("utf-8", "replace")
    count = counted(len(known), SUBSCRIPTIONS_COUNTED)
    told = answer(words.EXPORTED.format(place=place.words, subscriptions=count))
    return Answer(told.messages, attachment=Attachment(f"newsbell-{desk.now():%Y-%m-%d}.json", content))


def _place(destination: Destination) -> Plain:
    # Named one by one: an address may hold a secret, and numbers of rows say nothing to anybody.
    return {
        "address": str(destination.address),
        "title": destination.title,
        "language": destination.language,
        "timezone": destination.timezone,
        "state": str(destination.state),
        "reason": destination.reason,
        "settings": settings_to_plain(destination.settings),
        "since": _time(destination.created_at),
    }


def _subscription(subscription: Subscription) -> Plain:
    return {
        "query": subscription.query,
        **options_to_plain(subscription.options),
        "origin": str(subscription.origin),
        "since": _time(subscription.created_at),
    }


def _alert(alert: Alert) -> Plain:
    matches = [{"query": each.query, "words": each.words} for each in alert.matches]
    told = {"title": alert.title, "link": alert.link, "source": alert.source, "at": _time(alert.created_at)}
    return {**told, "matches": matches}


def _delivery(delivery: Delivery) -> Plain:
    return {
        "text": _text(delivery.message),
        "status": str(delivery.status),
        "attempts": delivery.attempts,
        "created_at": _time(delivery.created_at),
        "sent_at": _time(delivery.sent_at),
        "error": delivery.error,
    }


def _judged(judged: Judged) -> Plain:
    return {
        "query": judged.query,
        "title": judged.title,
        "link": judged.link,
        "verdict": str(judged.verdict),
        "detail": judged.detail,
        "at": _time(judged.at),
    }


def _text(message: Message) -> str:
    texts = (message.title, *message.summary, message.footer)
    return "\n".join(text for text in map(plain, texts) if text)


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
