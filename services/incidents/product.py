"""What `support.toml` says of the product and its incidents, as the use cases need it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from contracts.desk import ComponentRule, IncidentRules
from contracts.vocabulary import Category


@dataclass(frozen=True)
class Product:
    """`names` are the components by id, in the file's order and the desk's language; `zone` is the
    desk's."""

    names: Mapping[str, str]
    components: Sequence[ComponentRule]
    rules: IncidentRules
    zone: ZoneInfo

    def components_of(self, category: Category) -> list[str]:
        """Those that a ticket of the category may be about."""
        return [rule.id for rule in self.components if category in rule.categories]
