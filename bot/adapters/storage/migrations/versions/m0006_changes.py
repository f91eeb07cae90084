"""Let deliveries edit and answer earlier messages, and note when one may have arrived unanswered."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("deliveries", sa.Column("kind", sa.Text, nullable=False, server_default="send"))
    op.add_column("deliveries", sa.Column("target_id", number))
    op.add_column("deliveries", sa.Column("uncertain_at", sa.BigInteger))
    aimed = sa.text("target_id IS NOT NULL")
    op.create_index(
        "ix_deliveries_target", "deliveries", ["target_id"], sqlite_where=aimed, postgresql_where=aimed
    )
