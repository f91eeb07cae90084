"""The tables, as the program of this version knows them; ``migrations`` leads every older database here.

feeds 1─n entries n─1 stories          queries 1─n subscriptions n─1 destinations
  ├─n identities                       stories 1─n alerts n─1 destinations
  └─n known_items                      alerts 1─n deliveries 1─n attempts
"""

import sqlalchemy as sa
from sqlalchemy.sql.schema import SchemaItem

from bot.adapters.storage.codec import (
    hints_from_plain,
    hints_to_plain,
    matches_from_plain,
    matches_to_plain,
    message_from_plain,
    message_to_plain,
    rhythm_from_plain,
    rhythm_to_plain,
    texts_from_plain,
    validators_from_plain,
    validators_to_plain,
)
from bot.adapters.storage.types import Json, Moment, RowId, Span, Words

# Constraints have names so that a later migration can change them on either database.
metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _texts() -> Json:
    return Json(list, texts_from_plain)


def _table(name: str, *parts: SchemaItem) -> sa.Table:
    # Numbers are never given twice: a button or a log line may still name a row that is gone.
    return sa.Table(
        name, metadata, sa.Column("id", RowId, primary_key=True), *parts, sqlite_autoincrement=True
    )


def _owner(
    table: str, *, index: bool = False, nullable: bool = False, gone: str = "CASCADE"
) -> sa.Column[int]:
    return sa.Column(
        f"{_ONE[table]}_id",
        RowId,
        sa.ForeignKey(f"{table}.id", ondelete=gone),
        nullable=nullable,
        index=index,
    )


_ONE = {
    "feeds": "feed",
    "stories": "story",
    "queries": "query",
    "destinations": "destination",
    "alerts": "alert",
    "deliveries": "delivery",
}

feeds = _table(
    "feeds",
    sa.Column("url", Words, nullable=False, unique=True),
    sa.Column("given_title", Words),
    sa.Column("found_title", Words),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("added_at", Moment, nullable=False),
    sa.Column("site", Words),
    sa.Column("language", Words),
    sa.Column("tags", _texts(), nullable=False),
    sa.Column("interval", Span),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("next_poll_at", Moment, nullable=False, index=True),
    sa.Column("validators", Json(validators_to_plain, validators_from_plain), nullable=False),
    sa.Column("body_hash", Words),
    sa.Column("polled_at", Moment),
    sa.Column("succeeded_at", Moment),
    sa.Column("changed_at", Moment),
    sa.Column("seeded_at", Moment),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("failure", Words),
    sa.Column("gone", sa.Boolean, nullable=False),
    sa.Column("moved_to", Words),
    sa.Column("moved_polls", sa.Integer, nullable=False),
    sa.Column("moved_since", Moment),
    sa.Column("listed_at", Moment),
    sa.Column("lease", sa.Text),
    sa.Column("lease_until", Moment),
    sa.Column("hints", Json(hints_to_plain, hints_from_plain)),
    sa.Column("rhythm", Json(rhythm_to_plain, rhythm_from_plain)),
    sa.Column("next_poll_why", Words),
)

# Identities outlive the entries they stand for, so that nothing old comes back as new.
identities = sa.Table(
    "identities",
    metadata,
    sa.Column("feed_id", RowId, sa.ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("hash", sa.LargeBinary, primary_key=True),
    sa.Column("seen_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

# Apart from the feed's row, which every poll rewrites: this changes with the document alone.
known_items = sa.Table(
    "known_items",
    metadata,
    sa.Column("feed_id", RowId, sa.ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("digests", sa.LargeBinary, nullable=False),
    sa.Column("whole_at", Moment, nullable=False),
)

stories = _table("stories", sa.Column("begun_at", Moment, nullable=False))

entries = _table(
    "entries",
    _owner("feeds"),
    _owner("stories", index=True),
    sa.Column("guid", Words),
    sa.Column("title", Words, nullable=False),
    sa.Column("link", Words),
    sa.Column("summary", Words, nullable=False),
    sa.Column("published_at", Moment),
    sa.Column("updated_at", Moment),
    sa.Column("authors", _texts(), nullable=False),
    sa.Column("categories", _texts(), nullable=False),
    sa.Column("language", Words),
    sa.Column("image", Words),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Index(None, "seen_at", "id"),
    sa.Index(None, "feed_id", "seen_at", "id"),
)

queries = _table(
    "queries",
    sa.Column("canonical", Words, nullable=False, unique=True),
    sa.Column("text", Words, nullable=False),
    sa.Column("live", sa.Boolean, nullable=False),
    sa.Column("revision", RowId, nullable=False, index=True),
)

# One row. Whoever raises it holds it until commit, so revisions become visible in their own order.
revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("id", RowId, primary_key=True, autoincrement=False),
    sa.Column("value", RowId, nullable=False),
)

destinations = _table(
    "destinations",
    sa.Column("platform", sa.Text, nullable=False),
    sa.Column("chat", sa.Text, nullable=False),
    sa.Column("thread", sa.Text, nullable=False),
    sa.Column("secret", sa.Text, nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", Words),
    sa.Column("not_before", Moment),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("platform", "chat", "thread", "secret"),
)

# Where the rows of a destination went that was merged into another, for work begun before.
relocations = sa.Table(
    "relocations",
    metadata,
    sa.Column("old_id", RowId, primary_key=True, autoincrement=False),
    sa.Column("new_id", RowId, sa.ForeignKey("destinations.id", ondelete="CASCADE"), nullable=False),
)

subscriptions = _table(
    "subscriptions",
    _owner("destinations"),
    _owner("queries", index=True, gone="RESTRICT"),
    sa.Column("text", Words, nullable=False),
    sa.Column("cadence", sa.Text, nullable=False),
    sa.Column("feeds", _texts(), nullable=False),
    sa.Column("mentions", _texts(), nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("destination_id", "query_id"),
)

# The entry's number is no foreign key, and its title and link stand here again: an alert outlives its entry.
alerts = _table(
    "alerts",
    _owner("destinations"),
    _owner("stories", index=True, gone="RESTRICT"),
    sa.Column("entry_id", RowId, nullable=False, index=True),
    sa.Column("title", Words, nullable=False),
    sa.Column("link", Words),
    sa.Column("source", Words, nullable=False),
    sa.Column("matches", Json(matches_to_plain, matches_from_plain), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("destination_id", "story_id"),
)

# Conditions of partial indexes. They are written out in queries, not bound: a database uses such an index only where
# it can read the condition. The first has a column of its own, or SQLite would prefer the index on the status.
WAITING = "waiting"
LEASED = "status = 'sending'"

deliveries = _table(
    "deliveries",
    _owner("destinations"),
    _owner("alerts", index=True, nullable=True, gone="SET NULL"),
    sa.Column("nonce", sa.Text, nullable=False, unique=True),
    sa.Column("message", Json(message_to_plain, message_from_plain), nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("waiting", sa.Boolean, sa.Computed("status IN ('pending', 'sending')", persisted=True)),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("lease", sa.Text),
    sa.Column("lease_until", Moment),
    sa.Column("published_at", Moment),
    sa.Column("seen_at", Moment),
    sa.Column("sent_at", Moment, index=True),
    sa.Column("platform_message_id", sa.Text),
    sa.Column("error", Words),
    sa.Index(None, "status", "id"),
    sa.Index(None, "destination_id"),
    sa.Index(
        "ix_deliveries_waiting",
        "destination_id",
        "due_at",
        "id",
        sqlite_where=sa.text(WAITING),
        postgresql_where=sa.text(WAITING),
    ),
    sa.Index(
        "ix_deliveries_leased",
        "destination_id",
        "lease_until",
        sqlite_where=sa.text(LEASED),
        postgresql_where=sa.text(LEASED),
    ),
)

attempts = _table(
    "attempts",
    _owner("deliveries", index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("detail", Words, nullable=False),
)

decisions = _table(
    "decisions",
    sa.Column("entry_id", RowId, nullable=False, index=True),
    sa.Column("subscription_id", RowId, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("detail", Words, nullable=False),
    sa.Column("created_at", Moment, nullable=False, index=True),
)
