"""Indexes by which `chassis.storage.sweeping` finds what is old, as a later migration of every
process makes them. Never edited, like `first_tables`."""

import sqlalchemy as sa
from alembic import op


def index_what_is_swept() -> None:
    """Without them each sweep reads all that was kept for a month."""
    op.create_index("ix_inbox_handled", "inbox", ["handled_at"])
    op.create_index("ix_commands_done", "commands", ["done_at"])
    # Last, as everybody who writes locks it last: a desk may be running meanwhile.
    is_published = sa.text("published_at IS NOT NULL")
    op.create_index(
        "ix_outbox_published",
        "outbox",
        ["published_at"],
        postgresql_where=is_published,
        sqlite_where=is_published,
    )
