"""The table of what is in hand again, as a later migration of every process with a database makes
it. Never edited, like `first_tables`."""

import sqlalchemy as sa
from alembic import op


def create_attempts() -> None:
    """Create attempts."""
    op.create_table(
        "attempts",
        sa.Column("event_id", sa.Uuid(), primary_key=True),
        sa.Column("handler", sa.String(100), primary_key=True),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_attempts_begun", "attempts", ["begun_at"])
