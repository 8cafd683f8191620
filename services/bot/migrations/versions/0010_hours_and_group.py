"""When agents want to be told, and the group that is told in their stead, with its topics."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import INSTANT

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "agent_hours",
        sa.Column("telegram_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("is_off_duty", sa.Boolean(), nullable=False),
        sa.Column("quiet_from", sa.Time()),
        sa.Column("quiet_to", sa.Time()),
    )
    op.create_table(
        "agents_groups",
        sa.Column("named_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False, index=True),
        sa.Column("is_forum", sa.Boolean(), nullable=False),
        sa.Column("trouble", sa.Text()),
        sa.Column("topics_trouble", sa.Text()),
    )
    op.create_table(
        "topics",
        sa.Column("chat_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("ticket_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
    )
    op.add_column("outgoing", sa.Column("not_before", INSTANT))
    op.add_column("outgoing", sa.Column("thread_id", sa.BigInteger()))
    op.add_column("outgoing", sa.Column("topic", sa.String(128)))
    op.add_column("outgoing", sa.Column("topic_act", sa.String(10)))
