"""Holidays that were imported, a country's version after version."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import INSTANT

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "holidays",
        sa.Column("country", sa.String(6), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("imported_at", INSTANT, nullable=False),
        sa.Column("library", sa.String(20), nullable=False),
    )
