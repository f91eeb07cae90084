"""``/mute`` and the buttons under an alert that quieten a story or a source; with a way back."""

import re
from datetime import timedelta

from bot.chat import history_words as words
from bot.chat import place as places
from bot.chat.buttons import Press, Verb
from bot.chat.desk import Desk
from bot.chat.feed_list import find, unknown
from bot.chat.place import Place
from bot.chat.previewing import read_span
from bot.chat.sample import QUERY, moment
from bot.chat.say import answer, bold, button, rich, shorten
from bot.errors import UserError
from bot.model.alert import Alert
from bot.model.message import Action, Run, Text
from bot.model.mute import SNOOZE, STORY_MUTED, Mute
from bot.model.request import Answer, Request

_FOR = re.compile(r"(?:(?P<source>.*\S)\s+)?(?P<span>\d{1,4}[hdw])", re.DOTALL | re.IGNORECASE)


async def mute(desk: Desk, request: Request) -> Answer:
    """Answer ``/mute`` as a reply to an alert, ``/mute SOURCE [SPAN]``, or ``/mute`` for the list."""
    place, text = await places.addressed(desk, request)
    if text:
        return await _source(desk, place, text)
    if request.about is None:
        return await _listing(desk, place)
    alert = await sent_as(desk, place, message_id=request.about)
    if alert is None:
        return await _listing(desk, place)
    return await quieten(desk, place, alert)


async def sent_as(
    desk: Desk, place: Place, *, nonce: str | None = None, message_id: str | None = None
) -> Alert | None:
    """Return the alert of this place that was sent under this nonce or message."""
    destination = await desk.store.destination(place.address)
    if destination is None:
        return None
    return await desk.store.alert_sent_as(destination.id, nonce=nonce, message_id=message_id)


async def quieten(desk: Desk, place: Place, alert: Alert) -> Answer:
    """Mute the story of an alert."""
    place.require_manager()
    until = desk.now() + STORY_MUTED
    made = await desk.store.mute(
        alert.destination_id, until=until, title=alert.title, story_id=alert.story_id
    )
    return answer(
        rich(words.STORY_MUTED, title=_title(alert.title), place=place.words), actions=[_undo(place, made)]
    )


async def snooze(desk: Desk, place: Place, alert: Alert) -> Answer:
    """Mute the source of an alert for 24 hours."""
    place.require_manager()
    entry = await desk.store.entry(alert.entry_id)
    if entry is None:
        raise UserError(words.NO_ALERT)
    return await _mute_feed(desk, place, alert.destination_id, entry.feed_id, entry.source, SNOOZE)


async def unmute(desk: Desk, place: Place, mute_id: int) -> Answer:
    """Carry out the button that ends a mute."""
    place.require_manager()
    destination = await desk.store.destination(place.address)
    ended = await desk.store.unmute(destination.id, mute_id) if destination else None
    if ended is None:
        raise UserError(words.MUTES_NONE.format(place=place.words))
    return answer(rich(words.UNMUTED, title=_title(ended.title), place=place.words), replaces=True)


async def _source(desk: Desk, place: Place, text: str) -> Answer:
    place.require_manager()
    known = await desk.store.feeds()
    found = _FOR.fullmatch(text)
    name, span = (found["source"] or "", read_span(found["span"])) if found else (text, SNOOZE)
    feed = find(known, name) or await desk.store.feed(name)
    if feed is None:
        raise unknown(known, name)
    destination = await places.stored(desk, place)
    return await _mute_feed(desk, place, destination.id, feed.id, feed.title, span)


async def _mute_feed(
    desk: Desk, place: Place, destination_id: int, feed_id: int, title: str, span: timedelta
) -> Answer:
    until = desk.now() + span
    made = await desk.store.mute(destination_id, until=until, title=title, feed_id=feed_id)
    time = moment(until, await desk.zone(place.address))
    told = rich(words.SOURCE_MUTED, title=_title(title), place=place.words, time=time)
    return answer(told, actions=[_undo(place, made)])


async def _listing(desk: Desk, place: Place) -> Answer:
    destination = await desk.store.destination(place.address)
    held = await desk.store.mutes(destination.id, desk.now()) if destination else []
    if destination is None or not held:
        return answer(words.MUTES_NONE.format(place=place.words))
    lines: list[Text] = [
        (
            Run("• "),
            _title(each.title),
            *rich(words.MUTED_UNTIL, time=moment(each.until, destination.timezone)),
        )
        for each in held
    ]
    buttons = [
        button(words.UNMUTE_BUTTON.format(title=each.title), Press(Verb.UNMUTE, each.id, place.target))
        for each in held
    ]
    return answer(words.MUTES.format(place=place.words), *lines, actions=buttons)


def _title(text: str) -> Run:
    return bold(shorten(text, QUERY))


def _undo(place: Place, made: Mute) -> Action:
    return button(words.UNDO_MUTE, Press(Verb.UNMUTE, made.id, place.target))
