"""Let places mute feeds and stories, find entries by their link, and remember since when a place is off."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("entries", sa.Column("link_hash", sa.LargeBinary))
    op.create_index("ix_entries_link_hash", "entries", ["link_hash"])
    op.add_column("destinations", sa.Column("off_at", sa.BigInteger))
    op.create_table(
        "mutes",
        sa.Column("id", number, nullable=False),
        sa.Column("destination_id", number, nullable=False),
        sa.Column("feed_id", number),
        sa.Column("story_id", number),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mutes"),
        *(
            sa.ForeignKeyConstraint(
                [f"{one}_id"], [f"{many}.id"], name=f"fk_mutes_{one}_id", ondelete="CASCADE"
            )
            for one, many in (("destination", "destinations"), ("feed", "feeds"), ("story", "stories"))
        ),
        sqlite_autoincrement=True,
    )
    for column in ("destination_id", "feed_id", "story_id"):
        op.create_index(f"ix_mutes_{column}", "mutes", [column])
