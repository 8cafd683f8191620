"""Which requests the end of their incident has resolved, so that its return opens them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column(
        "known_requests",
        sa.Column(
            "resolved_with_incident", sa.Boolean(), nullable=False, server_default=sa.false()
        ),
    )
