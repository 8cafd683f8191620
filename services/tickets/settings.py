"""Where the tickets process keeps its rows, and where the files are that they name."""

from datetime import timedelta

from pydantic import Field

from chassis.files.place import FilesSettings
from chassis.settings import DatabaseUrl, sqlite_url
from contracts.desk import Desk


class Settings(FilesSettings):
    file: Desk
    tickets_database_url: DatabaseUrl | None = Field(None, alias="TICKETS_DATABASE_URL", repr=False)

    @property
    def database_url(self) -> str:
        return self.tickets_database_url or sqlite_url(self.data_dir, "tickets")

    @property
    def reopen_within(self) -> timedelta:
        """How long after resolving a requester's message reopens the ticket."""
        return timedelta(days=self.file.tickets.reopen_days)
