"""Where the tickets process keeps its rows."""

from datetime import timedelta

from pydantic import Field

from chassis.settings import DatabaseUrl, ProcessSettings, sqlite_url
from contracts.desk import Desk


class Settings(ProcessSettings):
    file: Desk
    tickets_database_url: DatabaseUrl | None = Field(None, alias="TICKETS_DATABASE_URL", repr=False)

    @property
    def database_url(self) -> str:
        return self.tickets_database_url or sqlite_url(self.data_dir, "tickets")

    @property
    def reopen_within(self) -> timedelta:
        """How long after resolving a requester's message reopens the ticket."""
        return timedelta(days=self.file.tickets.reopen_days)
