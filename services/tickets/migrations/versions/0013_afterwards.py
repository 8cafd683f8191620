"""What requesters do afterwards: how content they are, and what their messages said before."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import BIG_ID, INSTANT

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("rating", sa.Integer()))
    op.add_column("tickets", sa.Column("rated_at", INSTANT))
    op.add_column("messages", sa.Column("edited_at", INSTANT))
    op.create_table(
        "message_versions",
        sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column("message_id", BIG_ID, sa.ForeignKey("messages.id"), nullable=False, index=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("replaced_at", INSTANT, nullable=False),
    )
