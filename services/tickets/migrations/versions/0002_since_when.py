"""Since when a ticket has its status, and since when its user waits for a word."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import INSTANT

revision = "0002"
down_revision = "0001"

# Of a ticket that is open the status may have begun later than told here, never earlier.
SINCE = "UPDATE tickets SET status_since = COALESCE(resolved_at, reopened_at, created_at)"
UNANSWERED = """
UPDATE tickets SET unanswered_since = (
    SELECT MIN(asked.created_at) FROM messages AS asked
    WHERE asked.ticket_id = tickets.id AND asked.author_kind = 'user' AND NOT EXISTS (
        SELECT 1 FROM messages AS answer
        WHERE answer.ticket_id = tickets.id AND answer.delivery = 'delivered'
        AND answer.created_at >= asked.created_at
    )
) WHERE status NOT IN ('resolved', 'closed')
"""


def upgrade() -> None:
    op.add_column("tickets", sa.Column("status_since", INSTANT))
    op.add_column("tickets", sa.Column("unanswered_since", INSTANT))
    op.execute(SINCE)
    op.execute(UNANSWERED)
    with op.batch_alter_table("tickets") as table:
        table.alter_column("status_since", nullable=False)
