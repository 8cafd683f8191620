"""A reply to some of our messages is a note, not an answer."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    for table in ("outgoing", "mentions"):
        op.add_column(
            table, sa.Column("is_for_note", sa.Boolean, server_default=sa.false(), nullable=False)
        )
