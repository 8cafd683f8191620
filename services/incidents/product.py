"""What `support.toml` says of the product and its incidents, as the use cases need it."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.desk import IncidentRules


@dataclass(frozen=True)
class Product:
    """`names` are the components by id, in the file's order and the desk's language."""

    names: Mapping[str, str]
    rules: IncidentRules
