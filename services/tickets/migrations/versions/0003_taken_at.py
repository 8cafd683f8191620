"""When the present assignee took the ticket."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import INSTANT

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("taken_at", INSTANT))
