"""Telegram and Discord as their documents describe their limits, and messengers to them. Times in seconds.

Both are strict: whoever sends one message too many is refused, and the refusal is counted.
"""

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import timedelta

from bot.adapters.discord import routes
from bot.adapters.discord.failures import outcome
from bot.adapters.discord.limits import Limits, limited
from bot.adapters.discord.messenger import RATE as DISCORD_RATE
from bot.adapters.discord.replies import Route
from bot.adapters.telegram.messenger import GROUP_SPACING, PRIVATE_SPACING
from bot.adapters.telegram.messenger import RATE as TELEGRAM_RATE
from bot.model.address import Address, Platform
from bot.model.delivery import RetryLater, Scope, SendOutcome, Sent
from bot.model.message import Message
from bot.model.person import Person, Reachable, Unreachable

ANSWER = 0.04
TELEGRAM_SECOND = 30
GROUP_MINUTE = 20
DISCORD_SECOND = 50
BUCKET, BUCKET_SECONDS = 5, 5.0
# Moments of a simulated clock are sums of floats.
ROUNDING = 1e-6


@dataclass(slots=True)
class Sliding:
    """At most so many in any stretch of so many seconds."""

    most: int
    seconds: float
    taken: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Return how long until one more is allowed, 0 where it is now."""
        while self.taken and self.taken[0] <= now - self.seconds + ROUNDING:
            self.taken.popleft()
        return self.taken[0] + self.seconds - now if len(self.taken) >= self.most else 0.0


@dataclass(slots=True)
class Ledger:
    """What a platform took and refused; ``arrived`` has the moment of each message by its nonce."""

    refused: int = 0
    arrived: dict[str, float] = field(default_factory=dict)


class _Messenger:
    """The parts of a Messenger that deliveries of new messages do not use."""

    def __init__(self) -> None:
        self.ledger = Ledger()

    async def edit(self, address: Address, message_id: str, message: Message) -> SendOutcome:
        raise NotImplementedError

    async def crosspost(self, address: Address, message_id: str) -> SendOutcome:
        raise NotImplementedError

    async def discuss(self, address: Address, message_id: str, message: Message) -> SendOutcome:
        raise NotImplementedError

    async def answer(self, address: Address, message_id: str, message: Message, *, nonce: str) -> SendOutcome:
        raise NotImplementedError

    async def check(self, address: Address) -> Reachable | Unreachable:
        raise NotImplementedError

    async def may_manage(self, address: Address, person: Person) -> bool:
        raise NotImplementedError

    def _take(self, nonce: str, now: float) -> Sent:
        assert nonce not in self.ledger.arrived, f"{nonce} came twice"
        self.ledger.arrived[nonce] = now
        return Sent(str(len(self.ledger.arrived)))


class Telegram(_Messenger):
    """One message a second in a chat, 20 a minute in a group, 30 a second over all."""

    platform = Platform.TELEGRAM
    rate = TELEGRAM_RATE
    idempotent = False

    def __init__(self) -> None:
        super().__init__()
        self._all = Sliding(TELEGRAM_SECOND, 1.0)
        self._chats: defaultdict[str, Sliding] = defaultdict(lambda: Sliding(1, 1.0))
        self._groups: defaultdict[str, Sliding] = defaultdict(lambda: Sliding(GROUP_MINUTE, 60.0))

    def spacing(self, address: Address) -> timedelta:
        return PRIVATE_SPACING if address.chat.isdigit() else GROUP_SPACING

    async def send(
        self, address: Address, message: Message, *, nonce: str, reply_to: str | None = None
    ) -> SendOutcome:
        del message, reply_to
        await asyncio.sleep(ANSWER / 2)
        answer = self._answer(address, nonce, asyncio.get_running_loop().time())
        await asyncio.sleep(ANSWER / 2)
        return answer

    def _answer(self, address: Address, nonce: str, now: float) -> SendOutcome:
        windows = [self._all, self._chats[address.chat]]
        if not address.chat.isdigit():
            windows.append(self._groups[address.chat])
        wait = max(window.wait(now) for window in windows)
        if wait > 0:
            self.ledger.refused += 1
            return RetryLater("Too Many Requests", timedelta(seconds=wait), Scope.DESTINATION)
        for window in windows:
            window.taken.append(now)
        return self._take(nonce, now)


class Discord(_Messenger):
    """Five messages in five seconds in a channel, told in headers, and 50 requests a second for the token."""

    platform = Platform.DISCORD
    rate = DISCORD_RATE
    idempotent = True

    def __init__(self) -> None:
        super().__init__()
        self._limits = Limits()
        self._all = Sliding(DISCORD_SECOND, 1.0)
        self._windows: dict[str, tuple[float, int]] = {}

    def spacing(self, address: Address) -> timedelta:
        return self._limits.pause(routes.create_message(address.chat), asyncio.get_running_loop().time())

    async def send(
        self, address: Address, message: Message, *, nonce: str, reply_to: str | None = None
    ) -> SendOutcome:
        del message, reply_to
        loop, route = asyncio.get_running_loop(), routes.create_message(address.chat)
        if held := self._limits.wait(route, loop.time()):
            return outcome(held)
        await asyncio.sleep(ANSWER / 2)
        status, headers = self._answer(route, loop.time())
        taken = self._take(nonce, loop.time()) if status == 200 else None
        await asyncio.sleep(ANSWER / 2)
        self._limits.learn(route, headers, loop.time())
        if taken is not None:
            return taken
        self.ledger.refused += 1
        refusal = limited(headers, {"retry_after": float(headers["X-RateLimit-Reset-After"])})
        self._limits.hold(refusal, route, loop.time())
        return outcome(refusal)

    def _answer(self, route: Route, now: float) -> tuple[int, dict[str, str]]:
        if wait := self._all.wait(now):
            return 429, {
                "Via": "1.1",
                "X-RateLimit-Scope": "global",
                "X-RateLimit-Reset-After": f"{wait:.3f}",
            }
        self._all.taken.append(now)
        ends, used = self._windows.get(route.major, (0.0, 0))
        if now >= ends - ROUNDING:
            ends, used = now + BUCKET_SECONDS, 0
        status = 200 if used < BUCKET else 429
        used = min(used + 1, BUCKET)
        self._windows[route.major] = (ends, used)
        return status, {
            "Via": "1.1",
            "X-RateLimit-Bucket": "messages",
            "X-RateLimit-Remaining": str(BUCKET - used),
            "X-RateLimit-Reset-After": f"{ends - now:.3f}",
        }
