"""Messages say which bot sends them, and whether a reply to them is its reader's as the one who
asked; what the main bot knows of its chats."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import INSTANT

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    bot = sa.Column("bot", sa.String(10), nullable=False, server_default="support")
    op.add_column("outgoing", bot)
    for table in ("outgoing", "mentions"):
        column = sa.Column(
            "is_to_requester", sa.Boolean(), nullable=False, server_default=sa.false()
        )
        op.add_column(table, column)
    op.create_table(
        "main_bot_chats",
        sa.Column("chat_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("refused_at", INSTANT),
        sa.Column("quiet_until", INSTANT),
    )
