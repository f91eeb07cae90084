"""Remember by what the items of a feed's last document are recognised."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_items",
        sa.Column("feed_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digests", sa.LargeBinary, nullable=False),
        sa.Column("whole_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("feed_id", name="pk_known_items"),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name="fk_known_items_feed_id", ondelete="CASCADE"),
    )
