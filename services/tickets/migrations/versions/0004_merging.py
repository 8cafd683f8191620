"""Where a merged ticket went on, and what came with the last one merged into a ticket."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import INSTANT

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("merged_into", sa.BigInteger()))
    op.add_column("tickets", sa.Column("merged_at", INSTANT))
    op.add_column("tickets", sa.Column("inherited_since", INSTANT))
    op.create_index("ix_tickets_merged_into", "tickets", ["merged_into"])
