"""When the newest version of a subject was news, so that it need not be remembered for ever.

What is known already counts from now on.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from chassis.storage.first_tables import INSTANT

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("known_versions", sa.Column("known_at", INSTANT))
    now = sa.bindparam("now", datetime.now(UTC), type_=INSTANT)
    op.execute(sa.text("UPDATE known_versions SET known_at = :now").bindparams(now))
