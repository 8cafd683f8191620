"""What the desk offers, how it fares, and how it refuses."""

from pydantic import Field

from contracts.vocabulary import Category, Priority
from services.gateway.shapes.shape import Shape


class CategoryEntry(Shape):
    id: Category
    name: str


class PriorityEntry(Shape):
    id: Priority
    name: str
    description: str
    first_response_minutes: int
    calendar: str = Field(description="The calendar whose working minutes count.")


class Check(Shape):
    status: str = Field(
        description="`ok`, `idle` (a bot without a token, which is well), `not_ready` "
        "(it answers, but cannot do its work now), `error`."
    )
    latency_ms: float | None


class Checks(Shape):
    broker: Check
    tickets: Check
    incidents: Check
    sla: Check
    bot: Check


class Health(Shape):
    status: str = Field(description="`ok` or `degraded`.")
    checks: Checks


class Alive(Shape):
    """The answer to `?probe=live`."""

    status: str = "ok"


class FieldFault(Shape):
    field: str
    message: str


class Details(Shape):
    """What a program can act on beside the code."""

    merged_into: int = Field(
        description="`ticket_closed`: the ticket in which a merged one goes on now."
    )


class Problem(Shape):
    """An error as RFC 9457 tells it; `code` is for programs and never changes."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldFault]
    request_id: str
    details: Details | None = Field(None, description="Left out when there is nothing to add.")
