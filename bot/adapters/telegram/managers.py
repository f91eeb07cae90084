"""Who may change a group's settings, asked from Telegram at most once a minute for each person."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.model.address import Address
from bot.model.person import Person

KEPT = timedelta(minutes=1)
_MOST = 1000

Ask = Callable[[Address, Person], Awaitable[bool]]


class Managers:
    """Remembers yes, never no: who was just made an administrator is not kept waiting."""

    def __init__(self, ask: Ask, seconds: Callable[[], float]) -> None:
        self._ask = ask
        self._seconds = seconds
        self._until: dict[tuple[str, str], float] = {}

    async def may(self, address: Address, person: Person) -> bool:
        """Tell whether a person may manage a chat."""
        key, now = (address.chat, person.id), self._seconds()
        if self._until.get(key, now) > now:
            return True
        if not await self._ask(address, person):
            self._until.pop(key, None)
            return False
        if len(self._until) >= _MOST:
            self._until = {each: until for each, until in self._until.items() if until > now}
        self._until[key] = now + KEPT.total_seconds()
        return True
