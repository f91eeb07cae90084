from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.storage.store import SqlStore, open_store
from tests.unit.pipeline.fakes import HandClock


@pytest.fixture
async def store(tmp_path: Path, migrated_sqlite: Path) -> AsyncIterator[SqlStore]:
    file = tmp_path / "newsbell.db"
    file.write_bytes(migrated_sqlite.read_bytes())
    async with await open_store(f"sqlite:///{file}") as opened:
        yield opened


@pytest.fixture
def clock() -> HandClock:
    return HandClock()
