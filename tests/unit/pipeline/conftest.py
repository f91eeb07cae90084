from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.storage.store import SqlStore, open_store
from tests.unit.pipeline.fakes import HandClock


@pytest.fixture
def database(tmp_path: Path, migrated_sqlite: Path) -> str:
    file = tmp_path / "newsbell.db"
    file.write_bytes(migrated_sqlite.read_bytes())
    return f"sqlite:///{file}"


@pytest.fixture
async def store(database: str) -> AsyncIterator[SqlStore]:
    async with await open_store(database) as opened:
        yield opened


@pytest.fixture
def clock() -> HandClock:
    return HandClock()
