"""What is old is found without looking at all that is kept."""

from chassis.storage.swept_tables import index_what_is_swept

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    index_what_is_swept()
