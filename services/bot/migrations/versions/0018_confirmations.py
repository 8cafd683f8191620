"""A confirmation says in whose stead it is, when that notice was in the air as it was written."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("outgoing", sa.Column("instead_of", sa.BigInteger()))
