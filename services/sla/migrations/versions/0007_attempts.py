"""What ends its process each time is known by what is left of its attempts."""

from chassis.storage.attempts_table import create_attempts

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    create_attempts()
