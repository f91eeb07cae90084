"""One installation with two feeds: a hub pushes the one, the other is polled; both publish at the same moments."""

import asyncio
import random
import socket
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.storage.store import open_store
from bot.model.address import Address, Platform
from bot.model.subscription import SubscriptionOptions, SubscriptionOrigin
from tests.e2e.newsbell import Newsbell, configuration
from tests.standins.feed_server import FeedServer, Item, Published, render
from tests.standins.hub_server import Hub
from tests.standins.telegram_server import TelegramServer

PUSHED, POLLED = "/pushed.xml", "/polled.xml"
STARTING = 60.0
_FIRST_CHAT = 10_000
_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]


@dataclass(frozen=True, slots=True)
class Plan:
    """``interval`` is the pause between polls in seconds, ``pause`` the longest between two publications.

    The pushed document has ``listed`` entries.
    """

    publications: int
    listed: int
    interval: int
    pause: float
    seed: int


@dataclass(frozen=True, slots=True)
class Result:
    """Seconds from each publication until the platform had the alert, and how often each feed was asked meanwhile."""

    pushed: list[float]
    polled: list[float]
    asked: dict[str, int]


@dataclass(frozen=True, slots=True)
class Story:
    """What is published: a headline with a word that nothing else has, and the chat that waits for this word.

    Each has a chat of its own, for a chat takes one message a second: that wait is the platform's, not the program's.
    """

    chat: int
    title: str

    @property
    def word(self) -> str:
        return self.title.partition(" ")[0]

    @property
    def item(self) -> Item:
        return Item(self.title, f"https://news.example/{self.word}", self.word, published=datetime.now(UTC))


class PushRun:
    """An installation between a hub, two feeds and a Telegram."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._plan, self._folder = plan, folder
        self._random = random.Random(plan.seed)  # noqa: S311 - a reproducible run, no secret
        self._hub, self._feeds, self._telegram = Hub(), FeedServer(), TelegramServer()
        # The first push is a warm-up: only a hub that has delivered lets polls become a net.
        self._pushed = [self._story(_FIRST_CHAT + number) for number in range(plan.publications + 1)]
        self._polled = [self._story(2 * _FIRST_CHAT + number) for number in range(plan.publications)]
        self._began: dict[Story, float] = {}
        self._listed = tuple(self._story(number).item for number in range(plan.listed))

    def _story(self, chat: int) -> Story:
        words = ("".join(self._random.choices(_SYLLABLES, k=5)) for _ in range(6))
        return Story(chat, " ".join(words).capitalize())

    async def run(self) -> Result:
        """Carry the plan out; TimeoutError where an alert does not come."""
        async with self._hub, self._feeds, self._telegram:
            daemon = Newsbell(self._folder, self._configuration())
            try:
                await self._subscribe()
                await self._open(daemon)
                return await self._measure()
            finally:
                await daemon.close()

    def _configuration(self) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            here = f"127.0.0.1:{probe.getsockname()[1]}"
        text = configuration(
            self._folder,
            feeds=[self._feeds.url(PUSHED), self._feeds.url(POLLED)],
            allowed="127.0.0.1",
            telegram=(self._telegram.token, self._telegram.url),
            more=f'[web]\nlisten = "{here}"\npublic_url = "http://{here}"\n',
        )
        return text.replace('interval = "1s"', f'interval = "{self._plan.interval}s"')

    async def _subscribe(self) -> None:
        now = datetime.now(UTC)
        async with await open_store(f"sqlite:///{self._folder}/newsbell.db") as store:
            for story in (*self._pushed, *self._polled):
                self._telegram.add_chat(story.chat, title=story.word)
                place = await store.ensure_destination(
                    Address(Platform.TELEGRAM, str(story.chat)),
                    title="",
                    timezone="UTC",
                    language="en",
                    now=now,
                )
                await store.subscribe(
                    place.id,
                    query=story.word,
                    canonical=story.word.casefold(),
                    options=SubscriptionOptions(),
                    origin=SubscriptionOrigin.CHAT,
                    now=now,
                )

    async def _open(self, daemon: Newsbell) -> None:
        """Start the program and wait until both feeds were read, the hub has confirmed and delivered."""
        self._show()
        self._feeds.publish(POLLED, Item("The first day here, too"))
        await daemon.start()
        await self._telegram.wait_for(lambda: daemon.log.count("poll_new") == 2, STARTING)
        await self._hub.wait_until(lambda: self._hub.confirmed == [True], STARTING)
        await self._push(self._pushed[0])
        await self._telegram.wait_for(lambda: self._arrived(self._pushed[0]), STARTING)

    async def _measure(self) -> Result:
        before = {path: len(self._feeds.asked(path)) for path in (PUSHED, POLLED)}
        for pushed, polled in zip(self._pushed[1:], self._polled, strict=True):
            await asyncio.sleep(self._random.uniform(0, self._plan.pause))
            self._began[polled] = time.monotonic()
            self._feeds.publish(POLLED, polled.item)
            await self._push(pushed)
        everything = [*self._pushed, *self._polled]
        await self._telegram.wait_for(
            lambda: all(map(self._arrived, everything)), 3 * self._plan.interval + 30
        )
        return Result(
            [self._took(story) for story in self._pushed[1:]],
            [self._took(story) for story in self._polled],
            {path: len(self._feeds.asked(path)) - count for path, count in before.items()},
        )

    async def _push(self, story: Story) -> None:
        """Publish a story as a site with a hub does: in its feed, and by the hub, which posts the feed."""
        self._listed = (story.item, *self._listed)[: self._plan.listed]
        body = self._show()
        self._began[story] = time.monotonic()
        assert await self._hub.post(body) == 202

    def _show(self) -> bytes:
        body = render(Published(self._listed, "Gazette"), "https://news.example/")
        links = f'<{self._hub.url()}>; rel="hub", <{self._feeds.url(PUSHED)}>; rel="self"'
        self._feeds.respond(PUSHED, body=body, headers={"Link": links})
        return body

    def _arrived(self, story: Story) -> bool:
        return bool(self._telegram.sent(story.chat))

    def _took(self, story: Story) -> float:
        (message,) = self._telegram.sent(story.chat)
        return message.at - self._began[story]
