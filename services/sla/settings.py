"""Where the sla process keeps its rows, and that it can keep what the desk's file promises."""

from typing import Annotated

from pydantic import AfterValidator, Field

from chassis.settings import DatabaseUrl, ProcessSettings, sqlite_url
from contracts.desk import Desk
from services.sla.promises import read_promises


def _can_be_kept(desk: Desk) -> Desk:
    read_promises(desk)
    return desk


class Settings(ProcessSettings):
    file: Annotated[Desk, AfterValidator(_can_be_kept)]
    sla_database_url: DatabaseUrl | None = Field(None, alias="SLA_DATABASE_URL", repr=False)

    @property
    def database_url(self) -> str:
        return self.sla_database_url or sqlite_url(self.data_dir, "sla")
