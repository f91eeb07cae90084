"""Let a feed remember its document's wishes, its rhythm, and why it is polled when it is."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("hints", "rhythm", "next_poll_why"):
        op.add_column("feeds", sa.Column(name, sa.Text))
