"""Make the first tables: feeds and entries, queries and subscriptions, the outbox."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NUMBER = sa.BigInteger()
NEEDED: dict[str, Any] = {"nullable": False}


def upgrade() -> None:
    _feeds()
    _entries()
    _queries()
    _destinations()
    _subscriptions()
    _alerts()
    _deliveries()
    _afterwards()


def _table(name: str, *parts: sa.Column[Any] | sa.Constraint) -> None:
    op.create_table(
        name,
        sa.Column("id", ROW, **NEEDED),
        *parts,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sqlite_autoincrement=True,
    )


def _belongs(name: str, column: str, owner: str, gone: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{owner}.id"], name=f"fk_{name}_{column}", ondelete=gone)


def _index(table: str, *columns: str, **options: Any) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns), **options)


def _feeds() -> None:
    _table(
        "feeds",
        sa.Column("url", sa.Text, **NEEDED),
        sa.Column("given_title", sa.Text),
        sa.Column("found_title", sa.Text),
        sa.Column("origin", sa.Text, **NEEDED),
        sa.Column("added_at", NUMBER, **NEEDED),
        sa.Column("site", sa.Text),
        sa.Column("language", sa.Text),
        sa.Column("tags", sa.Text, **NEEDED),
        sa.Column("interval", NUMBER),
        sa.Column("enabled", sa.Boolean, **NEEDED),
        sa.Column("next_poll_at", NUMBER, **NEEDED),
        sa.Column("validators", sa.Text, **NEEDED),
        sa.Column("body_hash", sa.Text),
        sa.Column("polled_at", NUMBER),
        sa.Column("succeeded_at", NUMBER),
        sa.Column("changed_at", NUMBER),
        sa.Column("seeded_at", NUMBER),
        sa.Column("failures", sa.Integer, **NEEDED),
        sa.Column("failure", sa.Text),
        sa.Column("gone", sa.Boolean, **NEEDED),
        sa.Column("moved_to", sa.Text),
        sa.Column("moved_polls", sa.Integer, **NEEDED),
        sa.Column("moved_since", NUMBER),
        sa.Column("listed_at", NUMBER),
        sa.Column("lease", sa.Text),
        sa.Column("lease_until", NUMBER),
        sa.UniqueConstraint("url", name="uq_feeds_url"),
    )
    _index("feeds", "next_poll_at")


def _entries() -> None:
    op.create_table(
        "identities",
        sa.Column("feed_id", ROW, **NEEDED),
        sa.Column("hash", sa.LargeBinary, **NEEDED),
        sa.Column("seen_at", NUMBER, **NEEDED),
        sa.PrimaryKeyConstraint("feed_id", "hash", name="pk_identities"),
        _belongs("identities", "feed_id", "feeds"),
        sqlite_with_rowid=False,
    )
    _table("stories", sa.Column("begun_at", NUMBER, **NEEDED))
    _table(
        "entries",
        sa.Column("feed_id", ROW, **NEEDED),
        sa.Column("story_id", ROW, **NEEDED),
        sa.Column("guid", sa.Text),
        sa.Column("title", sa.Text, **NEEDED),
        sa.Column("link", sa.Text),
        sa.Column("summary", sa.Text, **NEEDED),
        sa.Column("published_at", NUMBER),
        sa.Column("updated_at", NUMBER),
        sa.Column("authors", sa.Text, **NEEDED),
        sa.Column("categories", sa.Text, **NEEDED),
        sa.Column("language", sa.Text),
        sa.Column("image", sa.Text),
        sa.Column("seen_at", NUMBER, **NEEDED),
        _belongs("entries", "feed_id", "feeds"),
        _belongs("entries", "story_id", "stories"),
    )
    _index("entries", "story_id")
    _index("entries", "seen_at", "id")
    _index("entries", "feed_id", "seen_at", "id")


def _queries() -> None:
    _table(
        "queries",
        sa.Column("canonical", sa.Text, **NEEDED),
        sa.Column("text", sa.Text, **NEEDED),
        sa.Column("live", sa.Boolean, **NEEDED),
        sa.Column("revision", ROW, **NEEDED),
        sa.UniqueConstraint("canonical", name="uq_queries_canonical"),
    )
    _index("queries", "revision")
    revisions = op.create_table(
        "revisions",
        sa.Column("id", ROW, autoincrement=False, **NEEDED),
        sa.Column("value", ROW, **NEEDED),
        sa.PrimaryKeyConstraint("id", name="pk_revisions"),
    )
    op.bulk_insert(revisions, [{"id": 1, "value": 0}])


def _destinations() -> None:
    _table(
        "destinations",
        sa.Column("platform", sa.Text, **NEEDED),
        sa.Column("chat", sa.Text, **NEEDED),
        sa.Column("thread", sa.Text, **NEEDED),
        sa.Column("secret", sa.Text, **NEEDED),
        sa.Column("title", sa.Text, **NEEDED),
        sa.Column("language", sa.Text, **NEEDED),
        sa.Column("timezone", sa.Text, **NEEDED),
        sa.Column("state", sa.Text, **NEEDED),
        sa.Column("reason", sa.Text),
        sa.Column("not_before", NUMBER),
        sa.Column("created_at", NUMBER, **NEEDED),
        sa.UniqueConstraint(
            "platform", "chat", "thread", "secret", name="uq_destinations_platform_chat_thread_secret"
        ),
    )
    op.create_table(
        "relocations",
        sa.Column("old_id", ROW, autoincrement=False, **NEEDED),
        sa.Column("new_id", ROW, **NEEDED),
        sa.PrimaryKeyConstraint("old_id", name="pk_relocations"),
        _belongs("relocations", "new_id", "destinations"),
    )


def _subscriptions() -> None:
    _table(
        "subscriptions",
        sa.Column("destination_id", ROW, **NEEDED),
        sa.Column("query_id", ROW, **NEEDED),
        sa.Column("text", sa.Text, **NEEDED),
        sa.Column("cadence", sa.Text, **NEEDED),
        sa.Column("feeds", sa.Text, **NEEDED),
        sa.Column("mentions", sa.Text, **NEEDED),
        sa.Column("origin", sa.Text, **NEEDED),
        sa.Column("created_at", NUMBER, **NEEDED),
        _belongs("subscriptions", "destination_id", "destinations"),
        _belongs("subscriptions", "query_id", "queries", gone="RESTRICT"),
        sa.UniqueConstraint("destination_id", "query_id", name="uq_subscriptions_destination_id_query_id"),
    )
    _index("subscriptions", "query_id")


def _alerts() -> None:
    _table(
        "alerts",
        sa.Column("destination_id", ROW, **NEEDED),
        sa.Column("story_id", ROW, **NEEDED),
        sa.Column("entry_id", ROW, **NEEDED),
        sa.Column("title", sa.Text, **NEEDED),
        sa.Column("link", sa.Text),
        sa.Column("source", sa.Text, **NEEDED),
        sa.Column("matches", sa.Text, **NEEDED),
        sa.Column("created_at", NUMBER, **NEEDED),
        _belongs("alerts", "destination_id", "destinations"),
        _belongs("alerts", "story_id", "stories", gone="RESTRICT"),
        sa.UniqueConstraint("destination_id", "story_id", name="uq_alerts_destination_id_story_id"),
    )
    _index("alerts", "story_id")
    _index("alerts", "entry_id")


def _deliveries() -> None:
    _table(
        "deliveries",
        sa.Column("destination_id", ROW, **NEEDED),
        sa.Column("alert_id", ROW),
        sa.Column("nonce", sa.Text, **NEEDED),
        sa.Column("message", sa.Text, **NEEDED),
        sa.Column("status", sa.Text, **NEEDED),
        sa.Column("waiting", sa.Boolean, sa.Computed("status IN ('pending', 'sending')", persisted=True)),
        sa.Column("due_at", NUMBER, **NEEDED),
        sa.Column("created_at", NUMBER, **NEEDED),
        sa.Column("attempts", sa.Integer, **NEEDED),
        sa.Column("lease", sa.Text),
        sa.Column("lease_until", NUMBER),
        sa.Column("published_at", NUMBER),
        sa.Column("seen_at", NUMBER),
        sa.Column("sent_at", NUMBER),
        sa.Column("platform_message_id", sa.Text),
        sa.Column("error", sa.Text),
        _belongs("deliveries", "destination_id", "destinations"),
        _belongs("deliveries", "alert_id", "alerts", gone="SET NULL"),
        sa.UniqueConstraint("nonce", name="uq_deliveries_nonce"),
    )
    for columns in (["alert_id"], ["destination_id"], ["sent_at"], ["status", "id"]):
        _index("deliveries", *columns)
    _partial("waiting", "waiting", "destination_id", "due_at", "id")
    _partial("leased", "status = 'sending'", "destination_id", "lease_until")


def _partial(name: str, condition: str, *columns: str) -> None:
    where = sa.text(condition)
    op.create_index(
        f"ix_deliveries_{name}", "deliveries", list(columns), sqlite_where=where, postgresql_where=where
    )


def _afterwards() -> None:
    _table(
        "attempts",
        sa.Column("delivery_id", ROW, **NEEDED),
        sa.Column("at", NUMBER, **NEEDED),
        sa.Column("outcome", sa.Text, **NEEDED),
        sa.Column("detail", sa.Text, **NEEDED),
        _belongs("attempts", "delivery_id", "deliveries"),
    )
    _index("attempts", "delivery_id")
    _table(
        "decisions",
        sa.Column("entry_id", ROW, **NEEDED),
        sa.Column("subscription_id", ROW, **NEEDED),
        sa.Column("verdict", sa.Text, **NEEDED),
        sa.Column("detail", sa.Text, **NEEDED),
        sa.Column("created_at", NUMBER, **NEEDED),
    )
    _index("decisions", "entry_id")
    _index("decisions", "created_at")
