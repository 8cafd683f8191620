"""Whoever follows one incident is kept for a while after its end, since it may be back."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import INSTANT

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("subscribers", sa.Column("over_since", INSTANT))
    op.create_index("ix_subscribers_over_since", "subscribers", ["over_since"])
