"""A consistent copy of a database that is in use."""

import asyncio
import os
import shutil
import sqlite3
from pathlib import Path

from sqlalchemy.engine import URL

from bot.adapters.storage.engine import read_url, sqlite_file
from bot.errors import StorageError, UserError

_MAGIC = {"sqlite": b"SQLite format 3\x00", "postgresql": b"PGDMP"}

_DUMP_NEEDED = (
    "A PostgreSQL database is copied by pg_dump, which is not installed here; install PostgreSQL's client programs, "
    "or run pg_dump on the server."
)


async def backup(url: str, path: Path) -> None:
    """Copy the database into a file; writers go on meanwhile.

    SQLite gives a database file, PostgreSQL an archive for ``pg_restore``. The file appears when it is complete and
    takes the place of an older backup; it can be read by its owner only. Raises UserError with what to do instead.
    """
    address = read_url(url)
    source = sqlite_file(address)
    _refuse_to_overwrite(path, source, _MAGIC[address.get_backend_name()])
    part = path.with_name(f"{path.name}.part")
    try:
        _make_private(part)
        if source is None:
            await _dump(address, part)
        else:
            await asyncio.to_thread(_copy, source, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _refuse_to_overwrite(path: Path, source: Path | None, magic: bytes) -> None:
    if not path.exists():
        return
    if source is not None and source.exists() and path.samefile(source):
        raise UserError(f"{path} is the database itself; name another file for its copy.")
    if not path.is_file() or (path.stat().st_size and path.read_bytes()[: len(magic)] != magic):
        raise UserError(f"{path} exists and is no backup; name another file.")


def _make_private(part: Path) -> None:
    part.unlink(missing_ok=True)
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise UserError(f"{part} cannot be written: {error.strerror}.") from error


def _copy(source: Path, part: Path) -> None:
    # In WAL mode this reads one moment of the database while others write on.
    try:
        connection = sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=30)
        try:
            connection.execute("VACUUM INTO ?", (str(part),))
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise StorageError(f"The database {source} could not be copied: {error}.") from error
    with part.open("rb") as file:
        os.fsync(file.fileno())


async def _dump(address: URL, part: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise UserError(_DUMP_NEEDED)
    # The password goes by the environment: every user of the machine may read a command line.
    secret = {} if address.password is None else {"PGPASSWORD": str(address.password)}
    # URL.set would keep a password that is set to None.
    shown = URL.create(
        "postgresql", address.username, None, address.host, address.port, address.database, address.query
    )
    process = await asyncio.create_subprocess_exec(
        program,
        "--format=custom",
        f"--file={part}",
        f"--dbname={shown.render_as_string(hide_password=False)}",
        env={**os.environ, **secret},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await process.communicate()
    except BaseException:
        process.kill()
        raise
    if process.returncode:
        lines = said.decode("utf-8", "replace").strip().splitlines() or ["it gave no reason"]
        raise StorageError(f"pg_dump could not copy the database: {lines[-1]}")
