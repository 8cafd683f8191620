"""A whole value in one column of JSON."""

from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import JSON
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

Value = TypeVar("Value")


class AsJson(TypeDecorator[Value], Generic[Value]):
    """A message, or a value of the domain. Its shape is that of the table: a change of the class
    must still read what older code stored."""

    impl = JSON
    cache_ok = True

    def __init__(self, kind: type[Value]) -> None:
        super().__init__()
        self.kind = kind
        self._adapter = TypeAdapter(kind)

    def process_bind_param(self, value: Value | None, dialect: Dialect) -> Any:
        return None if value is None else self._adapter.dump_python(value, mode="json")

    def process_result_value(self, value: Any, dialect: Dialect) -> Value | None:
        return None if value is None else self._adapter.validate_python(value)
