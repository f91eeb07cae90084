"""Keep what feeds offer for pushing, and what was agreed with their hubs."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    for name in ("hub", "topic", "push_hub", "push_problem"):
        op.add_column("feeds", sa.Column(name, sa.Text))
    for name in ("missed_at", "push_until", "push_delivered_at"):
        op.add_column("feeds", sa.Column(name, sa.BigInteger))
    op.create_table(
        "pushes",
        sa.Column("id", number, nullable=False),
        sa.Column("feed_id", number),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("hub", "topic", "token", "secret", "state")),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.BigInteger) for name in ("asked_at", "confirmed_at", "until", "delivered_at")),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("problem", sa.Text),
        sa.Column("ignored", number, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pushes"),
        sa.UniqueConstraint("token", name="uq_pushes_token"),
        sa.UniqueConstraint("feed_id", "hub", "topic", name="uq_pushes_feed_id_hub_topic"),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name="fk_pushes_feed_id", ondelete="SET NULL"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_pushes_feed_id", "pushes", ["feed_id"])
    op.create_index("ix_pushes_due_at", "pushes", ["due_at"])
