"""What fulfilled a cycle, when it was not an agent's answer or the resolution."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("cycles", sa.Column("satisfied_by", sa.String(20)))
