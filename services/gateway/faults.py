"""What is wrong with a field, as words in the catalogue rather than pydantic's."""

import dataclasses
import re
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from chassis.catalogue import Catalogue
from services.gateway.shapes import FieldFault

WORDS = {
    "missing": "missing",
    "extra_forbidden": "unknown",
    "invalid_key": "unknown",
    "string_type": "not_text",
    "string_unicode": "not_unicode",
    "enum": "choice",
    "literal_error": "choice",
    "dict_type": "not_an_object",
    "model_type": "not_an_object",
    "model_attributes_type": "not_an_object",
    "nul": "nul",
    "not_unicode": "not_unicode",
    "blank": "blank",
    "too_long": "too_long",
    "context_too_large": "context_too_large",
    "agents_only": "agents_only",
    "cursor": "cursor",
    "limit": "limit",
    "moment": "moment",
    "date_range": "date_range",
}
"""A type of pydantic's errors, ours among them, to the end of the message id `field.<word>`."""

QUOTED = re.compile("'([^']*)'")
BODY = "body"
NAME_LENGTH = 100
MOST_FAULTS = 50


@dataclass(frozen=True)
class Fault:
    """One field and what is the matter with it; `values` are put into the words."""

    field: str
    word: str
    values: dict[str, Any] = dataclasses.field(default_factory=dict)

    def told(self, words: Catalogue) -> FieldFault:
        return FieldFault(field=self.field, message=words(f"field.{self.word}", **self.values))


class Faulty(Exception):
    """The request is readable, but what its fields say is not."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(", ".join(f"{fault.field}: {fault.word}" for fault in faults))
        self.faults = faults


def faults_of(error: ValidationError) -> list[Fault]:
    """Every fault, in the order of the fields."""
    found = error.errors(include_url=False, include_input=False)
    return [_fault(each) for each in found[:MOST_FAULTS]]


def presentable(name: str) -> str:
    """A name somebody else made up: cut, and without what cannot be written as UTF-8."""
    return name[:NAME_LENGTH].encode("utf-8", "replace").decode()


def _fault(error: Any) -> Fault:
    name = ".".join(str(part) for part in error["loc"] if part != "[key]") or BODY
    values = error.get("ctx", {})
    if "expected" in values:
        values = {"choices": ", ".join(QUOTED.findall(values["expected"]))}
    return Fault(presentable(name), WORDS.get(error["type"], "wrong"), values)
