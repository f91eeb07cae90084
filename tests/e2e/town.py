"""A feed server, a Telegram, a Discord and an installation of the program between them."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar

from tests.e2e.newsbell import Newsbell, configuration
from tests.standins.discord.world import Channel
from tests.standins.discord.world import Message as DiscordMessage
from tests.standins.discord_server import DiscordServer
from tests.standins.feed_server import FeedServer, Item
from tests.standins.telegram_server import TelegramServer
from tests.standins.telegram_world import SentMessage

ANN = 7001
"""A person on Telegram, with a private chat."""
NEWS = "/news.xml"
WAIT = 60.0
"""Seconds until which what is awaited is there; only a failure takes so long."""

T = TypeVar("T")


class Town:
    """Everything a test of the whole needs. Ann reads on Telegram, Mika manages a server on Discord."""

    def __init__(self, folder: Path, *, paths: tuple[str, ...] = (NEWS,), more: str = "") -> None:
        self.feeds = FeedServer()
        self.telegram = TelegramServer()
        self.discord = DiscordServer()
        self.folder = folder
        self.paths = paths
        self.more = more

    async def __aenter__(self) -> Self:
        await asyncio.gather(self.feeds.start(), self.telegram.start(), self.discord.start())
        for path in self.paths:
            self.feeds.publish(path, Item("The first day"), title=f"Gazette {path}")
        self.telegram.add_chat(ANN, title="Ann")
        self.guild = self.discord.add_guild("Newsroom")
        self.channel = self.discord.add_channel(self.guild, "alerts")
        self.mika = self.discord.manager(self.guild)
        self.newsbell = Newsbell(self.folder, self.configuration())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.newsbell.close()
        await asyncio.gather(self.feeds.stop(), self.telegram.stop(), self.discord.stop())

    def configuration(self, more: str = "") -> str:
        """Return the configuration of this town, with further tables."""
        return configuration(
            self.folder,
            feeds=[self.feeds.url(path) for path in self.paths],
            allowed=self.feeds.host,
            telegram=(self.telegram.token, self.telegram.url),
            discord=(self.discord.token, self.discord.api_url),
            more=f"{self.more}\n{more}",
        )

    async def open(self) -> None:
        """Start the daemon and wait until both platforms and the first, silent poll of every feed are there."""
        await self.newsbell.start()
        try:
            await self.discord.connected(WAIT)
            await self.telegram.wait_for(lambda: self.telegram.called("setMyCommands"), WAIT)
            await self.polled()
        except (TimeoutError, AssertionError) as error:
            raise AssertionError(f"{error}\n{self.newsbell.log}") from error

    async def polled(self, times: int = 1) -> None:
        """Wait until every feed was asked so many times more and the answers were surely read."""
        for path in self.paths:
            await self.feeds.wait_for(path, len(self.feeds.asked(path)) + times + 1, timeout=WAIT)

    async def until(self, reached: Callable[[], T], what: str, within: float = WAIT) -> T:
        """Wait for something on any stand-in; the program's log is in the failure."""
        async with asyncio.timeout(within) as bound:
            try:
                while not (found := reached()):  # noqa: ASYNC110 - three stand-ins have three signals
                    await asyncio.sleep(0.02)
            except asyncio.CancelledError:
                if bound.expired():
                    raise AssertionError(f"waited {within:.0f} s for {what}\n{self.newsbell.log}") from None
                raise
        return found

    async def say(self, text: str, *, chat: int = ANN, user: int = ANN) -> str:
        """Type something on Telegram and return the text of the answer."""
        before = len(self.telegram.sent(chat))
        self.telegram.say(chat, user, text)
        await self.until(lambda: len(self.telegram.sent(chat)) > before, f"an answer to {text}")
        return self.telegram.sent(chat)[-1].text

    async def subscribe_both(self, query: str) -> None:
        """Subscribe Ann on Telegram and the server's channel on Discord."""
        await self.say(f"/subscribe {query}")
        await self.discord.slash(self.mika, self.channel, "subscribe", {"query": query}, within=WAIT)

    def telegram_alerts(self, title: str, *, chat: int = ANN) -> list[SentMessage]:
        """The alerts in a Telegram chat whose title is this: the title is the first line of an alert."""
        return [one for one in self.telegram.sent(chat) if one.text.splitlines()[0] == title]

    def discord_alerts(self, title: str, channel: Channel | None = None) -> list[DiscordMessage]:
        """The alerts in a Discord channel whose title is this, its markup aside."""
        sent = self.discord.sent(channel or self.channel)
        return [one for one in sent if title in [embed_title(each) for each in one.embeds]]

    async def alerted(self, title: str) -> None:
        """Wait until Ann and the channel have an alert with this title."""
        await self.until(lambda: self.telegram_alerts(title), f"'{title}' on Telegram")
        await self.until(lambda: self.discord_alerts(title), f"'{title}' on Discord")

    async def recorded(self, times: int) -> None:
        """Wait until the program knows of so many deliveries that they arrived, which is later than they did."""
        await self.until(
            lambda: self.newsbell.log.count('"delivery_sent"') >= times, f"{times} deliveries on record"
        )

    def count(self, title: str) -> tuple[int, int]:
        """How many alerts with this title Ann and the channel have."""
        return len(self.telegram_alerts(title)), len(self.discord_alerts(title))


def embed_title(embed: dict[str, object]) -> str:
    """An embed's title as a reader sees it."""
    return str(embed.get("title", "")).replace("**", "").replace("\\", "")
