"""Every platform as the same small ground: what stands there now, and ways to make the next message go wrong."""

import io
import json
from datetime import timedelta
from typing import Protocol

from rich.console import Console

from bot.adapters.console.messenger import ConsoleMessenger
from bot.adapters.discord.messenger import DiscordMessenger
from bot.adapters.discord.webhook import WebhookMessenger
from bot.adapters.telegram.messenger import TelegramMessenger
from bot.model.address import Address, Platform
from bot.ports import Messenger
from tests.standins.discord_server import Channel, DiscordServer, Drop, Limit, Refuse, Webhook
from tests.standins.telegram_server import TelegramServer

CHAT = 5


class Ground(Protocol):
    """A place that a messenger writes to."""

    @property
    def messenger(self) -> Messenger:
        """The messenger under contract."""

    @property
    def address(self) -> Address:
        """Where it writes to."""

    def shown(self) -> list[str]:
        """Return what a reader finds there now, oldest first."""


class Remote(Ground, Protocol):
    """A place behind a server, which can refuse."""

    def lose(self) -> None:
        """Let the next message arrive, but not its answer."""

    def refuse(self) -> None:
        """Refuse the next message for what it is."""

    def flood(self, seconds: int) -> None:
        """Ask for patience with the next message."""


class ConsoleGround:
    def __init__(self) -> None:
        self.page = io.StringIO()
        self.messenger = ConsoleMessenger(Console(file=self.page, width=80))
        self.address = Address(Platform.CONSOLE, "")

    def shown(self) -> list[str]:
        return ["╭" + panel for panel in self.page.getvalue().split("╭")[1:]]


class TelegramGround:
    def __init__(self, server: TelegramServer, messenger: TelegramMessenger) -> None:
        server.add_chat(CHAT, title="Ada")
        self.server, self.messenger = server, messenger
        self.address = Address(Platform.TELEGRAM, str(CHAT))

    def shown(self) -> list[str]:
        return [one.text for one in self.server.sent(CHAT)]

    def lose(self) -> None:
        self.server.fail(CHAT, "lost")

    def refuse(self) -> None:
        self.server.fail(CHAT, "refused")

    def flood(self, seconds: int) -> None:
        self.server.fail(CHAT, "flood", retry_after=seconds)


class DiscordGround:
    def __init__(self, server: DiscordServer, messenger: Messenger, place: Channel | Webhook) -> None:
        self.server, self.messenger, self.place = server, messenger, place
        if isinstance(place, Webhook):
            self.address = Address(Platform.DISCORD_WEBHOOK, place.id, secret=place.token)
        else:
            self.address = Address(Platform.DISCORD, place.id)

    def shown(self) -> list[str]:
        return [json.dumps(one.payload) for one in self.server.sent(self.place)]

    def lose(self) -> None:
        self.server.fail(self.place, Drop(accept=True))

    def refuse(self) -> None:
        self.server.fail(self.place, Refuse(400, 50035))

    def flood(self, seconds: int) -> None:
        self.server.fail(self.place, Limit(seconds))


def on_discord(server: DiscordServer) -> tuple[DiscordGround, DiscordMessenger]:
    """Return a channel and the messenger to close in the end."""
    messenger = DiscordMessenger(server.token, server.url, timeout=timedelta(seconds=5))
    return DiscordGround(server, messenger, server.add_channel(server.add_guild())), messenger


def on_webhook(server: DiscordServer) -> tuple[DiscordGround, WebhookMessenger]:
    """Return a webhook and the messenger to close in the end."""
    messenger = WebhookMessenger(server.url, timeout=timedelta(seconds=5))
    hook = server.add_webhook(server.add_channel(server.add_guild()))
    return DiscordGround(server, messenger, hook), messenger
