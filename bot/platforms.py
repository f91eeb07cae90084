"""The chat platforms, a line each. What a platform needs is in its own folder under ``adapters``."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from rich.console import Console
from telegram.error import TelegramError

from bot.adapters.console.messenger import ConsoleMessenger
from bot.adapters.discord.address import api_base
from bot.adapters.discord.commands import DiscordBot
from bot.adapters.discord.messenger import DiscordMessenger
from bot.adapters.discord.places import Places, Unavailable
from bot.adapters.discord.rest import Rest
from bot.adapters.discord.webhook import WebhookMessenger
from bot.adapters.telegram.client import Client as TelegramClient
from bot.adapters.telegram.commands import TelegramBot
from bot.adapters.telegram.failures import reason
from bot.adapters.telegram.messenger import TelegramMessenger
from bot.adapters.telegram.webhook import receiver, webhook
from bot.adapters.web.server import Hook
from bot.chat.catalogue import COMMANDS
from bot.model.address import Platform
from bot.ports import ChatService, Messenger
from bot.settings.settings import Settings


class Role(StrEnum):
    """What a process does; several processes can share one PostgreSQL."""

    POLL = "poll"
    TELEGRAM = "telegram"
    DISCORD = "discord"
    WEB = "web"


ALL_ROLES = frozenset(Role)

SERVED_BY = {
    Platform.TELEGRAM: Role.TELEGRAM,
    Platform.DISCORD: Role.DISCORD,
    Platform.DISCORD_WEBHOOK: Role.DISCORD,
    Platform.CONSOLE: Role.POLL,
}
"""Which role delivers to a platform."""


class Bot(Protocol):
    """A platform's conversations."""

    async def start(self) -> None:
        """Begin; returns at once."""
        ...

    async def stop(self) -> None:
        """Finish what was begun."""
        ...


@dataclass(frozen=True, slots=True)
class Messengers:
    """The messengers of all platforms that are configured, and how to close them."""

    by_platform: dict[Platform, Messenger] = field(default_factory=dict)
    closing: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    async def close(self) -> None:
        """Close all connections."""
        for close in self.closing:
            await close()


def make_messengers(settings: Settings, console: Console | None = None) -> Messengers:
    """Return the messengers: the console and webhooks always, the others where there is a token."""
    webhooks = WebhookMessenger(settings.discord.api_url)
    made = Messengers(
        {Platform.CONSOLE: ConsoleMessenger(console), Platform.DISCORD_WEBHOOK: webhooks}, [webhooks.close]
    )
    if token := settings.telegram.token:
        telegram = TelegramMessenger(token.get_secret_value(), settings.telegram.api_url)
        made.by_platform[Platform.TELEGRAM] = telegram
        made.closing.append(telegram.close)
    if token := settings.discord.token:
        discord = DiscordMessenger(token.get_secret_value(), settings.discord.api_url)
        made.by_platform[Platform.DISCORD] = discord
        made.closing.append(discord.close)
    return made


@dataclass(frozen=True, slots=True)
class Bots:
    """The conversations that this process holds; ``checks`` tell what is not up, None where all is well.

    ``hooks`` are what platforms post to instead of being asked, for the web side to serve.
    """

    running: list[Bot] = field(default_factory=list)
    checks: dict[str, Callable[[], str | None]] = field(default_factory=dict)
    hooks: list[Hook] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was looked at; ``problem`` None where it is as it has to be."""

    what: str
    problem: str | None = None


async def token_findings(settings: Settings) -> AsyncIterator[Finding]:
    """Ask each platform that has a token who the bot is."""
    if token := settings.telegram.token:
        client = TelegramClient(token.get_secret_value(), settings.telegram.api_url)
        try:
            yield Finding(f"telegram token (@{(await client.me()).username})")
        except TelegramError as error:
            yield Finding("telegram token", reason(error))
        finally:
            await client.close()
    if token := settings.discord.token:
        async with Rest(api_base(settings.discord.api_url), token.get_secret_value()) as rest:
            try:
                yield Finding(f"discord token (bot {await Places(rest).me()})")
            except Unavailable as error:
                yield Finding("discord token", str(error))


def make_bots(settings: Settings, chat: ChatService, roles: Collection[Role]) -> Bots:
    """Return the bots that this process runs."""
    bots = Bots()
    if Role.TELEGRAM in roles and (token := settings.telegram.token):
        _add_telegram(bots, settings, token.get_secret_value(), chat)
    if Role.DISCORD in roles and (token := settings.discord.token):
        discord = DiscordBot(token.get_secret_value(), settings.discord.api_url, chat, COMMANDS)
        bots.running.append(discord)
        bots.checks["discord"] = lambda: (
            None if discord.connected else discord.problem or "is not connected yet."
        )
    return bots


def _add_telegram(bots: Bots, settings: Settings, token: str, chat: ChatService) -> None:
    menu = [(command.name, command.summary) for command in COMMANDS]
    public = settings.web.public_url if settings.telegram.mode == "webhook" else None
    hook = webhook(public, token) if public else None
    telegram = TelegramBot(token, settings.telegram.api_url, chat, menu=menu, webhook=hook)
    bots.running.append(telegram)
    if hook:
        bots.hooks.append(Hook(hook.path, receiver(hook, telegram.feed_update)))
