"""What the Discord tests share."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.adapters.discord.messenger import DiscordMessenger
from bot.adapters.discord.webhook import WebhookMessenger
from tests.standins.discord_server import DiscordServer


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server


@pytest.fixture
async def messenger(server: DiscordServer) -> AsyncIterator[DiscordMessenger]:
    messenger = DiscordMessenger(server.token, server.url, timeout=timedelta(seconds=2))
    yield messenger
    await messenger.close()


@pytest.fixture
async def webhooks(server: DiscordServer) -> AsyncIterator[WebhookMessenger]:
    messenger = WebhookMessenger(server.url, timeout=timedelta(seconds=2))
    yield messenger
    await messenger.close()
