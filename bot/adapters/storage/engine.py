"""From a database URL to an engine that keeps Newsbell's promises on it."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.adapters.storage.threads import ThreadedEngine
from bot.errors import StorageError

# SQLite itself waits this long inside one call; the rest of the patience is in database.py, where it can be
# cancelled. A thread that waits inside SQLite would hold up the end of the program.
BUSY_TIMEOUT_MS = 1000

# Readers that work at the same time; writers take turns anyway.
SQLITE_CONNECTIONS = 4
POSTGRES_CONNECTIONS = 10

_ASK = "write sqlite:///newsbell.db or postgresql://user:password@host/database"

# Parameters of a libpq address that are understood; the driver has other names for them.
_SERVER_PARAMETERS = {"host", "port", "sslmode", "application_name", "connect_timeout"}

# Texts of errors and logs must not carry values: they hold webhook tokens and private chats.
_HIDE = True

# Seconds until a server that does not answer counts as unreachable.
_CONNECT_TIMEOUT = 10
_ANSWER_TIMEOUT = 300


def read_url(url: str) -> URL:
    """Return the URL with the driver that serves it. Raises StorageError with what to write instead."""
    try:
        given = make_url(url.strip())
    except (ArgumentError, ValueError):
        raise StorageError(f"The database address cannot be read; {_ASK}.") from None
    match given.get_backend_name():
        case "sqlite":
            return _sqlite_url(given)
        case "postgresql" | "postgres":
            return _postgres_url(given)
        case other:
            raise StorageError(f"Newsbell does not store in '{other}'; {_ASK}.")


def sqlite_file(url: URL) -> Path | None:
    """Return the file of an SQLite address, None for a server."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def make_engine(url: URL) -> AsyncEngine | ThreadedEngine:
    """Return an engine that connects on first use."""
    file = sqlite_file(url)
    return _postgres_engine(url) if file is None else _sqlite_engine(url, file)


def _sqlite_url(given: URL) -> URL:
    if not given.database or given.database == ":memory:":
        raise StorageError("A database in memory would be lost at the end; write sqlite:///newsbell.db.")
    return given.set(drivername="sqlite+pysqlite")


def _postgres_url(given: URL) -> URL:
    unknown = sorted(set(given.query) - _SERVER_PARAMETERS)
    if unknown:
        raise StorageError(
            f"The database address has a parameter that is not known here: {', '.join(unknown)}."
        )
    return given.set(drivername="postgresql+asyncpg")


def _sqlite_engine(url: URL, file: Path) -> ThreadedEngine:
    _make_private(file)
    engine = sa.create_engine(
        url,
        poolclass=sa.NullPool,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000},
        hide_parameters=_HIDE,
    )
    sa.event.listen(engine, "connect", _prepare)
    return ThreadedEngine(engine, ThreadPoolExecutor(SQLITE_CONNECTIONS, thread_name_prefix="sqlite"))


def _postgres_engine(url: URL) -> AsyncEngine:
    asked = dict(url.query)
    options = {
        "timeout": float(str(asked.pop("connect_timeout", _CONNECT_TIMEOUT))),
        "command_timeout": _ANSWER_TIMEOUT,
        "server_settings": {"application_name": str(asked.pop("application_name", "newsbell"))},
        "ssl": asked.pop("sslmode", "prefer"),
    }
    pool = {"pool_size": POSTGRES_CONNECTIONS, "max_overflow": 0, "pool_pre_ping": True}
    try:
        return create_async_engine(url.set(query=asked), connect_args=options, hide_parameters=_HIDE, **pool)
    except ModuleNotFoundError:
        raise StorageError("PostgreSQL needs one more package: pip install 'newsbell[postgres]'.") from None


def _make_private(file: Path) -> None:
    # SQLite gives its side files the rights of the main file; only its owner may read tokens and chats.
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StorageError(f"The database file {file} cannot be opened: {error.strerror}.") from error


def _prepare(connection: Any, record: Any) -> None:
    """Set up a new SQLite connection.

    ``synchronous`` is FULL and not the NORMAL that WAL would allow: with NORMAL a power cut takes back the last
    commits, so that an alert already sent would be sent again and a subscription already confirmed be gone. It
    costs one flush to disk a commit, a few dozen a second at most.
    """
    del record
    # The driver must not begin transactions by itself: ThreadedEngine says which kind.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
