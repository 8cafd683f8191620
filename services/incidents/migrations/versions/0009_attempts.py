"""What ends its process each time is known by what is left of its attempts."""

from chassis.storage.attempts_table import create_attempts

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    create_attempts()
