"""One-time links, and who joined the app with Telegram by one."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import INSTANT

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "passes",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("purpose", sa.String(10), nullable=False),
        sa.Column("requester_id", sa.String(255), sa.ForeignKey("requesters.id")),
        sa.Column("note", sa.String(255), nullable=False),
        sa.Column("issued_by", sa.String(255), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False, index=True),
        sa.Column("used_at", INSTANT),
        sa.Column("used_by", sa.BigInteger()),
    )
    op.add_column("requesters", sa.Column("linked_at", INSTANT))
