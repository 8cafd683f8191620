"""Where the incidents process keeps its rows, and the parts of the product it speaks of."""

from pydantic import Field

from chassis.settings import DatabaseUrl, ProcessSettings, sqlite_url
from contracts.desk import Desk


class Settings(ProcessSettings):
    file: Desk
    incidents_database_url: DatabaseUrl | None = Field(
        None, alias="INCIDENTS_DATABASE_URL", repr=False
    )

    @property
    def database_url(self) -> str:
        return self.incidents_database_url or sqlite_url(self.data_dir, "incidents")

    @property
    def component_names(self) -> dict[str, str]:
        """Names by component id, in the file's order and the desk's language."""
        return {rule.id: rule.name.in_language(self.locale) for rule in self.file.components}
