from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.adapters.telegram.messenger import TelegramMessenger
from tests.standins.telegram_server import TelegramServer


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        server.add_chat(5, title="Ada")
        server.add_chat(-1001, "supergroup", title="News room", forum=True, topics={7})
        server.add_chat(-1002, "channel", title="News channel", username="newschannel")
        server.add_chat(-300, "group", title="Old group")
        yield server


@pytest.fixture
async def messenger(telegram: TelegramServer) -> AsyncIterator[TelegramMessenger]:
    made = TelegramMessenger(telegram.token, telegram.url, patience=timedelta(seconds=20))
    yield made
    await made.close()
