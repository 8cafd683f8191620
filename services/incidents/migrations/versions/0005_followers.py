"""Who has an incident's trouble too, and how many are affected."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import BIG_ID, INSTANT

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "followers",
        sa.Column("incident_id", BIG_ID, sa.ForeignKey("incidents.id"), primary_key=True),
        sa.Column("requester_id", sa.String(255), primary_key=True),
        sa.Column("joined_at", INSTANT, nullable=False),
    )
    op.add_column(
        "incidents", sa.Column("affected", sa.Integer(), nullable=False, server_default="0")
    )
    op.execute(
        "UPDATE incidents SET affected = (SELECT count(*) FROM incident_tickets "
        "WHERE incident_tickets.incident_id = incidents.id)"
    )
