"""The real Deliverer over a real SQLite store, between simulated platforms; two parts, see ``flood`` and ``quiet``."""

import asyncio
import random
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa

from benchmarks.pacing.platforms import (
    BUCKET,
    BUCKET_SECONDS,
    DISCORD_SECOND,
    GROUP_MINUTE,
    TELEGRAM_SECOND,
    Discord,
    Telegram,
)
from benchmarks.pacing.timewarp import TimeWarp, WarpClock
from bot.adapters.storage.database import Database
from bot.adapters.storage.deliveries import bare_values
from bot.adapters.storage.engine import make_engine, read_url
from bot.adapters.storage.outbox_tables import deliveries
from bot.adapters.storage.store import SqlStore, open_store
from bot.model.address import Address, Platform
from bot.model.delivery import Delivery, Settlement
from bot.model.message import Message, Run
from bot.pipeline.deliver import Deliverer

TICK = 1.0
# Of the Telegram chats every fifth is a group.
GROUPS = 5
_MESSAGE = Message(title=(Run("Dispatch"),))


class StandstillStore:
    """The store as a Deliverer uses it; simulated time stands still while it works."""

    def __init__(self, store: SqlStore, loop: TimeWarp) -> None:
        self._store = store
        self._loop = loop

    async def claim_deliveries(
        self,
        now: datetime,
        *,
        platform: Platform,
        limit: int,
        lease: timedelta,
        behind: timedelta | None = None,
    ) -> list[Delivery]:
        with self._loop.standstill():
            return await self._store.claim_deliveries(
                now, platform=platform, limit=limit, lease=lease, behind=behind
            )

    async def settle(self, settlement: Settlement) -> None:
        with self._loop.standstill():
            await self._store.settle(settlement)

    async def post(self, destination_id: int, message: Message, *, nonce: str, now: datetime) -> None:
        with self._loop.standstill():
            await self._store.post(destination_id, message, nonce=nonce, now=now)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


class Town:
    """Destinations on both platforms, half and half, and a Deliverer that ticks."""

    def __init__(self, loop: TimeWarp, folder: Path, count: int) -> None:
        self.loop = loop
        self.clock = WarpClock(loop)
        self.telegram, self.discord = Telegram(), Discord()
        self.addresses = [_address(number) for number in range(count)]
        self.ids: list[int] = []
        self._url = f"sqlite:///{folder}/newsbell.db"
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        with self.loop.standstill():
            store = await self._stack.enter_async_context(await open_store(self._url))
            for address in self.addresses:
                home = await store.ensure_destination(
                    address, title="", timezone="UTC", language="en", now=self.clock.now()
                )
                self.ids.append(home.id)
        self.store = StandstillStore(store, self.loop)
        served: Mapping[Platform, Any] = {
            Platform.TELEGRAM: self.telegram,
            Platform.DISCORD: self.discord,
        }
        store_: Any = self.store
        self.deliverer = Deliverer(store_, served, self.clock)
        return self

    async def __aexit__(self, *_: object) -> None:
        with self.loop.standstill():
            await self.deliverer.stop(timedelta())
            await self._stack.aclose()

    async def fill(self, places: Sequence[int]) -> None:
        """Write a delivery for each of these places (by position) at once, all due now, in this order."""
        now = self.clock.now()
        rows = [
            bare_values(
                self.ids[place], _MESSAGE, f"flood-{number}", now - timedelta(seconds=1, microseconds=-number)
            )
            for number, place in enumerate(places)
        ]

        async def work(connection: Any) -> None:
            await connection.execute(sa.insert(deliveries), rows)

        with self.loop.standstill():
            database = Database(make_engine(read_url(self._url)))
            await database.write(work)
            await database.close()

    @property
    def arrived(self) -> dict[str, float]:
        return {**self.telegram.ledger.arrived, **self.discord.ledger.arrived}

    async def ticks(self) -> None:
        while True:
            for platform in self.deliverer.platforms:
                await self.deliverer.tick(platform)
            await asyncio.sleep(TICK)


def _address(number: int) -> Address:
    if number % 2:
        return Address(Platform.DISCORD, str(900_000 + number))
    group = number // 2 % GROUPS == GROUPS - 1
    return Address(Platform.TELEGRAM, str(-1_000_000 - number if group else 100_000 + number))


@dataclass(frozen=True, slots=True)
class Flood:
    """``took`` and ``least`` are simulated seconds by platform."""

    took: dict[str, float]
    least: dict[str, float]
    arrived: int
    refused: int


async def flood(town: Town, count: int) -> Flood:
    """Everything waits from the start, spread evenly: how long until the last message arrived?"""
    places = [number % len(town.addresses) for number in range(count)]
    await town.fill(places)
    began = town.loop.time()
    ticking = asyncio.create_task(town.ticks())
    while len(town.arrived) < count:
        await asyncio.sleep(TICK)
        if town.loop.time() - began > count:
            break
    ticking.cancel()
    ledgers = {"Telegram": town.telegram.ledger, "Discord": town.discord.ledger}
    return Flood(
        {name: max(ledger.arrived.values()) - began for name, ledger in ledgers.items()},
        _least([town.addresses[place] for place in places]),
        len(town.arrived),
        sum(ledger.refused for ledger in ledgers.values()),
    )


def _least(addresses: Sequence[Address]) -> dict[str, float]:
    """Return the shortest times in which the limits let these messages pass."""
    counts: dict[Address, int] = {}
    for address in addresses:
        counts[address] = counts.get(address, 0) + 1
    per = {platform: sum(n for a, n in counts.items() if a.platform is platform) for platform in Platform}
    return {
        "Telegram": max(
            per[Platform.TELEGRAM] / TELEGRAM_SECOND,
            *(_chat_least(a, n) for a, n in counts.items() if a.platform is Platform.TELEGRAM),
        ),
        "Discord": max(
            per[Platform.DISCORD] / DISCORD_SECOND,
            *(
                (n - 1) // BUCKET * BUCKET_SECONDS
                for a, n in counts.items()
                if a.platform is Platform.DISCORD
            ),
        ),
    }


def _chat_least(address: Address, count: int) -> float:
    if address.chat.isdigit():
        return count - 1.0
    return (count - 1) // GROUP_MINUTE * 60.0 + (count - 1) % GROUP_MINUTE


@dataclass(frozen=True, slots=True)
class Quiet:
    """The longest wait of a single message, in simulated seconds, and how many of them there were."""

    longest: float
    singles: int
    backlog: int
    refused: int


async def quiet(town: Town, backlog: int, seed: int) -> Quiet:
    """One chat of each platform has very much waiting; every other place gets one message at a random moment."""
    await town.fill([number % 2 for number in range(2 * backlog)])
    ticking = asyncio.create_task(town.ticks())
    moments = random.Random(seed)  # noqa: S311 - a reproducible run, no secret
    others = sorted((moments.uniform(5, 300), place) for place in range(2, len(town.ids)))
    written: dict[str, float] = {}
    for at, place in others:
        await asyncio.sleep(at - town.loop.time())
        nonce = f"single-{place}"
        written[nonce] = town.loop.time()
        await town.store.post(town.ids[place], _MESSAGE, nonce=nonce, now=town.clock.now())
        town.deliverer.notify()
    await asyncio.sleep(10)
    ticking.cancel()
    end = town.loop.time()
    waits = [town.arrived.get(nonce, end) - at for nonce, at in written.items()]
    refused = town.telegram.ledger.refused + town.discord.ledger.refused
    left = 2 * backlog - sum(nonce.startswith("flood") for nonce in town.arrived)
    return Quiet(max(waits), len(waits), left, refused)


def measured(deliveries_: int, destinations: int, backlog: int, seed: int) -> tuple[Flood, Quiet]:
    """Carry both parts out, each in an installation of its own."""

    async def first(loop: TimeWarp, folder: Path) -> Flood:
        async with Town(loop, folder, destinations) as town:
            return await flood(town, deliveries_)

    async def second(loop: TimeWarp, folder: Path) -> Quiet:
        async with Town(loop, folder, destinations) as town:
            return await quiet(town, backlog, seed)

    return _run(first), _run(second)


def _run(part: Any) -> Any:
    loop = TimeWarp()
    with tempfile.TemporaryDirectory(prefix="newsbell-pacing-") as folder:
        try:
            return loop.run_until_complete(part(loop, Path(folder)))
        finally:
            loop.close()
