"""Incidents, their updates and the public status' counter, beside the chassis' tables."""

import sqlalchemy as sa
from alembic import op

from chassis.clock import SystemClock
from chassis.storage.first_tables import BIG_ID, INSTANT, create_first_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_first_tables()
    op.create_table(
        "incidents",
        sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("impact", sa.String(20), nullable=False),
        sa.Column("components", sa.JSON(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("public_since", INSTANT, nullable=False),
        sa.Column("declared_by", sa.String(255), nullable=False),
        sa.Column("resolved_at", INSTANT),
        sa.Column("withdrawn_at", INSTANT),
        sa.Column("withdrawn_by", sa.String(255)),
    )
    op.create_index("ix_incidents_started_at", "incidents", ["started_at", "id"])
    op.create_index("ix_incidents_resolved_at", "incidents", ["resolved_at"])
    op.create_table(
        "incident_updates",
        sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column(
            "incident_id", BIG_ID, sa.ForeignKey("incidents.id"), nullable=False, index=True
        ),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.String(255), nullable=False),
    )
    public_status = op.create_table(
        "public_status",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
    )
    op.bulk_insert(public_status, [{"id": 1, "version": 0, "updated_at": SystemClock().now()}])
