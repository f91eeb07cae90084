"""The tables, as the program of this version knows them; ``migrations`` leads every older database here.

feeds 1─n entries n─1 stories          queries 1─n subscriptions n─1 destinations
  ├─n identities                       stories 1─n alerts n─1 destinations
  ├─n known_items                      alerts 1─n deliveries 1─n attempts
  └─n pushes                           alerts 1─1 held n─1 deliveries
"""

import sqlalchemy as sa

from bot.adapters.storage.codec import (
    hints_from_plain,
    hints_to_plain,
    rhythm_from_plain,
    rhythm_to_plain,
    validators_from_plain,
    validators_to_plain,
)
from bot.adapters.storage.columns import metadata, owner, table, texts
from bot.adapters.storage.types import Json, Moment, RowId, Span, Words

feeds = table(
    "feeds",
    sa.Column("url", Words, nullable=False, unique=True),
    sa.Column("given_title", Words),
    sa.Column("found_title", Words),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("added_at", Moment, nullable=False),
    sa.Column("site", Words),
    sa.Column("language", Words),
    sa.Column("tags", texts(), nullable=False),
    sa.Column("interval", Span),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("next_poll_at", Moment, nullable=False, index=True),
    sa.Column("validators", Json(validators_to_plain, validators_from_plain, shared=True), nullable=False),
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
    sa.Column("hints", Json(hints_to_plain, hints_from_plain, shared=True)),
    sa.Column("rhythm", Json(rhythm_to_plain, rhythm_from_plain, shared=True)),
    sa.Column("next_poll_why", Words),
    sa.Column("hub", Words),
    sa.Column("topic", Words),
    sa.Column("missed_at", Moment),
    sa.Column("push_hub", Words),
    sa.Column("push_until", Moment),
    sa.Column("push_delivered_at", Moment),
    sa.Column("push_problem", Words),
    sa.Column("icon", Words),
)

# What was agreed with hubs. A row outlives its feed, for the hub is yet to be told.
pushes = table(
    "pushes",
    owner("feeds", index=True, nullable=True, gone="SET NULL"),
    sa.Column("hub", Words, nullable=False),
    sa.Column("topic", Words, nullable=False),
    sa.Column("token", sa.Text, nullable=False, unique=True),
    sa.Column("secret", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("due_at", Moment, nullable=False, index=True),
    sa.Column("asked_at", Moment),
    sa.Column("confirmed_at", Moment),
    sa.Column("until", Moment),
    sa.Column("delivered_at", Moment),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("problem", Words),
    sa.Column("ignored", RowId, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("feed_id", "hub", "topic"),
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

stories = table("stories", sa.Column("begun_at", Moment, nullable=False))

entries = table(
    "entries",
    owner("feeds"),
    owner("stories", index=True),
    sa.Column("guid", Words),
    sa.Column("title", Words, nullable=False),
    sa.Column("link", Words),
    sa.Column("link_hash", sa.LargeBinary, index=True),
    sa.Column("summary", Words, nullable=False),
    sa.Column("published_at", Moment),
    sa.Column("updated_at", Moment),
    sa.Column("authors", texts(), nullable=False),
    sa.Column("categories", texts(), nullable=False),
    sa.Column("language", Words),
    sa.Column("image", Words),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Index(None, "seen_at", "id"),
    sa.Index(None, "feed_id", "seen_at", "id"),
)

# Pages read and answers of a language model: what must not be asked for twice.
kept_texts = sa.Table(
    "kept_texts",
    metadata,
    sa.Column("key", sa.LargeBinary, primary_key=True),
    sa.Column("text", Words),
    sa.Column("reason", Words),
    sa.Column("kept_at", Moment, nullable=False, index=True),
)

queries = table(
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
