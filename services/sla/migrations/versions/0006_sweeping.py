"""What is old is found without looking at all that is kept."""

from chassis.storage.swept_tables import index_what_is_swept

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    index_what_is_swept()
