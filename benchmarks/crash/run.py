"""The run itself: write some deliveries, start the program, kill it at a random moment, again and again."""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.crash.places import Place, places
from bot.adapters.storage.store import SqlStore, open_store
from bot.model.delivery import DeliveryKind, DeliveryStatus
from bot.model.message import Message, Run
from tests.e2e.newsbell import Newsbell, configuration
from tests.standins.discord_server import DiscordServer
from tests.standins.feed_server import FeedServer
from tests.standins.telegram_server import TelegramServer

LATENCY = 0.02
# Of a hundred kills so many hit the start; the others come while messages are on their way.
AT_START = 15
STARTING = 2.0
SENDING = 1.0
FIRST_WAIT = 20.0
# The last start may take as long as it goes on; it ends when nothing more happens for so long.
STANDSTILL = 60.0
_STEP = 0.01
_NOT_SENT = [status for status in DeliveryStatus if status is not DeliveryStatus.SENT]


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a run is. ``seed`` decides the destination of every delivery and the moment of every kill."""

    kills: int
    deliveries: int
    destinations: int
    seed: int


@dataclass(frozen=True, slots=True)
class Result:
    """What was written for which place (number → place) and the state of the places at the end."""

    written: dict[int, Place]
    places: list[Place]
    kills: int
    seconds: float
    unsettled: int


class CrashRun:
    """One installation between two platforms, through all its kills."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._plan = plan
        self._random = random.Random(plan.seed)  # noqa: S311 - a reproducible run, no secret
        self._url = f"sqlite:///{folder}/newsbell.db"
        self._folder = folder
        self._telegram = TelegramServer()
        self._discord = DiscordServer()
        self._feeds = FeedServer()
        self._written: dict[int, Place] = {}

    async def run(self) -> Result:
        """Carry the plan out; AssertionError where the program ends by itself."""
        began = time.monotonic()
        async with self._telegram, self._discord, self._feeds:
            self._telegram.latency = LATENCY
            found = places(self._telegram, self._discord, self._plan.destinations)
            daemon = Newsbell(self._folder, self._configuration())
            try:
                await self._kills(daemon, found)
                unsettled = await self._last(daemon, found)
            finally:
                await daemon.close()
        return Result(self._written, found, self._plan.kills, time.monotonic() - began, unsettled)

    def _configuration(self) -> str:
        return configuration(
            self._folder,
            feeds=[],
            allowed=self._feeds.host,
            telegram=(self._telegram.token, self._telegram.url),
            discord=(self._discord.token, self._discord.api_url),
        )

    async def _kills(self, daemon: Newsbell, found: Sequence[Place]) -> None:
        for number in range(self._plan.kills):
            await self._write(found, number)
            before = self._arrived(found)
            await daemon.start()
            if self._random.randrange(100) < AT_START:
                await asyncio.sleep(self._random.uniform(0, STARTING))
            else:
                await self._more_than(before, found)
                await asyncio.sleep(self._random.uniform(0, SENDING))
            await daemon.kill()
            if number % 10 == 9:
                print(f"  {number + 1} kills, {self._arrived(found)} messages arrived", flush=True)

    async def _last(self, daemon: Newsbell, found: Sequence[Place]) -> int:
        """Let the program end its work in peace; return how many deliveries are not sent then."""
        await daemon.start()
        unsettled = len(self._written)
        async with await open_store(self._url) as store:
            moved = time.monotonic()
            while unsettled and time.monotonic() < moved + STANDSTILL:
                await asyncio.sleep(1.0)
                before, unsettled = unsettled, await _unsettled(store)
                if unsettled != before:
                    moved = time.monotonic()
        await daemon.stop()
        print(f"  the last start ended with {self._arrived(found)} messages arrived", flush=True)
        return unsettled

    async def _write(self, found: Sequence[Place], turn: int) -> None:
        """Put this turn's share of the deliveries into the outbox, while nobody runs."""
        plan, now = self._plan, datetime.now(UTC)
        share = range(plan.deliveries * turn // plan.kills, plan.deliveries * (turn + 1) // plan.kills)
        async with await open_store(self._url) as store:
            for number in share:
                # Every destination gets its part; which one when is random.
                place = found[number] if number < len(found) else self._random.choice(found)
                home = await store.ensure_destination(
                    place.address, title="", timezone="UTC", language="en", now=now
                )
                message = Message(title=(Run(f"Dispatch {number}"),))
                await store.post(home.id, message, nonce=f"crash-{number}", now=now)
                self._written[number] = place

    async def _more_than(self, before: int, found: Sequence[Place]) -> None:
        end = time.monotonic() + FIRST_WAIT
        while self._arrived(found) <= before and time.monotonic() < end:  # noqa: ASYNC110 - two stand-ins have two signals
            await asyncio.sleep(_STEP)

    @staticmethod
    def _arrived(found: Sequence[Place]) -> int:
        return sum(place.count() for place in found)


async def _unsettled(store: SqlStore) -> int:
    # What passes messages on to followers keeps to ten an hour, and was not written by this run.
    waiting = await store.deliveries(statuses=_NOT_SENT, limit=100_000)
    return sum(each.kind is DeliveryKind.SEND for each in waiting)
