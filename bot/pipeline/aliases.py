"""Chats that are known by a name get their number, so that each is one destination however it is written."""

from collections.abc import Mapping

from bot.model.address import Address, Platform
from bot.model.person import Reachable
from bot.ports import Messenger
from bot.stores.store import Store


async def resolve(store: Store, messengers: Mapping[Platform, Messenger]) -> int:
    """Ask for the numbers of all destinations that have a name only; return how many are left without.

    Whoever cannot be asked now is asked the next time; until then the name serves as the address.
    """
    left = 0
    for place in await store.destinations():
        address = place.address
        if address.is_name:
            left += not await learn(store, messengers.get(address.platform), address)
    return left


async def learn(store: Store, messenger: Messenger | None, address: Address) -> bool:
    """Ask for the number and the name of a chat and keep them; False where the platform does not tell."""
    found = await messenger.check(address) if messenger is not None else None
    if not isinstance(found, Reachable):
        return False
    await store.know_as(address, found.name, numbered=found.address)
    return True
