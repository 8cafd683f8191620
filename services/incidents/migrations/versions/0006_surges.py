"""Openings of tickets, and what was suspected from them."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import BIG_ID, INSTANT

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "ticket_openings",
        sa.Column("ticket_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("requester_id", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
    )
    op.create_index("ix_ticket_openings_category", "ticket_openings", ["category", "opened_at"])
    op.create_table(
        "opening_counts",
        sa.Column("hour", INSTANT, primary_key=True),
        sa.Column("category", sa.String(20), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
    )
    op.create_table(
        "suspicions",
        sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column("category", sa.String(20), nullable=False),
        sa.Column("suspected_at", INSTANT, nullable=False),
        sa.Column("quiet_until", INSTANT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Float()),
        sa.Column("window_minutes", sa.Integer(), nullable=False),
        sa.Column("examples", sa.JSON(), nullable=False),
        sa.Column("answer", sa.String(20)),
        sa.Column("answered_at", INSTANT),
        sa.Column("answered_by", sa.String(255)),
        sa.Column("incident_id", BIG_ID, sa.ForeignKey("incidents.id")),
    )
    op.create_index("ix_suspicions_category", "suspicions", ["category", "quiet_until"])
