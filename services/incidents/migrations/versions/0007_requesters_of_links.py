"""Whose the linked tickets are, as far as is known: nobody is counted with a ticket and without."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("incident_tickets", sa.Column("requester_id", sa.String(255)))
    op.execute(
        "UPDATE incident_tickets SET requester_id = (SELECT requester_id FROM ticket_openings "
        "WHERE ticket_openings.ticket_id = incident_tickets.ticket_id)"
    )
    op.drop_index("ix_incident_tickets_incident_id", "incident_tickets")
    op.create_index(
        "ix_incident_tickets_requester", "incident_tickets", ["incident_id", "requester_id"]
    )
