"""What is old is found without looking at all that is kept."""

from chassis.storage.swept_tables import index_what_is_swept

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    index_what_is_swept()
