"""Of which queues agents were told that a message is parked."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import INSTANT

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "parked_queues",
        sa.Column("queue", sa.String(255), primary_key=True),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("untold", sa.Integer(), nullable=False),
    )
