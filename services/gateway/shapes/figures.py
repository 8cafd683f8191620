"""The figures of a period as answers show them."""

from datetime import date

from pydantic import Field

from contracts.event import Instant
from contracts.vocabulary import Category, Priority, TicketStatus
from services.gateway.shapes.shape import Shape

AGENT = "A name. Others may have it too."
AGENT_ID = (
    "Whose figures these are: `tg:<telegram id>`, or the `sub` of an administrator. The same in "
    "`by_agent` and `sla.by_agent`; null while an older version of a service tells them."
)


class FirstResponse(Shape):
    average_seconds: float | None
    median_seconds: float | None
    p90_seconds: float | None


class Kept(Shape):
    """First responses that were decided in the period, each in the week of its decision."""

    met: int
    breached: int
    compliance: float | None = Field(description="met / (met + breached); null while both are 0.")


class KeptByAgent(Kept):
    agent: str = Field(description=AGENT)
    agent_id: str | None = Field(description=AGENT_ID)


class KeptInWeek(Kept):
    week: str = Field(description="An ISO week such as `2026-W48`.")
    starts_on: date


class SlaFigures(Kept):
    reprioritised: int = Field(
        description="Breaches made by a raised priority; not among the breached."
    )
    recounted: int = Field(
        description="Breaches made by a recount by newer promises; not among the breached."
    )
    closed_unanswered: int = Field(
        description="Breaches of tickets that were then resolved or closed without any answer; not "
        "among the breached."
    )
    by_incident: int = Field(description="Met by the notice of an incident; not among the met.")
    by_priority: dict[Priority, Kept]
    by_category: dict[Category, Kept]
    by_agent: list[KeptByAgent] = Field(
        description="Whoever had the ticket at the answer, or at the missed deadline."
    )
    by_week: list[KeptInWeek] = Field(description="Oldest first.")


class IncidentFigures(Shape):
    declared: int
    resolved: int
    average_seconds_to_resolve: float | None


class AgentFigures(Shape):
    agent: str = Field(description=AGENT)
    agent_id: str | None = Field(description=AGENT_ID)
    answers: int
    resolved: int


class Ratings(Shape):
    """What users have said of resolved tickets in the period, 1 to 5."""

    average: float | None = Field(description="Null while nobody has.")
    count: int


class Stats(Shape):
    from_: Instant = Field(alias="from")
    to: Instant
    open: int = Field(description="Neither resolved nor closed, at this moment.")
    open_by_priority: dict[Priority, int]
    by_status: dict[TicketStatus, int]
    by_category: dict[Category, int]
    opened: int
    resolved: int
    first_response: FirstResponse
    sla: SlaFigures | None = Field(description="Null while the SLA service is silent.")
    incidents: IncidentFigures | None = Field(description="Null while incidents is silent.")
    by_agent: list[AgentFigures]
    ratings: Ratings | None = Field(None, description="Null from a service that knows of none yet.")
