"""SQLite in threads: a transaction is a whole visit to one of them.

A statement on SQLite takes microseconds; waking a thread for each, and the event loop after it, takes many times that.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")


class ThreadedEngine:
    """What ``Database`` needs of an engine, on a blocking one."""

    def __init__(self, engine: sa.Engine, threads: ThreadPoolExecutor) -> None:
        self.sync_engine = engine
        self._threads = threads

    @property
    def dialect(self) -> sa.Dialect:
        """The dialect of the database."""
        return self.sync_engine.dialect

    def execution_options(self, **options: Any) -> "ThreadedEngine":
        """Return an engine on the same connections whose transactions carry these options."""
        return ThreadedEngine(self.sync_engine.execution_options(**options), self._threads)

    async def transact(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Run work in one transaction. It may wait for its connection alone."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._visit, work)

    async def dispose(self) -> None:
        """Close all connections."""
        self.sync_engine.dispose()
        self._threads.shutdown(wait=False)

    def _visit(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        with self.sync_engine.begin() as connection:
            # The same work serves PostgreSQL, whose connection is awaited.
            return _finished(work(cast("AsyncConnection", _Connection(connection))))


class _Connection:
    """The part of ``AsyncConnection`` that work on the store uses; nothing in it waits."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self.dialect = connection.dialect

    async def execute(self, statement: sa.Executable, parameters: Any = None) -> sa.CursorResult[Any]:
        return self._connection.execute(statement, parameters)

    async def exec_driver_sql(self, statement: str) -> sa.CursorResult[Any]:
        return self._connection.exec_driver_sql(statement)

    async def run_sync(self, work: Callable[..., T], *arguments: Any) -> T:
        return work(self._connection, *arguments)


def _finished(work: Awaitable[T]) -> T:
    steps = work.__await__()
    try:
        next(steps)
    except StopIteration as done:
        return cast("T", done.value)
    raise RuntimeError("work on SQLite must wait for nothing but its connection")
