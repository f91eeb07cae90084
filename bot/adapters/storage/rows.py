"""Small tools for statements that the aggregates share."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, TypeVar
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.prepared import prepared

T = TypeVar("T")

# A statement takes at most 32,766 values on SQLite (SQLITE_MAX_VARIABLE_NUMBER) and 32,767 on PostgreSQL.
CHUNK = 1000


def chunks(items: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """Cut a sequence into pieces that fit into one statement."""
    return (items[start : start + size] for start in range(0, len(items), size))


def new_lease() -> str:
    """Return a token that nobody else holds."""
    return uuid4().hex


async def insert_unless_there(
    connection: AsyncConnection, table: sa.Table, values: dict[str, Any]
) -> int | None:
    """Insert a row and return its id; None where a unique value of it is taken."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(values).on_conflict_do_nothing().returning(table.c.id)
    return (await connection.execute(statement)).scalar_one_or_none()


async def insert_all(
    connection: AsyncConnection, table: sa.Table, rows: Sequence[dict[str, Any]]
) -> list[int]:
    """Insert rows and return their ids in the same order."""
    if not rows:
        return []
    if len(rows) == 1:
        return list((await connection.execute(_single(table, *rows[0]), rows[0])).scalars())
    return list((await connection.execute(_insertion(table), list(rows))).scalars())


@cache
def _single(table: sa.Table, *names: str) -> sa.Executable:
    row = sa.insert(table).values({name: sa.bindparam(name, type_=table.c[name].type) for name in names})
    return prepared(row.returning(table.c.id))


@cache
def _insertion(table: sa.Table) -> sa.Executable:
    return sa.insert(table).returning(table.c.id, sort_by_parameter_order=True)
