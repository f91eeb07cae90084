from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.adapters.storage.store import open_store
from bot.adapters.web.metrics import Metrics
from bot.adapters.web.server import WebServer
from tests.unit.chat.world import World

Serve = Callable[..., Awaitable[WebServer]]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with await open_store(f"sqlite:///{tmp_path / 'web.db'}") as store:
        yield World(store)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def serve(world: World, metrics: Metrics) -> AsyncIterator[Serve]:
    running: list[WebServer] = []

    async def start(listen: str = "127.0.0.1:0", **options: Any) -> WebServer:
        server = WebServer(listen, world.store, metrics, world.clock, **options)
        await server.start()
        running.append(server)
        return server

    yield start
    for server in running:
        await server.stop()


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session
