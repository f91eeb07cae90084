"""SQLite in threads: a transaction is a whole visit to one of them, a glance at a few rows none at all.

A statement on SQLite takes microseconds; waking a thread for each, and the event loop after it, takes many times that.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.prepared import as_sqlalchemy, ready

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]

_IN_A_ROW = 8


class ThreadedEngine:
    """What ``Database`` needs of an engine, on a blocking one."""

    def __init__(self, engine: sa.Engine, threads: ThreadPoolExecutor) -> None:
        self.sync_engine = engine
        self._threads = threads
        # Taking a connection from the engine's pool and giving it back costs more than most transactions do. A write
        # empties the page caches of all connections but its own: the last one used is the one to use again.
        self._idle: list[_Connection] = []
        self._glances = 0

    @property
    def dialect(self) -> sa.Dialect:
        """The dialect of the database."""
        return self.sync_engine.dialect

    def transact(self, work: Work[T], *, writes: bool) -> asyncio.Future[T]:
        """Run work in one transaction. It may wait for its connection alone."""
        # A transaction that reads first and writes later cannot wait for another writer, SQLite refuses it at once; one
        # that asks for the right to write at its beginning waits.
        begin = "BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED"
        return asyncio.get_running_loop().run_in_executor(self._threads, self._visit, work, begin)

    async def glance(self, work: Work[T]) -> T:
        """Run work of a single statement that reads a few rows by their keys, here and now.

        It is sooner done than handed to a thread, and needs no transaction around it.
        """
        # Who reads again and again keeps nobody from going on for long.
        self._glances += 1
        if not self._glances % _IN_A_ROW:
            await asyncio.sleep(0)
        # Nothing is begun and so nothing is ended: to SQLite each statement is a transaction of its own.
        return self._visit(work, None)

    async def dispose(self) -> None:
        """Close all connections."""
        await asyncio.get_running_loop().run_in_executor(None, self._threads.shutdown)
        for connection in self._idle:
            connection.close()
        self.sync_engine.dispose()

    def _visit(self, work: Work[T], begin: str | None) -> T:
        connection = self._lent()
        try:
            if begin is not None:
                connection.say(begin)
            # The same work serves PostgreSQL, whose connection is awaited.
            result = _finished(work(cast("AsyncConnection", connection)))
            if begin is not None:
                connection.commit()
        except BaseException:
            connection.close()  # which takes back what was not committed
            raise
        self._idle.append(connection)
        return result

    def _lent(self) -> "_Connection":
        # Between a look and a taking the other thread may take the last one.
        try:
            return self._idle.pop()
        except IndexError:
            return _Connection(self.sync_engine.connect())


class _Connection:
    """The part of ``AsyncConnection`` that work on the store uses; nothing in it waits."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._driver: Any = connection.connection.driver_connection
        self.dialect = connection.dialect

    def say(self, command: str) -> None:
        try:
            self._driver.execute(command)
        except sqlite3.Error as error:
            raise as_sqlalchemy(command, error, self.dialect) from error

    def commit(self) -> None:
        # SQLAlchemy holds its own view of what has begun, from the first statement on that it executes itself.
        if self._connection.in_transaction():
            self._connection.commit()
        else:
            self.say("COMMIT")

    def close(self) -> None:
        self._connection.close()

    async def execute(self, statement: sa.Executable, parameters: Any = None) -> sa.Result[Any]:
        simple = ready(statement, self.dialect)
        if simple is not None:
            return cast("sa.Result[Any]", simple.run(self._driver, parameters))
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
