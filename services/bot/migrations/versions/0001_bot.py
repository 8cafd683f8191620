"""Updates, outgoing messages and what the bot remembers, beside the chassis' tables."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import BIG_ID, INSTANT, create_first_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_first_tables()
    _create_updates()
    _create_outgoing()
    _create_memory()


def _create_updates() -> None:
    op.create_table(
        "updates",
        sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("stored_at", INSTANT, nullable=False, index=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("first_tried_at", INSTANT),
        sa.Column("next_try_at", INSTANT),
        sa.Column("route", sa.String(40)),
        sa.Column("error", sa.Text()),
        sa.UniqueConstraint("bot_id", "update_id", name="uq_updates_bot_update"),
    )
    op.create_index("ix_updates_waiting", "updates", ["state", "chat_id", "id"])


def _create_outgoing() -> None:
    op.create_table(
        "outgoing",
        sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(120), nullable=False, unique=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("buttons", sa.Text()),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("edits", sa.BigInteger()),
        sa.Column("reply_to", sa.BigInteger()),
        sa.Column("forces_reply", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.Text()),
        sa.Column("ticket_id", sa.BigInteger()),
        sa.Column("answer_id", sa.BigInteger(), index=True),
        sa.Column("is_last_part", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("is_repeat", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("error", sa.Text()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT, index=True),
    )
    op.create_index("ix_outgoing_waiting", "outgoing", ["state", "chat_id", "rank", "id"])
    op.create_table(
        "delivery_reports",
        sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("answer_id", sa.BigInteger(), nullable=False, unique=True),
        sa.Column("is_delivered", sa.Boolean(), nullable=False),
        sa.Column("refusal", sa.Text()),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("told_at", INSTANT, index=True),
    )


def _create_memory() -> None:
    op.create_table(
        "mentions",
        sa.Column("chat_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("message_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "chats",
        sa.Column("chat_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("is_dead", sa.Boolean(), nullable=False),
        sa.Column("wants_new_ticket", sa.Boolean(), nullable=False),
        sa.Column("quiet_until", INSTANT),
    )
    op.create_table(
        "agents",
        sa.Column("telegram_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("agent_id", sa.String(255), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
    )
    op.create_table(
        "questions",
        sa.Column("chat_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("message_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
    )
    op.create_table(
        "known_versions",
        sa.Column("subject", sa.String(100), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
