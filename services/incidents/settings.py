"""Where the incidents process keeps its rows, and the parts of the product it speaks of."""

from zoneinfo import ZoneInfo

from pydantic import Field

from chassis.settings import DatabaseUrl, ProcessSettings, sqlite_url
from contracts.desk import Desk
from services.incidents.product import Product


class Settings(ProcessSettings):
    file: Desk
    incidents_database_url: DatabaseUrl | None = Field(
        None, alias="INCIDENTS_DATABASE_URL", repr=False
    )

    @property
    def database_url(self) -> str:
        return self.incidents_database_url or sqlite_url(self.data_dir, "incidents")

    @property
    def product(self) -> Product:
        components = self.file.components
        names = {rule.id: rule.name.in_language(self.locale) for rule in components}
        return Product(
            names=names,
            components=components,
            rules=self.file.incidents,
            zone=ZoneInfo(self.file.timezone),
        )
