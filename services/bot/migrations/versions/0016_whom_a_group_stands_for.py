"""Messages to a group say whom they are for: they are told in private of what it does not take."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("outgoing", sa.Column("stands_for", sa.String(10)))
    # What waits now waits for a group, or it makes no difference: replies (rank 1) go to nobody
    # else, and incidents (rank 2) are urgent.
    op.execute(
        "UPDATE outgoing SET stands_for = CASE rank WHEN 2 THEN 'all' ELSE 'on_duty' END"
        " WHERE state IN ('waiting', 'sending') AND chat_id < 0 AND rank <> 1"
        " AND edits IS NULL AND topic_act IS NULL"
    )
