"""``/import``: subscriptions from a file of ``/export``, or from lines of text, one query a line; with a way back."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.chat import history_words as words
from bot.chat import place as places
from bot.chat.buttons import Verb
from bot.chat.desk import Desk
from bot.chat.memory import remember
from bot.chat.place import Place
from bot.chat.queries import read
from bot.chat.sample import QUERY
from bot.chat.saved import options_from_plain, settings_from_plain
from bot.chat.say import answer, button, code, counted, rich, shorten
from bot.chat.subscribing import switch_on
from bot.chat.zones import zones
from bot.errors import UserError
from bot.model.destination import Destination
from bot.model.message import Text
from bot.model.person import Person
from bot.model.request import Answer, Attachment, Request
from bot.model.subscription import SubscriptionOptions, SubscriptionOrigin
from bot.pipeline.digest import replan

MOST_BYTES = 1_000_000
_FAULTS = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """A subscription that a file asks for."""

    query: str
    options: SubscriptionOptions = field(default_factory=SubscriptionOptions)


@dataclass(slots=True)
class Taken:
    """What came of an import so far: numbers of new subscriptions, how many were there, what could not be read."""

    new: list[int] = field(default_factory=list)
    known: int = 0
    full: int = 0
    faults: list[str] = field(default_factory=list)


async def import_(desk: Desk, request: Request) -> Answer:
    """Answer ``/import [@channel]`` with a file, or with one query a line."""
    place, text = await places.addressed(desk, request)
    place.require_manager()
    if request.attachment is None and not text:
        raise UserError(words.IMPORT_HOW)
    whole = _document(request.attachment) if request.attachment else None
    wanted = list(_listed(whole)) if whole is not None else [Wanted(line) for line in _lines(request, text)]
    destination = await places.stored(desk, place)
    taken = await _take(desk, request.who, destination, wanted)
    await switch_on(desk, destination)
    if whole is not None:
        await _settle(desk, destination, whole.get("place"))
    return await _told(desk, place, taken)


def _lines(request: Request, text: str) -> list[str]:
    content = request.attachment.content.decode("utf-8", "replace") if request.attachment else text
    return [line.strip() for line in content.splitlines() if line.strip()]


def _document(attachment: Attachment) -> Mapping[str, Any] | None:
    """Return a file of ``/export``; None for plain lines. Raises UserError for anything else."""
    if len(attachment.content) > MOST_BYTES:
        raise UserError(words.IMPORT_LARGE)
    start = attachment.content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"<":
        raise UserError(words.IMPORT_OPML)
    if start != b"{":
        return None
    try:
        whole = json.loads(attachment.content)
    except (ValueError, RecursionError) as error:
        raise UserError(words.IMPORT_BROKEN) from error
    if not isinstance(whole, dict) or not isinstance(whole.get("subscriptions"), list):
        raise UserError(words.IMPORT_BROKEN)
    return whole


def _listed(whole: Mapping[str, Any]) -> Iterator[Wanted]:
    for each in whole["subscriptions"]:
        if isinstance(each, dict) and isinstance(each.get("query"), str):
            yield Wanted(each["query"], options_from_plain(each))


async def _take(desk: Desk, who: Person, destination: Destination, wanted: Sequence[Wanted]) -> Taken:
    known = {each.subscription.canonical for each in await desk.store.subscriptions(destination.id)}
    most = None if desk.access.is_admin(who) else desk.access.max_subscriptions
    taken = Taken()
    for each in wanted:
        try:
            query = read(desk, each.query)
        except UserError:
            taken.faults.append(each.query)
            continue
        if query.canonical in known:
            taken.known += 1
            continue
        if most is not None and len(known) >= most:
            taken.full += 1
            continue
        made, _ = await desk.store.subscribe(
            destination.id,
            query=query.text,
            canonical=query.canonical,
            options=each.options,
            origin=SubscriptionOrigin.CHAT,
            now=desk.now(),
        )
        known.add(query.canonical)
        taken.new.append(made.id)
    return taken


async def _settle(desk: Desk, destination: Destination, told: object) -> None:
    """Take over the time zone, the language and the settings that a file tells."""
    place = told if isinstance(told, dict) else {}
    zone, language, settings = place.get("timezone"), place.get("language"), place.get("settings")
    current = await desk.store.destination(destination.address) or destination
    changed = replace(
        current,
        timezone=zone if isinstance(zone, str) and zone in zones() else current.timezone,
        language=language if isinstance(language, str) and language.isalpha() else current.language,
        settings=settings_from_plain(settings) if isinstance(settings, dict) else current.settings,
    )
    if changed != current:
        await desk.store.save_destination(changed)
        await replan(desk.store, changed, desk.now())


async def _told(desk: Desk, place: Place, taken: Taken) -> Answer:
    told: list[Text | str] = [counted(len(taken.new), words.IMPORTED, place=place.words)]
    told += [counted(taken.known, words.IMPORT_KNOWN)] if taken.known else []
    told += [counted(taken.full, words.IMPORT_FULL)] if taken.full else []
    if taken.faults:
        told.append(counted(len(taken.faults), words.IMPORT_FAULTS))
        told += [rich("• {query}", query=code(shorten(each, QUERY))) for each in taken.faults[:_FAULTS]]
    if not taken.new:
        return answer(*told)
    ids = ",".join(map(str, taken.new))
    undo = await remember(desk, Verb.UNDO_IMPORT, ids, f"import {ids}", place.target)
    return answer(*told, actions=[button(words.UNDO_IMPORT, undo)])


async def undo(desk: Desk, place: Place, ids: str) -> Answer:
    """Carry out the button that takes an import back: its subscriptions of this place that are still there."""
    place.require_manager()
    destination = await desk.store.destination(place.address)
    known = await desk.store.subscriptions(destination.id) if destination else []
    wanted = {int(each) for each in ids.split(",") if each.isdecimal()}
    ours = [each.subscription.id for each in known if each.subscription.id in wanted]
    for number in ours:
        await desk.store.unsubscribe(number)
    return answer(counted(len(ours), words.IMPORT_UNDONE, place=place.words), replaces=True)
