"""Tickets, messages, requesters and agents, beside the chassis' tables."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import BIG_ID, INSTANT, create_first_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_first_tables()
    op.create_table(
        "requesters",
        sa.Column("id", sa.String(255), primary_key=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("email", sa.String(320)),
        sa.Column("telegram_id", sa.BigInteger(), index=True),
        sa.Column("locale", sa.String(16)),
    )
    op.create_table(
        "agents",
        sa.Column("id", sa.String(255), primary_key=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), unique=True),
        sa.Column("allowed_by", sa.String(255), nullable=False),
        sa.Column("allowed_at", INSTANT, nullable=False),
        sa.Column("removed_at", INSTANT),
    )
    op.create_table(
        "tickets",
        sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        sa.Column("priority", sa.String(2), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.Column("requester_id", sa.String(255), sa.ForeignKey("requesters.id"), nullable=False),
        sa.Column("assignee_id", sa.String(255), sa.ForeignKey("agents.id")),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("last_message_at", INSTANT, nullable=False),
        sa.Column("read_at", INSTANT),
        sa.Column("first_response_at", INSTANT),
        sa.Column("prioritised_at", INSTANT),
        sa.Column("resolved_at", INSTANT),
        sa.Column("resolved_by", sa.String(255), sa.ForeignKey("agents.id")),
        sa.Column("reopened_at", INSTANT),
        sa.Column("next_due_at", INSTANT),
        sa.Column("clock_version", sa.Integer(), nullable=False),
    )
    op.create_index(
        "ix_tickets_requester_activity", "tickets", ["requester_id", "updated_at", "id"]
    )
    op.create_index("ix_tickets_activity", "tickets", ["updated_at", "id"])
    op.create_index("ix_tickets_status_due", "tickets", ["status", "next_due_at"])
    op.create_index("ix_tickets_assignee", "tickets", ["assignee_id", "status"])
    op.create_index("ix_tickets_resolved_at", "tickets", ["resolved_at"])
    op.create_table(
        "messages",
        sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column("ticket_id", BIG_ID, sa.ForeignKey("tickets.id"), nullable=False, index=True),
        sa.Column("author_kind", sa.String(10), nullable=False),
        sa.Column("author_id", sa.String(255), nullable=False),
        sa.Column("author_name", sa.String(255), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("delivery", sa.String(10)),
    )
