"""Keep which deliveries go before others: notices, then alerts, then digests."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("rank", sa.Integer, nullable=False, server_default="1"))
    op.execute(
        "UPDATE deliveries SET rank = 2 WHERE status IN ('pending', 'sending')"
        " AND id IN (SELECT delivery_id FROM held WHERE delivery_id IS NOT NULL)"
    )
    op.execute(
        "UPDATE deliveries SET rank = 0 WHERE status IN ('pending', 'sending')"
        " AND alert_id IS NULL AND rank = 1"
    )
    op.drop_index("ix_deliveries_waiting", "deliveries")
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["destination_id", "rank", "due_at", "id"],
        sqlite_where=sa.text("waiting"),
        postgresql_where=sa.text("waiting"),
    )
