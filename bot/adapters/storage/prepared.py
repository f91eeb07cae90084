"""Statements that stay the same, as prepared statements: compiled once, then handed to SQLite as they are.

SQLAlchemy finds out anew at each execution what a statement needs, which takes several times as long as SQLite takes for
a row found by its key. Only ``ThreadedEngine`` knows of this; on PostgreSQL SQLAlchemy executes them like all others.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

S = TypeVar("S", bound=sa.Executable)
V = TypeVar("V")

Values = Mapping[str, Any]
Parameters = Values | Sequence[Values] | None
_Process = Callable[[Any], Any] | None
_Row = tuple[Any, ...]

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
        self._make = make
        self._of_size = cache(self._prepared)

    def of(self, values: Sequence[V]) -> tuple[S, dict[str, Any]]:
        """Return the statement and the parameters for some values."""
        size = next(one for one in _SIZES if one >= len(values))
        statement, names = self._of_size(size)
        repeated = [values[-1]] * (size - len(values))
        return statement, dict(zip(names, chain(values, repeated), strict=True))

    def _prepared(self, size: int) -> tuple[S, list[str]]:
        names = [f"value_{n}" for n in range(size)]
        return prepared(self._make([sa.bindparam(name) for name in names])), names


class Rows:
    """The rows of a prepared statement: the part of ``sa.CursorResult`` that work on the store uses.

    SQLAlchemy's own makes several objects for each way to read them, which takes longer than the statement does.
    """

    __slots__ = ("_found", "_make", "_names", "rowcount")

    def __init__(
        self, found: Sequence[_Row], names: Sequence[str], make: Callable[[_Row], Any], rowcount: int = -1
    ) -> None:
        self._found = found
        self._names = names
        self._make = make
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        """Yield the rows: as tuples whose values have names, unless asked for otherwise."""
        return map(self._make, self._found)

    def all(self) -> list[Any]:
        """Return all rows."""
        return list(self)

    def first(self) -> Any:
        """Return the first row, None where there is none."""
        return self._make(self._found[0]) if self._found else None

    def one(self) -> Any:
        """Return the only row. Raises NoResultFound and MultipleResultsFound."""
        if not self._found:
            raise sa.exc.NoResultFound("No row was found when one was required")
        return self.one_or_none()

    def one_or_none(self) -> Any:
        """Return the only row, None where there is none. Raises MultipleResultsFound."""
        if len(self._found) > 1:
            raise sa.exc.MultipleResultsFound("Several rows were found when one at most was required")
        return self.first()

    def mappings(self) -> "Rows":
        """Return the rows as dictionaries."""
        names = self._names
        return Rows(self._found, names, lambda row: dict(zip(names, row, strict=True)), self.rowcount)

    def scalars(self) -> "Rows":
        """Return the first value of each row."""
        return Rows(self._found, self._names, itemgetter(0), self.rowcount)

    def scalar_one(self) -> Any:
        """Return the only row's first value. Raises as ``one``."""
        return self.scalars().one()

    def scalar_one_or_none(self) -> Any:
        """Return the only row's first value, None where there is no row. Raises as ``one_or_none``."""
        return self.scalars().one_or_none()


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
        self._names = [column.name for column in columns]
        # The names are only known here, so no NamedTuple can be written for them.
        self._row: Callable[[_Row], Any] = getattr(namedtuple("Row", self._names), "_make")  # noqa: B009, PYI024
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
        if self._reads:
            found = [self._read(row) for row in found]
        return Rows(found, self._names, self._row, cursor.rowcount)

    def _bound(self, values: Values) -> list[Any]:
        return [
            process(values.get(name, default)) if process else values.get(name, default)
            for name, default, process in self._binds
        ]

    def _read(self, row: _Row) -> _Row:
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
