"""A messenger, the platform it talks to, and what may happen to a place there."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Protocol

import pytest
from rich.console import Console

from bot.adapters.console.messenger import ConsoleMessenger
from bot.adapters.discord.messenger import DiscordMessenger
from bot.adapters.discord.webhook import WebhookMessenger
from bot.adapters.telegram.messenger import TelegramMessenger
from bot.model.address import Address, Platform
from bot.ports import Messenger
from tests.standins.discord.faults import WRITES
from tests.standins.discord.world import Message as DiscordMessage
from tests.standins.discord_server import (
    DiscordServer,
    Drop,
    Fault,
    Garbage,
    Limit,
    Refuse,
    Trouble,
)
from tests.standins.telegram_server import TelegramServer

PATIENCE = timedelta(seconds=20)
ADA = 5


class Station(Protocol):
    """One platform with one place; what a platform does not have skips the test with the reason."""

    messenger: Messenger
    address: Address
    troubles: tuple[str, ...]

    def shown(self) -> list[tuple[str, str]]:
        """The messages that a reader of the place sees, as (id, everything it says), oldest first."""

    def answers(self, message_id: str) -> str | None:
        """The id of the message that this one is shown as an answer to."""

    def delete(self, message_id: str) -> None:
        """Somebody deletes a message."""

    def close(self) -> None:
        """The place shuts the bot out."""

    def suffer(self, trouble: str, *, seconds: int = 0) -> None:
        """Let the next request that writes go wrong: one of ``troubles``; ``seconds`` is what a flood asks for."""

    async def vanish(self) -> None:
        """Nobody listens at the platform's address any more."""


class TelegramStation:
    """A private chat with Ada."""

    troubles: tuple[str, ...] = (
        "refused",
        "flood",
        "lost",
        "dropped",
        "server_error",
        "garbage",
        "unauthorized",
    )

    def __init__(self, server: TelegramServer, messenger: TelegramMessenger) -> None:
        self.messenger: Messenger = messenger
        self.address = Address(Platform.TELEGRAM, str(ADA))
        self._server = server

    def shown(self) -> list[tuple[str, str]]:
        return [(str(one.message_id), one.text) for one in self._server.sent(ADA)]

    def answers(self, message_id: str) -> str | None:
        found = self._server.chats[ADA].find(int(message_id))
        assert found is not None
        wanted = found.params.get("reply_parameters")
        return str(wanted["message_id"]) if wanted else None

    def delete(self, message_id: str) -> None:
        found = self._server.chats[ADA].find(int(message_id))
        assert found is not None
        found.deleted = True

    def close(self) -> None:
        self._server.block(ADA)

    def suffer(self, trouble: str, *, seconds: int = 0) -> None:
        self._server.fail(ADA, trouble, retry_after=seconds)

    async def vanish(self) -> None:
        await self._server.stop()


class DiscordStation:
    """A channel of a server, written to by the bot or through a webhook."""

    troubles: tuple[str, ...] = (
        "refused",
        "flood",
        "lost",
        "dropped",
        "server_error",
        "garbage",
        "unauthorized",
    )

    def __init__(self, server: DiscordServer, messenger: DiscordMessenger | WebhookMessenger) -> None:
        self.messenger: Messenger = messenger
        self._server = server
        self._channel = server.add_channel(server.add_guild())
        self._webhook = server.add_webhook(self._channel)
        self._through = messenger.platform is Platform.DISCORD_WEBHOOK
        self.address = (
            Address(Platform.DISCORD_WEBHOOK, self._webhook.id, secret=self._webhook.token)
            if self._through
            else Address(Platform.DISCORD, self._channel.id)
        )

    def shown(self) -> list[tuple[str, str]]:
        return [(one.id, one.text) for one in self._server.sent(self._channel)]

    def answers(self, message_id: str) -> str | None:
        if self._through:
            pytest.skip("webhooks cannot answer messages")
        reference = self._find(message_id).payload.get("message_reference")
        return str(reference["message_id"]) if reference else None

    def delete(self, message_id: str) -> None:
        self._find(message_id).deleted = True

    def close(self) -> None:
        if self._through:
            self._server.delete_webhook(self._webhook)
        else:
            self._server.deny(self._channel, "SEND_MESSAGES")

    def suffer(self, trouble: str, *, seconds: int = 0) -> None:
        faults: dict[str, Fault] = {
            "refused": Refuse(400, 50035, "Invalid Form Body"),
            "flood": Limit(float(seconds)),
            "lost": Drop(accept=True),
            "dropped": Drop(),
            "server_error": Trouble(503),
            "garbage": Garbage(),
            "unauthorized": Refuse(401, 0, "401: Unauthorized"),
        }
        self._server.fail(self._webhook if self._through else self._channel, faults[trouble], method=WRITES)

    async def vanish(self) -> None:
        await self._server.stop()

    def _find(self, message_id: str) -> DiscordMessage:
        [found] = [one for one in self._server.sent(self._channel) if one.id == message_id]
        return found


class Paper(io.StringIO):
    """What a console prints on, until the disk behind it is full."""

    full = False

    def write(self, text: str, /) -> int:
        if self.full:
            raise OSError(28, "No space left on device")
        return super().write(text)


class ConsoleStation:
    """A console whose output goes to a file."""

    troubles: tuple[str, ...] = ("server_error",)

    def __init__(self) -> None:
        self._paper = Paper()
        self.messenger: Messenger = ConsoleMessenger(Console(file=self._paper, width=80))
        self.address = Address(Platform.CONSOLE, "")

    def shown(self) -> list[tuple[str, str]]:
        panels = [panel for panel in self._paper.getvalue().split("╭") if panel.strip()]
        return [(str(number), panel) for number, panel in enumerate(panels, 1)]

    def answers(self, message_id: str) -> str | None:
        pytest.skip(f"a console shows message {message_id} below the others, not as an answer")

    def delete(self, message_id: str) -> None:
        pytest.skip(f"message {message_id} cannot be deleted from a console")

    def close(self) -> None:
        pytest.skip("a console cannot shut the bot out")

    def suffer(self, trouble: str, *, seconds: int = 0) -> None:
        del seconds  # a full disk names no time
        if trouble not in self.troubles:
            pytest.skip(f"a console knows no trouble like '{trouble}'")
        self._paper.full = True

    async def vanish(self) -> None:
        self._paper.full = True


@asynccontextmanager
async def station(platform: Platform) -> AsyncIterator[Station]:
    """Open a station of this platform, its stand-in on loopback where it has one."""
    match platform:
        case Platform.TELEGRAM:
            async with TelegramServer() as telegram:
                telegram.add_chat(ADA, title="Ada")
                bot = TelegramMessenger(telegram.token, telegram.url, patience=PATIENCE)
                yield TelegramStation(telegram, bot)
                await bot.close()
        case Platform.DISCORD | Platform.DISCORD_WEBHOOK:
            async with DiscordServer() as discord:
                made = (
                    DiscordMessenger(discord.token, discord.url, timeout=PATIENCE)
                    if platform is Platform.DISCORD
                    else WebhookMessenger(discord.url, timeout=PATIENCE)
                )
                yield DiscordStation(discord, made)
                await made.close()
        case Platform.CONSOLE:
            yield ConsoleStation()
