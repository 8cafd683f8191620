"""What a ticket was before the end of its incident, which may turn out to be none."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import INSTANT

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("status_before_end", sa.String(20)))
    op.add_column("tickets", sa.Column("unanswered_before_end", INSTANT))
