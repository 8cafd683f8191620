"""Cycles and what was announced of them, beside the chassis' tables."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import BIG_ID, INSTANT, create_first_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_first_tables()
    op.create_table(
        "cycles",
        sa.Column("ticket_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("metric", sa.String(20), primary_key=True),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("next_at", INSTANT),
        sa.Column("achieved_at", INSTANT),
        sa.Column("breached_at", INSTANT),
        sa.Column("cause", sa.String(20)),
        sa.Column("cycle", sa.JSON(), nullable=False),
        sa.Column("ticket", sa.JSON(), nullable=False),
    )
    is_running = sa.text("next_at IS NOT NULL")
    op.create_index(
        "ix_cycles_next_at",
        "cycles",
        ["next_at"],
        postgresql_where=is_running,
        sqlite_where=is_running,
    )
    op.create_index("ix_cycles_state_due", "cycles", ["state", "due_at"])
    op.create_index("ix_cycles_achieved_at", "cycles", ["achieved_at"])
    op.create_index("ix_cycles_breached_at", "cycles", ["breached_at"])
    op.create_table(
        "announcements",
        sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("metric", sa.String(20), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(100), nullable=False),
        sa.Column("announced_at", INSTANT, nullable=False),
        sa.Column("fact", sa.JSON(), nullable=False),
        sa.UniqueConstraint(
            "ticket_id", "metric", "n", "revision", "kind", name="uq_announcements_once"
        ),
    )
