"""A chat service for tests of the adapter: it records what it is asked and answers what a test says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from bot.adapters.telegram.commands import TelegramBot
from bot.model.message import Message, Run
from bot.model.request import Answer, Request, Suggestion
from tests.standins.telegram_server import TelegramServer

MENU = (("start", "Say hello"), ("subscribe", "Get alerts"), ("help", "Explain"))


def says(text: str, **more: Any) -> Answer:
    """An answer of one message."""
    return Answer((Message(summary=((Run(text),),)),), **more)


class RecordingChat:
    """Answers "heard: …" unless ``reply`` is set."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.presses: list[tuple[str, Request]] = []
        self.reply: Callable[[Request], Awaitable[Answer]] | None = None

    async def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        if self.reply is not None:
            return await self.reply(request)
        return says(f"heard: {request.command} {request.argument}".strip())

    async def press(self, data: str, request: Request) -> Answer:
        self.presses.append((data, request))
        if self.reply is not None:
            return await self.reply(request)
        return says(f"pressed: {data}", replaces=True)

    async def suggest(self, command: str, option: str, prefix: str, request: Request) -> list[Suggestion]:
        del command, option, prefix, request
        await asyncio.sleep(0)
        return []


@asynccontextmanager
async def running(telegram: TelegramServer, chat: RecordingChat, **more: Any) -> AsyncIterator[TelegramBot]:
    """A bot at work, in a hurry where it would wait."""
    settings = {"menu": MENU, "first_pause": timedelta(milliseconds=10), "patience": timedelta(seconds=20)}
    bot = TelegramBot(telegram.token, telegram.url, chat, **{**settings, **more})
    await bot.start()
    try:
        yield bot
    finally:
        await bot.stop()
