"""Statements that stay the same, as prepared statements: compiled once, then handed to SQLite as they are.

SQLAlchemy finds out anew at each execution what a statement needs, which takes several times as long as SQLite takes for
a row found by its key. Only ``ThreadedEngine`` knows of this; on PostgreSQL SQLAlchemy executes them like all others.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect, IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData

S = TypeVar("S", bound=sa.Executable)
V = TypeVar("V")

Values = Mapping[str, Any]
Parameters = Values | Sequence[Values] | None
_Process = Callable[[Any], Any] | None

_OPTION = "prepared"
_SIZES = (1, 4, 16, 64, 256, 1024)
# More than there are in one program; who opens one database after another keeps no more than these.
_KEPT = 512


def prepared(statement: S) -> S:
    """Mark a statement that is made once, and whose parameters all have names and none expands."""
    return statement.execution_options(**{_OPTION: True})


class Sized(Generic[S, V]):
    """A statement for one to a thousand values, prepared for a few sizes.

    ``make`` is given the values' parameters. A list of another length repeats its last value, which must not matter.
    """

    def __init__(self, make: Callable[[list[sa.BindParameter[V]]], S]) -> None:
        self._make = cache(lambda size: prepared(make([sa.bindparam(f"value_{n}") for n in range(size)])))

    def of(self, values: Sequence[V]) -> tuple[S, dict[str, Any]]:
        """Return the statement and the parameters for some values."""
        size = next(one for one in _SIZES if one >= len(values))
        last = len(values) - 1
        return self._make(size), {f"value_{n}": values[min(n, last)] for n in range(size)}


class Rows(IteratorResult[Any]):
    """The rows of a prepared statement, and how many it changed."""

    rowcount = -1


class Prepared:
    """A statement in SQLite's words, with what turns values into the driver's and back."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self._dialect = dialect
        self._sql = str(compiled)
        self._binds: list[tuple[str, Any, _Process]] = [
            (name, compiled.params[name], _kind(compiled.binds[name], dialect).bind_processor(dialect))
            for name in compiled.positiontup or ()
        ]
        columns = list(statement.exported_columns)
        self._metadata = SimpleResultMetaData([column.name for column in columns])
        processes = [_kind(column, dialect).result_processor(dialect, None) for column in columns]
        self._reads = [(place, process) for place, process in enumerate(processes) if process is not None]

    def run(self, driver: sqlite3.Connection, parameters: Parameters) -> Rows:
        """Execute it. Raises what SQLAlchemy would."""
        try:
            if parameters is None or isinstance(parameters, Mapping):
                cursor = driver.execute(self._sql, self._bound(parameters or {}))
            else:
                cursor = driver.executemany(self._sql, map(self._bound, parameters))
            found = cursor.fetchall()
        except sqlite3.Error as error:
            raise as_sqlalchemy(self._sql, error, self._dialect) from error
        except (ValueError, TypeError) as error:
            # A value that its column cannot take; said as SQLAlchemy says it, which shows no values either.
            raise sa.exc.StatementError(str(error), self._sql, None, error, hide_parameters=True) from error
        rows = Rows(self._metadata, map(self._read, found) if self._reads else iter(found))
        rows.rowcount = cursor.rowcount
        return rows

    def _bound(self, values: Values) -> list[Any]:
        return [
            process(values.get(name, default)) if process else values.get(name, default)
            for name, default, process in self._binds
        ]

    def _read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        values = list(row)
        for place, process in self._reads:
            values[place] = process(values[place])
        return tuple(values)


def ready(statement: sa.Executable, dialect: Dialect) -> Prepared | None:
    """Return a marked statement as it is executed, None for any other."""
    return _ready(statement, dialect) if _OPTION in statement.get_execution_options() else None


@lru_cache(_KEPT)
def _ready(statement: sa.Executable, dialect: Dialect) -> Prepared:
    return Prepared(statement, dialect)


def as_sqlalchemy(sql: str, error: sqlite3.Error, dialect: Dialect) -> Exception:
    """Return the error that SQLAlchemy would have raised in a driver's place, without any values."""
    return sa.exc.DBAPIError.instance(sql, None, error, sqlite3.Error, hide_parameters=True, dialect=dialect)


def _kind(part: Any, dialect: Dialect) -> sa.types.TypeEngine[Any]:
    kind: sa.types.TypeEngine[Any] = part.type.dialect_impl(dialect)
    return kind
