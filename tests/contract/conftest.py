"""The store under contract: real SQLite files and a real PostgreSQL, each test on a database of its own."""

from collections.abc import AsyncIterator

import pytest

from bot.adapters.storage.store import open_store
from bot.stores.store import Store
from tests.contract.world import World


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    async with await open_store(database_url, migrate=False) as opened:
        yield opened


@pytest.fixture
async def second(database_url: str) -> AsyncIterator[Store]:
    """Another process's view of the same database, for all that matters to storage."""
    async with await open_store(database_url, migrate=False) as opened:
        yield opened


@pytest.fixture
def world(store: Store) -> World:
    return World(store)
