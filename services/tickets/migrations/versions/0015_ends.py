"""How an incident ended, for tickets that are linked to it so late that its end is told already."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import INSTANT

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("incidents", sa.Column("ended_at", INSTANT))
    op.add_column("incidents", sa.Column("ended_with", sa.Text()))
