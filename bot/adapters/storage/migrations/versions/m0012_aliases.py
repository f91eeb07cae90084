"""Keep the name that a chat is known by beside its number."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("destinations", sa.Column("alias", sa.Text))
    op.create_index("ix_destinations_alias", "destinations", ["alias"])
