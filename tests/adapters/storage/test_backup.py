import asyncio
import sqlite3
import stat
from pathlib import Path

import pytest

from bot.adapters.storage.backup import backup
from bot.adapters.storage.store import open_store
from bot.errors import StorageError, UserError
from bot.model.feed import FeedOrigin, FeedSpec
from tests.contract.world import NOW
from tests.standins.postgres import Postgres


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


async def test_a_copy_is_complete_and_consistent_while_others_write(tmp_path: Path) -> None:
    url, copy = f"sqlite:///{tmp_path / 'a.db'}", tmp_path / "copy.db"
    async with await open_store(url) as store:
        some, done = asyncio.Event(), asyncio.Event()

        async def write() -> int:
            number = 0
            while not done.is_set():
                await store.add_feed(FeedSpec(f"https://{number}.example/"), origin=FeedOrigin.CLI, now=NOW)
                number += 1
                if number == 5:
                    some.set()
            return number

        writer = asyncio.create_task(write())
        await some.wait()
        await backup(url, copy)
        done.set()
        written = await writer
    async with await open_store(f"sqlite:///{copy}", migrate=False) as saved:
        feeds = await saved.feeds()
    assert 5 <= len(feeds) <= written
    assert [feed.id for feed in sorted(feeds, key=lambda feed: feed.id)] == list(range(1, len(feeds) + 1))
    assert sqlite3.connect(copy).execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert modes(tmp_path)["copy.db"] == 0o600
    assert "copy.db.part" not in modes(tmp_path)


async def test_a_newer_copy_takes_the_place_of_an_older(tmp_path: Path) -> None:
    url, copy = f"sqlite:///{tmp_path / 'a.db'}", tmp_path / "copy.db"
    async with await open_store(url) as store:
        await backup(url, copy)
        await store.add_feed(FeedSpec("https://a.example/"), origin=FeedOrigin.CLI, now=NOW)
        await backup(url, copy)
    async with await open_store(f"sqlite:///{copy}", migrate=False) as saved:
        assert len(await saved.feeds()) == 1


async def test_a_copy_replaces_neither_the_database_nor_another_file(tmp_path: Path) -> None:
    file, letter = tmp_path / "a.db", tmp_path / "letter.txt"
    letter.write_text("Dear diary")
    await (await open_store(f"sqlite:///{file}")).close()
    with pytest.raises(UserError, match="is the database itself"):
        await backup(f"sqlite:///{file}", file)
    with pytest.raises(UserError, match="is no backup"):
        await backup(f"sqlite:///{file}", letter)
    with pytest.raises(UserError, match="is no backup"):
        await backup(f"sqlite:///{file}", tmp_path)
    with pytest.raises(UserError, match="cannot be written"):
        await backup(f"sqlite:///{file}", tmp_path / "missing" / "copy.db")
    assert letter.read_text() == "Dear diary"


async def test_a_database_that_is_not_there_is_not_made_by_copying_it(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="could not be copied"):
        await backup(f"sqlite:///{tmp_path / 'a.db'}", tmp_path / "copy.db")
    assert modes(tmp_path) == {}


async def test_a_server_is_copied_by_pg_dump(
    postgres: Postgres, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(postgres.bin))
    async with await open_store(postgres_url) as store:
        await store.add_feed(FeedSpec("https://a.example/"), origin=FeedOrigin.CLI, now=NOW)
    copy = tmp_path / "copy.dump"
    await backup(postgres_url, copy)
    await backup(postgres_url, copy)
    name = postgres.fresh()
    restored = postgres.run("pg_restore", "--dbname", name, str(copy))
    assert restored == ""
    async with await open_store(postgres.url(name), migrate=False) as saved:
        assert [feed.url for feed in await saved.feeds()] == ["https://a.example/"]


async def test_a_server_without_pg_dump_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="pg_dump, which is not installed"):
        await backup("postgresql://u:hunter2@host/db", tmp_path / "copy.dump")


async def test_the_password_stands_on_no_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spy = tmp_path / "pg_dump"
    spy.write_text(f'#!/bin/sh\necho "$* $PGPASSWORD" > "{tmp_path}/seen"\necho "broken pipe" >&2\nexit 3\n')
    spy.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StorageError, match="pg_dump could not copy the database: broken pipe"):
        await backup("postgresql://u:hunter2@host:5433/db?sslmode=require", tmp_path / "copy.dump")
    seen = (tmp_path / "seen").read_text().split()
    assert seen[-2:] == ["--dbname=postgresql://u@host:5433/db?sslmode=require", "hunter2"]
    assert not (tmp_path / "copy.dump").exists()
    assert not (tmp_path / "copy.dump.part").exists()
