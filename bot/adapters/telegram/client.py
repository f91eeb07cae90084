"""The connection to a Bot API server: python-telegram-bot's Bot with its own HTTP client, and silent loggers."""

import asyncio
import ipaddress
import logging
import os
from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from telegram import Bot, User
from telegram.error import TimedOut
from telegram.request import HTTPXRequest

API_URL = "https://api.telegram.org"
PATIENCE = timedelta(seconds=30)
_CONNECTIONS = 32
_T = TypeVar("_T")


class Client:
    """A Bot API server and a token. ``repr`` shows neither; ``close`` ends its connections."""

    def __init__(self, token: str, api_url: str = API_URL, *, patience: timedelta = PATIENCE) -> None:
        hush()
        self._patience = patience
        self._requests = [_request(api_url, patience, size) for size in (1, _CONNECTIONS)]
        polling, calling = self._requests
        self.bot = Bot(
            token,
            base_url=f"{api_url.rstrip('/')}/bot",
            base_file_url=f"{api_url.rstrip('/')}/file/bot",
            request=calling,
            get_updates_request=polling,
        )
        self._me: User | None = None

    def __repr__(self) -> str:
        """Return the class's name alone: the token is a secret."""
        return f"<{type(self).__name__}>"

    async def bounded(self, call: Awaitable[_T], within: timedelta | None = None) -> _T:
        """Await a call, by default for no longer than the client's patience; raises TelegramError only."""
        try:
            async with asyncio.timeout((within or self._patience).total_seconds()):
                return await call
        except TimeoutError as error:
            raise TimedOut from error

    async def me(self) -> User:
        """Return the bot itself, asked for once."""
        if self._me is None:
            self._me = await self.bounded(self.bot.get_me())
        return self._me

    async def close(self) -> None:
        """Close the connections."""
        for request in self._requests:
            await request.shutdown()


def _request(api_url: str, patience: timedelta, connections: int) -> HTTPXRequest:
    """A proxy from the environment serves the way to Telegram, never the way to this machine itself."""
    seconds = patience.total_seconds()
    return HTTPXRequest(
        connection_pool_size=connections,
        read_timeout=seconds,
        write_timeout=seconds,
        connect_timeout=min(seconds, 10.0),
        pool_timeout=seconds,
        httpx_kwargs={"trust_env": not _is_loopback(urlsplit(api_url).hostname or "")},
    )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def hush() -> None:
    """Silence loggers that print addresses with the token, and ask the library for time spans instead of numbers."""
    for name in ("telegram", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    # Read by python-telegram-bot whenever Telegram asks for patience; without it the library warns each time.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
