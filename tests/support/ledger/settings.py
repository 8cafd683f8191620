"""Where the ledger keeps its rows."""

from pydantic import Field

from chassis.settings import ProcessSettings


class Settings(ProcessSettings):
    ledger_database_url: str = Field(alias="LEDGER_DATABASE_URL")

    @property
    def database_url(self) -> str:
        return self.ledger_database_url
