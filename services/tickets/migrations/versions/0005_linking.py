"""The incident that a ticket is about, and the notices that tell its requester so."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import INSTANT

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("title", sa.String(200), nullable=False),
    )
    op.add_column("tickets", sa.Column("incident_id", sa.BigInteger()))
    op.add_column(
        "tickets", sa.Column("link_version", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("tickets", sa.Column("noticed_at", INSTANT))
    op.add_column("messages", sa.Column("incident_id", sa.BigInteger()))
