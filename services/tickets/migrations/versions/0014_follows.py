"""After which closed ticket somebody opened another."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("follows", sa.BigInteger()))
