"""Opening the database: beside a daemon, or as the daemon itself."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import structlog

from bot.adapters.feeds.opml import read as read_opml
from bot.adapters.storage.engine import read_url, sqlite_file
from bot.adapters.storage.lock import FileLock
from bot.adapters.storage.store import SqlStore, migrate, open_store
from bot.clock import SystemClock
from bot.model.feed import FeedOrigin
from bot.ports import Clock
from bot.settings.settings import Settings
from bot.starters import seeds
from bot.stores.store import FeedStore

_log = structlog.get_logger()


@asynccontextmanager
async def opened(settings: Settings, *, starters: bool = True) -> AsyncIterator[SqlStore]:
    """Open the database beside a daemon that may be running; close it in the end.

    A file that is not there yet is made. A schema that is older than the program is left to ``migrate`` and
    ``start``, for a running daemon may still use it: SchemaTooOld.
    """
    url = settings.database.get_secret_value()
    if _is_missing(url):
        await migrate(url)
        await _begin(url, settings, SystemClock(), starters=starters)
    async with await open_store(url, migrate=False) as store:
        yield store


@asynccontextmanager
async def opened_alone(settings: Settings, *, clock: Clock) -> AsyncIterator[SqlStore]:
    """Open the database for a daemon: schema led to the newest, an SQLite file locked against a second daemon."""
    url = settings.database.get_secret_value()
    # The lock comes first: a second daemon must not touch the schema under the first.
    with _locked(url):
        found, newest = await migrate(url)
        if found is None:
            await _begin(url, settings, clock, starters=True)
        elif found != newest:
            _log.info("database_migrated", schema=newest)
        async with await open_store(url, migrate=False) as store:
            yield store


def is_shared(settings: Settings) -> bool:
    """Tell whether several daemons may work on the database at once."""
    return sqlite_file(read_url(settings.database.get_secret_value())) is None


def _is_missing(url: str) -> bool:
    file = sqlite_file(read_url(url))
    return file is not None and not (file.exists() and file.stat().st_size)


@contextmanager
def _locked(url: str) -> Iterator[None]:
    file = sqlite_file(read_url(url))
    lock = FileLock(file) if file else None
    try:
        yield
    finally:
        if lock:
            lock.release()


async def _begin(url: str, settings: Settings, clock: Clock, *, starters: bool) -> None:
    """Fill a database that was just made: without feeds in the configuration it begins with the starter feeds."""
    if not starters or settings.feeds:
        return
    async with await open_store(url, migrate=False) as store:
        await add_starters(store, clock)


async def add_starters(store: FeedStore, clock: Clock) -> None:
    """Add the feeds that a new installation begins with."""
    specs = read_opml((seeds() / "feeds.opml").read_bytes())
    for spec in specs:
        await store.add_feed(spec, origin=FeedOrigin.STARTER, now=clock.now())
    _log.info("starter_feeds_added", feeds=len(specs))
