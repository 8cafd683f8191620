"""When a ticket was last taken. Of older ones nobody knows: they count as taken from the start."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import INSTANT

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("taken_at", INSTANT))
    op.execute("UPDATE tickets SET taken_at = created_at WHERE assignee_id IS NOT NULL")
