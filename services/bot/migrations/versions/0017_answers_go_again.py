"""An answer that was refused because its reader had blocked the bot awaits their return."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("delivery_reports", sa.Column("awaits", sa.String(10)))
    op.create_index("ix_delivery_reports_awaits", "delivery_reports", ["awaits"])
