"""What every shape of an answer shares."""

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """Made from a contract's view by the names they share; what a shape does not name stays in."""

    model_config = ConfigDict(frozen=True, from_attributes=True, serialize_by_alias=True)
