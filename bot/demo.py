"""The demo's play: five papers, a clock, two subscriptions, and what has to come of them."""

import asyncio
import time
import tomllib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console

from bot.model.address import Address, Platform
from bot.model.alert import Alert
from bot.model.delivery import Delivery, DeliveryStatus
from bot.model.subscription import SubscriptionOptions, SubscriptionOrigin
from bot.newsstand import Newsstand, Paper, moments
from bot.query.language import parse
from bot.settings.settings import Settings
from bot.starters import seeds
from bot.stores.store import Store

PATIENCE = 30.0
_LOOK = 0.05
_MANY = 1000
_DONE = {DeliveryStatus.SENT, DeliveryStatus.DEAD, DeliveryStatus.DROPPED}


@dataclass(frozen=True, slots=True)
class Script:
    """What ``seeds/demo/demo.toml`` says. ``expected`` has the queries that each link to be delivered matches."""

    papers: tuple[Paper, ...]
    begins: datetime
    ends: datetime
    subscriptions: tuple[str, ...]
    expected: Mapping[str, frozenset[str]]

    @property
    def moments(self) -> list[datetime]:
        """Return when something is published after the beginning, in order."""
        return sorted(each for paper in self.papers for each in moments(paper) if each > self.begins)


@dataclass(slots=True)
class DemoClock:
    """Runs like any clock, but on the day that the demo's news is of."""

    begins: datetime
    _zero: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        """Return the demo's moment."""
        return self.begins + timedelta(seconds=time.monotonic() - self._zero)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the store holds after the play."""

    alerts: list[Alert]
    deliveries: list[Delivery]


def read_script() -> Script:
    """Read the demo's feeds and what is expected of them."""
    folder = seeds() / "demo"
    given = tomllib.loads((folder / "demo.toml").read_text(encoding="utf-8"))
    return Script(
        tuple(
            Paper(each["file"], (folder / each["file"]).read_bytes(), each["type"]) for each in given["feeds"]
        ),
        given["begins"],
        given["ends"],
        tuple(given["subscriptions"]),
        {each["link"]: frozenset(each["matches"]) for each in given["expected"]},
    )


def demo_settings(stand: Newsstand, database: Path, *, web: bool) -> Settings:
    """Return the configuration of the demo: an ordinary one with short intervals."""
    return Settings.model_validate(
        {
            "database": f"sqlite:///{database}",
            "polling": {
                "interval": "500ms",
                "min_interval": "200ms",
                "max_interval": "1s",
                "per_host": 8,
                "allow_private_hosts": [stand.host],
            },
            "web": {"listen": "127.0.0.1:0" if web else ""},
            "feeds": [{"url": url} for url in stand.urls],
        }
    )


async def subscribe(store: Store, script: Script, now: datetime) -> None:
    """Subscribe the console to what the script says."""
    here = Address(Platform.CONSOLE, "")
    place = await store.ensure_destination(here, title="console", timezone="UTC", language="en", now=now)
    for query in map(parse, script.subscriptions):
        await store.subscribe(
            place.id,
            query=query.text,
            canonical=query.canonical,
            options=SubscriptionOptions(),
            origin=SubscriptionOrigin.CLI,
            now=now,
        )


async def play(script: Script, stand: Newsstand, store: Store, console: Console, *, speed: float) -> Outcome:
    """Wait for the silent first polls, publish piece by piece, wait until all of it was dealt with.

    ``speed`` is minutes of news in a second. Raises TimeoutError where nothing moves any more.
    """
    async with asyncio.timeout(PATIENCE):
        await _until(lambda: _all_polled(store))
    known = (await store.totals()).entries
    console.print(f"The first poll of a feed is silent: {known} entries were there already. News arrives:\n")
    before = script.begins
    for moment in script.moments:
        await asyncio.sleep((moment - before).total_seconds() / 60 / speed)
        stand.until = before = moment
    async with asyncio.timeout(PATIENCE):
        await _until(lambda: _all_stored(store, known + len(script.moments)))
        await _until(lambda: _all_delivered(store))
    return Outcome(await store.alerts(limit=_MANY), await store.deliveries(limit=_MANY))


async def _until(reached: Callable[[], Awaitable[bool]]) -> None:
    while not await reached():  # noqa: ASYNC110 - what it waits for happens in the database, which rings no bell
        await asyncio.sleep(_LOOK)


async def _all_polled(store: Store) -> bool:
    return all(feed.poll.seeded_at for feed in await store.feeds())


async def _all_stored(store: Store, entries: int) -> bool:
    return (await store.totals()).entries >= entries


async def _all_delivered(store: Store) -> bool:
    return all(each.status in _DONE for each in await store.deliveries(limit=_MANY))


def faults(script: Script, outcome: Outcome) -> Iterator[str]:
    """Yield a sentence for everything that is not as it has to be. Pure."""
    sent = Counter(
        each.message.url or "" for each in outcome.deliveries if each.status is DeliveryStatus.SENT
    )
    told = {alert.link or "": frozenset(match.query for match in alert.matches) for alert in outcome.alerts}
    for link, queries in script.expected.items():
        if sent[link] != 1:
            yield f"{link} was delivered {sent[link]} times instead of once."
        elif told.get(link) != queries:
            yield f"{link} was told for {sorted(told.get(link, ()))} instead of {sorted(queries)}."
    for link in sent.keys() - script.expected.keys():
        yield f"{link} does not match and was delivered all the same."
