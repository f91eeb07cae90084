"""``/broadcast``: alerts for a channel, by those who manage it."""

from bot.chat import place as places
from bot.chat import words
from bot.chat.desk import Desk
from bot.chat.help import how_to
from bot.chat.place import Place
from bot.chat.say import code, rich
from bot.chat.subscribing import begin
from bot.errors import UserError
from bot.model.address import Address, Platform
from bot.model.message import Text
from bot.model.person import Unreachable
from bot.model.request import Answer, Request


async def broadcast(desk: Desk, request: Request) -> Answer:
    """Answer ``/broadcast DESTINATION QUERY``."""
    named, _, text = request.argument.strip().partition(" ")
    if not named or not text.strip():
        return how_to("broadcast")
    place = await _place(desk, request, named)
    return await begin(
        desk, request.who, place, text.strip(), said=words.BROADCASTING, note=_undo(place, text.strip())
    )


async def _place(desk: Desk, request: Request, named: str) -> Place:
    if named.lower() == "here":
        return await _here(desk, request)
    address = places.read_destination(named)
    if address.platform is Platform.DISCORD_WEBHOOK:
        return await _webhook(desk, request, address)
    return await places.managed(desk, request.who, address)


async def _here(desk: Desk, request: Request) -> Place:
    place = places.here(desk, request)
    place.require_manager()
    messenger = desk.messengers.get(place.address.platform)
    reached = await messenger.check(place.address) if messenger else None
    if isinstance(reached, Unreachable):
        raise UserError(reached.reason)
    return place


async def _webhook(desk: Desk, request: Request, address: Address) -> Place:
    """Return a webhook as a place; its address is a secret, so groups and servers are the wrong place to give it."""
    if not request.private:
        raise UserError(words.WEBHOOK_IN_PUBLIC)
    if not desk.access.is_admin(request.who):
        raise UserError(words.WEBHOOK_ADMINS)
    place = await places.managed(desk, request.who, address)
    return Place(address, place.title, may_manage=True, elsewhere=True)


def _undo(place: Place, text: str) -> Text:
    """Return how a broadcast is ended."""
    if not place.elsewhere or place.address.platform is Platform.DISCORD:
        return rich(words.BROADCAST_UNDO, command=code(f"/unsubscribe {text}"))
    if place.address.platform is Platform.TELEGRAM:
        return rich(words.BROADCAST_UNDO_CHANNEL, command=code(f"/unsubscribe {place.address} {text}"))
    return rich(words.BROADCAST_UNDO_ADMIN)
