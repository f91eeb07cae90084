"""The tables of what goes out: destinations, subscriptions, alerts, deliveries; ``tables`` draws all."""

import sqlalchemy as sa

from bot.adapters.storage.codec import (
    matches_from_plain,
    matches_to_plain,
    message_from_plain,
    message_to_plain,
    settings_from_plain,
    settings_to_plain,
)
from bot.adapters.storage.columns import metadata, owner, table, texts
from bot.adapters.storage.types import Json, Moment, RowId, Words

destinations = table(
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
    sa.Column("off_at", Moment),
    sa.Column("settings", Json(settings_to_plain, settings_from_plain)),
    sa.Column("created_at", Moment, nullable=False),
    # The name (@channel, in lower case) that the chat behind the number goes by.
    sa.Column("alias", sa.Text, index=True),
    sa.UniqueConstraint("platform", "chat", "thread", "secret"),
)

# Where the rows of a destination went that was merged into another, for work begun before.
relocations = sa.Table(
    "relocations",
    metadata,
    sa.Column("old_id", RowId, primary_key=True, autoincrement=False),
    sa.Column("new_id", RowId, sa.ForeignKey("destinations.id", ondelete="CASCADE"), nullable=False),
)

subscriptions = table(
    "subscriptions",
    owner("destinations"),
    owner("queries", index=True, gone="RESTRICT"),
    sa.Column("text", Words, nullable=False),
    sa.Column("cadence", sa.Text, nullable=False),
    sa.Column("feeds", texts(), nullable=False),
    sa.Column("mentions", texts(), nullable=False),
    sa.Column("priority", sa.Text, nullable=False, server_default="normal"),
    sa.Column("draft", sa.Text),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("destination_id", "query_id"),
)

# The entry's number is no foreign key, and its title and link stand here again: an alert outlives its entry.
alerts = table(
    "alerts",
    owner("destinations"),
    owner("stories", index=True, gone="RESTRICT"),
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
OPEN = "delivery_id IS NULL"
AIMED = "target_id IS NOT NULL"

deliveries = table(
    "deliveries",
    owner("destinations"),
    owner("alerts", index=True, nullable=True, gone="SET NULL"),
    sa.Column("nonce", sa.Text, nullable=False, unique=True),
    sa.Column("message", Json(message_to_plain, message_from_plain), nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("waiting", sa.Boolean, sa.Computed("status IN ('pending', 'sending')", persisted=True)),
    sa.Column("rank", sa.Integer, nullable=False, server_default="1"),
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
    sa.Column("kind", sa.Text, nullable=False, server_default="send"),
    # No foreign key: a target may be pruned before what is about it, which then says so.
    sa.Column("target_id", RowId),
    sa.Column("uncertain_at", Moment),
    sa.Index(
        "ix_deliveries_target", "target_id", sqlite_where=sa.text(AIMED), postgresql_where=sa.text(AIMED)
    ),
    sa.Index(None, "status", "id"),
    sa.Index("ix_deliveries_recent", "destination_id", "created_at"),
    sa.Index(
        "ix_deliveries_waiting",
        "destination_id",
        "rank",
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

# What waits for a digest, and what a digest took: the row stays to tell so, and to keep the nonce from being used again.
held = table(
    "held",
    owner("destinations", index=True),
    owner("alerts"),
    owner("deliveries", index=True, nullable=True),
    sa.Column("nonce", sa.Text, nullable=False, unique=True),
    sa.Column("message", Json(message_to_plain, message_from_plain), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("published_at", Moment),
    sa.UniqueConstraint("alert_id"),
    sa.Index("ix_held_due", "due_at", sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN)),
)

attempts = table(
    "attempts",
    owner("deliveries", index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("detail", Words, nullable=False),
)

decisions = table(
    "decisions",
    sa.Column("entry_id", RowId, nullable=False, index=True),
    sa.Column("subscription_id", RowId, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("detail", Words, nullable=False),
    sa.Column("created_at", Moment, nullable=False, index=True),
)

# A mute names a feed or a story.
mutes = table(
    "mutes",
    owner("destinations", index=True),
    owner("feeds", index=True, nullable=True),
    owner("stories", index=True, nullable=True),
    sa.Column("title", Words, nullable=False),
    sa.Column("until", Moment, nullable=False),
)
