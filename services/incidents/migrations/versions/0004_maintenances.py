"""Planned work on components."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import BIG_ID, INSTANT

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "maintenances",
        sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("status", sa.String(20), nullable=False, index=True),
        sa.Column("components", sa.JSON(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("announced_at", INSTANT, nullable=False),
        sa.Column("announced_by", sa.String(255), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
    )
