"""The chassis' tables as the first migration of every process makes them. Never edited: a change
of `chassis.storage.tables` comes as another module that later migrations call."""

import sqlalchemy as sa
from alembic import op

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def create_first_tables() -> None:
    """Create outbox, inbox and commands."""
    op.create_table(
        "outbox",
        sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column("event_id", sa.Uuid(), nullable=False, unique=True),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("request_id", sa.String(64)),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("published_at", INSTANT),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", INSTANT),
        sa.Column("last_error", sa.Text()),
    )
    is_waiting = sa.text("published_at IS NULL")
    op.create_index(
        "ix_outbox_waiting", "outbox", ["id"], postgresql_where=is_waiting, sqlite_where=is_waiting
    )
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.Uuid(), primary_key=True),
        sa.Column("handler", sa.String(100), primary_key=True),
        sa.Column("handled_at", INSTANT, nullable=False),
    )
    op.create_table(
        "commands",
        sa.Column("command_id", sa.String(200), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("done_at", INSTANT, nullable=False),
    )
