"""Names of chats are led to their numbers when the platform can be asked, and not before."""

from bot.adapters.storage.store import SqlStore
from bot.model.address import Address, Platform
from bot.model.person import Reachable, Unreachable
from bot.pipeline.aliases import resolve
from tests.unit.pipeline.fakes import HandClock, ScriptedMessenger

NAMED, NUMBERED = Address.parse("telegram:@news_today"), Address.parse("telegram:-1005")


class Directory(ScriptedMessenger):
    """A platform that knows one channel, or cannot be reached."""

    reachable = False

    async def check(self, address: Address) -> Reachable | Unreachable:  # type: ignore[override] # the fake always reaches
        assert address.chat.startswith("@"), "only names have to be asked for"
        return (
            Reachable(NUMBERED, "News", "@news_today") if self.reachable else Unreachable("Try again later.")
        )


async def test_a_name_is_the_address_until_the_platform_tells_its_number(
    store: SqlStore, clock: HandClock
) -> None:
    for address in (NAMED, Address.parse("telegram:5")):
        await store.ensure_destination(
            address, title=str(address), timezone="UTC", language="en", now=clock.now()
        )
    messenger = Directory()
    messengers = {Platform.TELEGRAM: messenger}
    assert await resolve(store, {}) == 1
    assert await resolve(store, messengers) == 1
    assert [str(each.address) for each in await store.destinations()] == [
        "telegram:@news_today",
        "telegram:5",
    ]
    messenger.reachable = True
    assert await resolve(store, messengers) == 0
    assert [str(each.address) for each in await store.destinations()] == ["telegram:-1005", "telegram:5"]
    messenger.reachable = False
    assert await resolve(store, messengers) == 0
