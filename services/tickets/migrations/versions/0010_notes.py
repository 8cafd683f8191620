"""Which messages are notes of agents for agents."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column(
        "messages", sa.Column("is_note", sa.Boolean, server_default=sa.false(), nullable=False)
    )
