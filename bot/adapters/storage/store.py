"""The store as a whole, and the ways to open, migrate and copy it."""

from types import TracebackType
from typing import Self

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.alerts import Alerts
from bot.adapters.storage.database import Database
from bot.adapters.storage.deliveries import Deliveries
from bot.adapters.storage.destinations import Destinations
from bot.adapters.storage.drafts import Drafts
from bot.adapters.storage.engine import make_engine, read_url, sqlite_file
from bot.adapters.storage.entries import Entries
from bot.adapters.storage.feeds import Feeds
from bot.adapters.storage.figures import Figures
from bot.adapters.storage.forgetting import Forgetting
from bot.adapters.storage.held import Holds
from bot.adapters.storage.history import History
from bot.adapters.storage.lock import FileLock
from bot.adapters.storage.mutes import Mutes
from bot.adapters.storage.outbox import Outbox
from bot.adapters.storage.polls import Polls
from bot.adapters.storage.pruning import Pruning
from bot.adapters.storage.pushes import Pushes
from bot.adapters.storage.queries import Queries
from bot.adapters.storage.schema import require_newest, upgrade
from bot.adapters.storage.settlements import Settlements
from bot.adapters.storage.storybook import Storybook
from bot.adapters.storage.subscriptions import Subscriptions
from bot.adapters.storage.texts import Texts


class SqlStore(
    Feeds,
    Entries,
    Polls,
    Pushes,
    Destinations,
    Queries,
    Subscriptions,
    Alerts,
    Deliveries,
    Settlements,
    Outbox,
    Drafts,
    Holds,
    Figures,
    History,
    Storybook,
    Mutes,
    Pruning,
    Forgetting,
    Texts,
):
    """The ``Store`` port on SQLite or PostgreSQL; also an async context manager that closes it."""

    def __init__(self, database: Database, lock: FileLock | None = None) -> None:
        super().__init__(database)
        self._lock = lock

    async def close(self) -> None:
        """Close all connections and let others have the file."""
        await self._database.close()
        if self._lock is not None:
            self._lock.release()

    async def __aenter__(self) -> Self:
        """Return the store."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        await self.close()


async def open_store(url: str, *, exclusive: bool = False, migrate: bool = True) -> SqlStore:
    """Open the database at a URL: ``sqlite:///newsbell.db``, ``sqlite:////srv/newsbell.db``, ``postgresql://…``.

    ``exclusive`` makes this the only daemon on an SQLite file (raises DatabaseInUse); a server may be shared. An
    older schema is led to the newest where ``migrate`` is true, else SchemaTooOld is raised; a newer one raises
    SchemaTooNew. Raises StorageError where the database cannot be reached.
    """
    address = read_url(url)
    file = sqlite_file(address)
    lock = FileLock(file) if exclusive and file is not None else None
    try:
        database = Database(make_engine(address))
        await _check(database, migrate=migrate)
    except BaseException:
        if lock is not None:
            lock.release()
        raise
    return SqlStore(database, lock)


async def migrate(url: str) -> tuple[str | None, str]:
    """Lead the database to the newest schema; return (from, to), from None where it was empty."""
    database = Database(make_engine(read_url(url)))
    try:
        return await database.write(_upgrade)
    finally:
        await database.close()


async def _check(database: Database, *, migrate: bool) -> None:
    try:
        if migrate:
            await database.write(_upgrade)
        else:
            await database.read(_require_newest)
    except BaseException:
        await database.close()
        raise


async def _upgrade(connection: AsyncConnection) -> tuple[str | None, str]:
    return await connection.run_sync(upgrade)


async def _require_newest(connection: AsyncConnection) -> None:
    await connection.run_sync(require_newest)
