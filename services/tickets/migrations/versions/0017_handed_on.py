"""A merged ticket remembers the question that it handed on."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import INSTANT

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("handed_on_since", INSTANT))
