"""``/timezone``: in which zone times are written at a place."""

from dataclasses import replace

from bot.chat import place as places
from bot.chat import words
from bot.chat.desk import Desk
from bot.chat.sample import moment
from bot.chat.say import answer, bold, code, rich, shorten
from bot.chat.zones import near, resolve
from bot.errors import UserError
from bot.model.message import Text
from bot.model.request import Answer, Request
from bot.pipeline.digest import replan


async def timezone(desk: Desk, request: Request) -> Answer:
    """Answer ``/timezone [ZONE]``."""
    text = request.argument.strip()
    if not text:
        change = rich(words.ZONE_CHANGE, command=code("/timezone Asia/Tokyo"))
        return answer(_told(desk, words.ZONE_NOW, await desk.zone(request.where)), change)
    place = places.here(desk, request)
    place.require_manager()
    zone = chosen(text)
    destination = await places.stored(desk, place)
    changed = replace(destination, timezone=zone)
    await desk.store.save_destination(changed)
    await replan(desk.store, changed, desk.now())
    return answer(_told(desk, words.ZONE_SET, zone))


def chosen(text: str) -> str:
    """Return the one zone that a text names; raises UserError with what comes near."""
    found = resolve(text)
    if len(found) == 1:
        return found[0]
    asked = shorten(text, 40)
    if found:
        raise UserError(words.ZONE_SEVERAL.format(text=asked, near=" or ".join(found)))
    if similar := near(text):
        raise UserError(words.ZONE_NEAR.format(text=asked, near=" or ".join(similar)))
    raise UserError(words.ZONE_UNKNOWN.format(text=asked))


def _told(desk: Desk, sentence: str, zone: str) -> Text:
    return rich(sentence, zone=bold(zone), time=moment(desk.now(), zone))
