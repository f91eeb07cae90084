"""Let alerts wait for digests, subscriptions break through quiet hours, and places have settings."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("destinations", sa.Column("settings", sa.Text))
    op.add_column("subscriptions", sa.Column("priority", sa.Text, nullable=False, server_default="normal"))
    op.create_table(
        "held",
        sa.Column("id", number, nullable=False),
        sa.Column("destination_id", number, nullable=False),
        sa.Column("alert_id", number, nullable=False),
        sa.Column("delivery_id", number),
        sa.Column("nonce", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("published_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_held"),
        sa.UniqueConstraint("alert_id", name="uq_held_alert_id"),
        sa.UniqueConstraint("nonce", name="uq_held_nonce"),
        *(
            sa.ForeignKeyConstraint(
                [f"{one}_id"], [f"{many}.id"], name=f"fk_held_{one}_id", ondelete="CASCADE"
            )
            for one, many in (
                ("destination", "destinations"),
                ("alert", "alerts"),
                ("delivery", "deliveries"),
            )
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_held_destination_id", "held", ["destination_id"])
    op.create_index("ix_held_delivery_id", "held", ["delivery_id"])
    waiting = sa.text("delivery_id IS NULL")
    op.create_index("ix_held_due", "held", ["due_at"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index("ix_deliveries_recent", "deliveries", ["destination_id", "created_at"])
    # What the old index found, the new one finds, too.
    op.drop_index("ix_deliveries_destination_id", "deliveries")
