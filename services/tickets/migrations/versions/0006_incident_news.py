"""News of incidents on their way to the requesters of the linked tickets."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import BIG_ID, INSTANT

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column(
        "incidents", sa.Column("version", sa.Integer(), nullable=False, server_default="0")
    )
    op.create_table(
        "incident_news",
        sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column("incident_id", sa.BigInteger(), sa.ForeignKey("incidents.id"), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("said_at", INSTANT, nullable=False),
        sa.Column("told_up_to", sa.BigInteger(), nullable=False),
    )
    op.add_column(
        "tickets", sa.Column("wants_news", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.create_index("ix_tickets_incident", "tickets", ["incident_id", "id"])
    op.add_column("messages", sa.Column("incident_status", sa.String(20)))
