"""Which place a command is about: the chat it stands in, or a channel that its first word names."""

import re
from dataclasses import dataclass

from bot.chat import words
from bot.chat.desk import Desk
from bot.errors import UserError
from bot.model.address import Address, AddressError, Platform
from bot.model.destination import Destination
from bot.model.person import Person, Unreachable
from bot.model.request import Request

_NAME = r"@[A-Za-z]\w{3,31}"
_CHANNEL = re.compile(
    rf"(?P<place>(?:telegram:(?:{_NAME}|-?\d{{1,20}})|{_NAME}|-100\d{{5,15}})(?::\d{{1,20}})?)(?:\s+(?P<rest>.*))?",
    re.DOTALL | re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a person may see, and whether they may change it. ``elsewhere``: it is not the chat itself.

    ``name`` is what it can be addressed by as well.
    """

    address: Address
    title: str
    may_manage: bool
    elsewhere: bool = False
    name: str | None = None

    @property
    def words(self) -> str:
        """Return what sentences call the place."""
        return self.title if self.elsewhere else words.HERE

    @property
    def target(self) -> Address | None:
        """Return the address that a button has to name; None for the chat it stands in."""
        return self.address if self.elsewhere else None

    def require_manager(self) -> None:
        """Raise UserError where the person may not change the place."""
        if not self.may_manage:
            raise UserError(words.MANAGERS_ONLY)


def here(desk: Desk, request: Request) -> Place:
    """Return the chat that a request came from."""
    allowed = request.private or request.may_manage or desk.access.is_admin(request.who)
    return Place(request.where, request.place, allowed)


async def addressed(desk: Desk, request: Request) -> tuple[Place, str]:
    """Split a channel off the front of an argument; without one, the place is the chat itself.

    Channels are managed from private Telegram chats. Raises UserError where this person or the bot may not act there.
    """
    argument = request.argument.strip()
    found = _CHANNEL.fullmatch(argument) if _names_channels(request) else None
    if not found:
        return here(desk, request), argument
    address = Address.parse(f"telegram:{re.sub('^telegram:', '', found['place'], flags=re.IGNORECASE)}")
    return await managed(desk, request.who, address), (found["rest"] or "").strip()


def _names_channels(request: Request) -> bool:
    return request.private and request.where.platform is Platform.TELEGRAM


async def managed(desk: Desk, who: Person, address: Address) -> Place:
    """Return a place elsewhere that the bot reaches and this person manages; raises UserError with the reason."""
    messenger = desk.messengers.get(address.platform)
    if messenger is None:
        raise UserError(words.PLATFORM_OFF.format(platform=words.PLATFORMS[address.platform]))
    reached = await messenger.check(address)
    if isinstance(reached, Unreachable):
        raise UserError(reached.reason)
    if not desk.access.is_admin(who):
        ours = who.platform == address.platform
        if not ours or not await messenger.may_manage(reached.address, who):
            raise UserError(words.NOT_YOUR_CHANNEL)
    return Place(reached.address, reached.title, may_manage=True, elsewhere=True, name=reached.name)


async def pressed(desk: Desk, request: Request, address: Address | None) -> Place:
    """Return the place of a button, asking the platform again where it is elsewhere."""
    if address is None or address == request.where:
        return here(desk, request)
    return await managed(desk, request.who, address)


async def known(desk: Desk, place: Place) -> Destination:
    """Return the destination of a place; where it is new, what it would be, without making it."""
    found = await desk.store.destination(place.address)
    return found or Destination(0, place.address, place.title, desk.now(), desk.language, desk.timezone)


async def stored(desk: Desk, place: Place) -> Destination:
    """Return the destination of a place, made where it is new."""
    destination = await desk.destination(place.address, place.title)
    if place.name is not None:
        # Whoever writes the name means this place, also while the platform cannot be asked.
        await desk.store.know_as(place.address, place.name, numbered=place.address)
    return destination


def read_destination(text: str) -> Address:
    """Read the address of a broadcast; raises UserError without ever repeating a webhook's token."""
    if "/webhooks/" in text and not text.lower().startswith("discord-webhook:"):
        raise UserError(words.WEBHOOK_SCHEME)
    try:
        return Address.parse(text)
    except AddressError as error:
        raise UserError(str(error)) from error
