"""A message may carry a picture."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("outgoing", sa.Column("photo", sa.LargeBinary()))
