"""Incidents that were declared by mistake, and what a notice of an incident says."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import INSTANT

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column(
        "incidents",
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "incident_news",
        sa.Column("notice", sa.String(20), nullable=False, server_default="news"),
    )
    op.add_column("tickets", sa.Column("unlinked_at", INSTANT))
    op.add_column("messages", sa.Column("notice", sa.String(20)))
