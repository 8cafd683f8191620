"""What every part of an answer needs to know of the whole page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.gateway.shapes import StatuspageComponent

PAGE_ID = "status"


@dataclass(frozen=True)
class Site:
    """Where the page is, by its `root` with a slash at the end, and the components on it."""

    root: str
    components: Mapping[str, StatuspageComponent]

    @property
    def url(self) -> str:
        return f"{self.root}status"

    def link(self, anchor: str) -> str:
        """To a place on the page."""
        return f"{self.url}#{anchor}"

    def named(self, component_id: str) -> str:
        """What a component is called; one that the product has no more goes by its id."""
        found = self.components.get(component_id)
        return found.name if found else component_id

    def listed(self, component_ids: Iterable[str]) -> list[StatuspageComponent]:
        """Those of them that are on the page."""
        return [self.components[each] for each in component_ids if each in self.components]
