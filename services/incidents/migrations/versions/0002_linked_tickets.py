"""The tickets that an incident is about; a ticket is about one incident."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import BIG_ID, INSTANT

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "incident_tickets",
        sa.Column("ticket_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column(
            "incident_id", BIG_ID, sa.ForeignKey("incidents.id"), nullable=False, index=True
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("linked_at", INSTANT, nullable=False),
        sa.Column("linked_by", sa.String(255), nullable=False),
    )
