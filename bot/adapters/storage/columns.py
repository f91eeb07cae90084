"""What tables are made of: their metadata, numbers, owners and lists of texts."""

import sqlalchemy as sa
from sqlalchemy.sql.schema import SchemaItem

from bot.adapters.storage.codec import (
    texts_from_plain,
)
from bot.adapters.storage.types import Json, RowId

# Constraints have names so that a later migration can change them on either database.
metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_ONE = {
    "feeds": "feed",
    "stories": "story",
    "queries": "query",
    "destinations": "destination",
    "alerts": "alert",
    "deliveries": "delivery",
}


def texts() -> Json:
    """Return the type of a column that holds a list of texts."""
    return Json(list, texts_from_plain, shared=True)


def table(name: str, *parts: SchemaItem) -> sa.Table:
    """Return a table with a number for each row."""
    # Numbers are never given twice: a button or a log line may still name a row that is gone.
    return sa.Table(
        name, metadata, sa.Column("id", RowId, primary_key=True), *parts, sqlite_autoincrement=True
    )


def owner(of: str, *, index: bool = False, nullable: bool = False, gone: str = "CASCADE") -> sa.Column[int]:
    """Return the column that names the row of another table which this one belongs to."""
    return sa.Column(
        f"{_ONE[of]}_id",
        RowId,
        sa.ForeignKey(f"{of}.id", ondelete=gone),
        nullable=nullable,
        index=index,
    )
