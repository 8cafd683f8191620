"""What ends its process each time is known by what is left of its attempts."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.attempts_table import create_attempts

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    create_attempts()
    op.add_column("updates", sa.Column("begun", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("updates", sa.Column("begun_by", sa.String(32)))
