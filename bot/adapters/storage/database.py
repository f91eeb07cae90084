"""Transactions: short ones, repeated while the database is busy, with errors that tell no secrets."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from functools import partial
from typing import Any, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.adapters.storage.threads import ThreadedEngine, Work
from bot.adapters.storage.turn import Turn
from bot.errors import StorageError

T = TypeVar("T")

log = structlog.get_logger()

# Seconds between two attempts at a busy database: doubled each time, up to the last.
FIRST_PAUSE = 0.02
LONGEST_PAUSE = 2.0

# So many rows are read in less time than it takes to have a thread read them.
FEW = 50

# Seconds that a cancelled transaction has to end by itself. A server that died may never answer; SQLite always does.
_GRACE = {"postgresql": 2.0}

# SQLite's result codes for "busy" and "locked"; PostgreSQL's for serialisation failure, deadlock, lock timeout.
_SQLITE_BUSY = {5, 6}
_POSTGRES_BUSY = {"40001", "40P01", "55P03"}

# What an operator can do something about, by the same codes.
_SENTENCES = {
    8: "The database file cannot be written; check its owner and rights.",
    10: "The disk with the database reported an error; check the disk.",
    11: "The database file is damaged; restore a backup.",
    13: "The disk with the database is full; make room, then Newsbell goes on by itself.",
    14: "The database file cannot be opened; check that its folder exists and may be written.",
    26: "The file is no SQLite database; name another file, or restore a backup.",
    "28000": "The database server refused the user; check user and password in the address.",
    "28P01": "The database server refused the password; check user and password in the address.",
    "3D000": "The database does not exist on the server; create it, or correct the address.",
    "42501": "The database user may not do this; make it the owner of the database.",
    "53300": "The database server has no connection left; raise its max_connections.",
    "57P03": "The database server is starting; try again in a moment.",
}


class Database:
    """An engine and the manners to use it with.

    Work is an async function of a connection. It runs in one transaction and may run again from its beginning, so
    it must change nothing outside. A busy database is waited for without end: an outbox that gives up loses.
    """

    def __init__(self, engine: AsyncEngine | ThreadedEngine) -> None:
        self.engine = engine
        # SQLite has one writer at a time; taking turns here is cheaper and fairer than its polling.
        self._turn = Turn() if engine.dialect.name == "sqlite" else None

    async def read(self, work: Work[T]) -> T:
        """Run work that only reads."""
        return await _persist(partial(self._transaction, work))

    async def glance(self, work: Work[T], *, rows: int = 1) -> T:
        """Run a single statement that only reads this many ``rows`` at most, and finds them by their keys."""
        if rows <= FEW and isinstance(self.engine, ThreadedEngine):
            return await _persist(partial(self.engine.glance, work))
        return await self.read(work)

    async def write(self, work: Work[T], *, urgent: bool = False) -> T:
        """Run work that writes; all of it is kept or none. What is ``urgent`` goes before what waits already."""
        async with self._turn.taken(urgent=urgent) if self._turn else nullcontext():
            return await _persist(partial(self._transaction, work, writes=True))

    async def _transaction(self, work: Work[T], *, writes: bool = False) -> T:
        grace = _GRACE.get(self.engine.dialect.name)
        return await _uninterrupted(transact(self.engine, work, writes=writes), grace=grace)

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


class Part:
    """What the parts of the store share: the database."""

    def __init__(self, database: Database) -> None:
        self._database = database


async def _persist(attempt: Callable[[], Awaitable[T]]) -> T:
    pause = FIRST_PAUSE
    while True:
        try:
            return await attempt()
        except DBAPIError as error:
            if not is_busy(error):
                log.error("database_refused", kind=type(error).__name__, statement=error.statement)  # noqa: TRY400  # the driver's text may quote values
                raise readable(error) from None
        except (PoolTimeout, OSError) as error:
            raise readable(error) from error
        log.warning("database_busy", pause=pause)
        await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  # spreads attempts, guards nothing
        pause = min(pause * 2, LONGEST_PAUSE)


def transact(engine: AsyncEngine | ThreadedEngine, work: Work[T], *, writes: bool = False) -> Awaitable[T]:
    """Run work in one transaction, once; what goes wrong is the driver's own error."""
    return (
        engine.transact(work, writes=writes) if isinstance(engine, ThreadedEngine) else _begun(engine, work)
    )


async def _begun(engine: AsyncEngine, work: Work[T]) -> T:
    async with engine.begin() as connection:
        return await work(connection)


async def _uninterrupted(transaction: Awaitable[T], *, grace: float | None) -> T:
    """Await a transaction to its end even when cancelled meanwhile; the cancellation takes effect after it.

    ``grace`` is how many seconds that end may take; None waits for it, however long.

    A call to SQLite goes on in its thread when the task that waits for it is cancelled. A transaction that begins
    in this way after its connection was given back would keep the database locked for ever.
    """
    task = asyncio.ensure_future(transaction)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=grace)
        if not task.done():
            task.cancel()
            await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()) is not None:
            log.info("cancelled_write_failed", kind=type(error).__name__)
        raise


def is_busy(error: DBAPIError) -> bool:
    """Tell whether the same work can succeed a moment later."""
    code = _find(error, "sqlite_errorcode")
    if isinstance(code, int):
        return code & 0xFF in _SQLITE_BUSY
    return _find(error, "sqlstate") in _POSTGRES_BUSY


def readable(error: Exception) -> StorageError:
    """Return the error as a sentence; the driver's text is left out, for it may quote stored values."""
    code = _find(error, "sqlite_errorcode")
    key = code & 0xFF if isinstance(code, int) else _find(error, "sqlstate")
    if key in _SENTENCES:
        return StorageError(_SENTENCES[key])
    if key is not None:
        return StorageError(f"The database refused a request (code {key}).")
    if isinstance(error, OSError):
        return StorageError(f"The database cannot be reached: {error.strerror or type(error).__name__}.")
    return StorageError(f"The database cannot be used ({type(error).__name__}).")


def _find(error: BaseException | None, attribute: str) -> Any:
    # The driver's own exception lies one or two levels down, depending on the driver.
    while error is not None:
        found = getattr(error, attribute, None)
        if found is not None:
            return found
        error = getattr(error, "orig", None) or error.__cause__
    return None
