"""Keep pages that were read and answers of a language model, so that neither is asked for twice."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_texts",
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("kept_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_kept_texts"),
    )
    op.create_index("ix_kept_texts_kept_at", "kept_texts", ["kept_at"])
