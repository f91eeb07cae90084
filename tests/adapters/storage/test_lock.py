import asyncio
import signal
import sys
from pathlib import Path

import pytest

from bot.adapters.storage.store import open_store
from bot.errors import DatabaseInUse, SchemaTooOld, StorageError

HOLD = """
import asyncio, sys
from bot.adapters.storage.store import open_store

async def main() -> None:
    await open_store(sys.argv[1], exclusive=True)
    print("open", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_a_second_daemon_on_an_sqlite_file_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    async with await open_store(url, exclusive=True):
        with pytest.raises(DatabaseInUse, match=r"Another Newsbell is running on .*a\.db; stop it first"):
            await open_store(url, exclusive=True)
        async with await open_store(url) as beside:
            assert await beside.feeds() == []
    await (await open_store(url, exclusive=True)).close()


async def test_a_daemon_that_was_killed_leaves_no_lock(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD, url, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    assert await child.stdout.readline() == b"open\n"
    with pytest.raises(DatabaseInUse):
        await open_store(url, exclusive=True)
    child.send_signal(signal.SIGKILL)
    await child.wait()
    await (await open_store(url, exclusive=True)).close()


async def test_a_store_that_could_not_be_opened_leaves_no_lock(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    with pytest.raises(SchemaTooOld):
        await open_store(url, exclusive=True, migrate=False)
    await (await open_store(url, exclusive=True)).close()


async def test_a_lock_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"lock file .*a\.db\.lock cannot be opened"):
        await open_store(f"sqlite:///{tmp_path / 'missing' / 'a.db'}", exclusive=True)


async def test_a_server_is_shared(postgres_url: str) -> None:
    async with (
        await open_store(postgres_url, exclusive=True) as one,
        await open_store(postgres_url, exclusive=True) as two,
    ):
        assert await one.feeds() == await two.feeds() == []
