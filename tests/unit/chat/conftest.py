from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.storage.store import open_store
from tests.unit.chat.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with await open_store(f"sqlite:///{tmp_path / 'chat.db'}") as store:
        yield World(store)
