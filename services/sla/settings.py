"""Where the sla process keeps its rows, and that it can keep what the desk's file promises."""

from typing import Annotated, Any

from pydantic import Field, ValidatorFunctionWrapHandler, WrapValidator

from chassis.settings import DatabaseUrl, ProcessSettings, sqlite_url
from contracts.contradictions import read_whole
from contracts.desk import Desk
from services.sla.promises import calendar_faults


def _can_be_kept(given: Any, read: ValidatorFunctionWrapHandler) -> Desk:
    """Tell calendars that cannot mean anything also when something else is wrong."""
    desk: Desk = read_whole(read, given, calendar_faults(given))
    return desk


class Settings(ProcessSettings):
    file: Annotated[Desk, WrapValidator(_can_be_kept)]
    sla_database_url: DatabaseUrl | None = Field(None, alias="SLA_DATABASE_URL", repr=False)

    @property
    def database_url(self) -> str:
        return self.sla_database_url or sqlite_url(self.data_dir, "sla")
