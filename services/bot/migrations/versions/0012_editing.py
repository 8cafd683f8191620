"""Which message of a thread a person's message became, edits that came before their message, and
who has written to the bot.

Whoever a message about a ticket has reached in private has started the bot; since when, nobody
knows any more.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import INSTANT

revision = "0012"
down_revision = "0011"

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MET = sa.text(
    "INSERT INTO chats (chat_id, is_dead, wants_new_ticket) "
    "SELECT DISTINCT chat_id, false, false FROM mentions WHERE chat_id > 0 "
    "AND chat_id NOT IN (SELECT chat_id FROM chats)"
)
SINCE = sa.text(
    "UPDATE chats SET met_at = :long_ago WHERE chat_id IN (SELECT chat_id FROM mentions) "
    "AND chat_id > 0"
)


def upgrade() -> None:
    op.add_column("mentions", sa.Column("thread_message_id", sa.BigInteger()))
    op.add_column("chats", sa.Column("met_at", INSTANT))
    op.create_table(
        "early_edits",
        sa.Column("chat_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("message_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("edited_at", INSTANT, nullable=False, index=True),
    )
    op.execute(MET)
    op.execute(SINCE.bindparams(sa.bindparam("long_ago", LONG_AGO, type_=INSTANT)))
