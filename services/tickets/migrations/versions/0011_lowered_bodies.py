"""A message's body in lower case, by which it is found; tickets itself lowers the older ones."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("messages", sa.Column("lowered", sa.Text))
    without_it = sa.text("lowered IS NULL")
    op.create_index(
        "ix_messages_unlowered",
        "messages",
        ["id"],
        sqlite_where=without_it,
        postgresql_where=without_it,
    )
