"""Messages may carry files of the desk's store; an update remembers which of its files were kept."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("updates", sa.Column("album", sa.String(64)))
    op.add_column("updates", sa.Column("files", sa.Text()))
    op.add_column("outgoing", sa.Column("files", sa.Text()))
    for name in ("are_documents", "is_caption"):
        column = sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column("outgoing", column)
