"""What answers look like, field by field. The OpenAPI document is made from these."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from contracts.event import Instant
from contracts.vocabulary import (
    AuthorKind,
    Category,
    ComponentStatus,
    CycleState,
    Delivery,
    IncidentImpact,
    IncidentStatus,
    Metric,
    OverallStatus,
    Priority,
    Source,
    TicketStatus,
)


class Shape(BaseModel):
    """Made from a contract's view by the names they share; what a shape does not name stays in."""

    model_config = ConfigDict(frozen=True, from_attributes=True, serialize_by_alias=True)


class Requester(Shape):
    id: str = Field(description="The token's `sub`, or `tg:<id>` for somebody from Telegram.")
    name: str


class Assignee(Shape):
    name: str


class Author(Shape):
    kind: AuthorKind
    name: str


class Attachment(Shape):
    """What a file will look like; there are none yet."""


class Message(Shape):
    id: int
    author: Author
    body: str = Field(description="Of kind `system` in the language of the reader.")
    created_at: Instant
    delivery: Delivery | None = Field(
        description="How an agent's answer fared; null for a user's message."
    )
    attachments: list[Attachment] = Field(default_factory=list)


class Cycle(Shape):
    """One SLA clock. In `breached`, `achieved_at` is when it was answered at last."""

    due_at: Instant
    state: CycleState
    paused: bool
    achieved_at: Instant | None
    breached_at: Instant | None


class Sla(Shape):
    first_response: Cycle
    next_response: Cycle | None
    resolution: Cycle | None


class CountedWindow(Shape):
    since: Instant
    until: Instant


class LeftOutPause(Shape):
    since: Instant
    until: Instant | None = Field(description="Null while the ticket still waits for its user.")
    left_out_seconds: float = Field(description="The working time in it.")


class CountedTerms(Shape):
    since: Instant
    priority: Priority
    target_minutes: int
    calendar: str
    timezone: str
    policy_version: int
    policy_since: Instant = Field(description="Since when these promises have been in force.")
    due_at: Instant
    cause: str = Field(
        description="What brought these terms: `late` for the first, `reprioritised`, `recounted`."
    )


class CycleTrace(Cycle):
    """Why a clock is due when it is: the windows add up to the target of the decisive terms."""

    metric: Metric
    cycle: int
    started_at: Instant
    decisive: CountedTerms
    terms: list[CountedTerms] = Field(description="One after another, the decisive among them.")
    windows: list[CountedWindow]
    pauses: list[LeftOutPause]


class TicketSla(Sla):
    trace: list[CycleTrace] | None = Field(
        description="Every clock of the ticket and how it was counted; null but for administrators."
    )


class LinkedIncident(Shape):
    id: int
    title: str
    status: IncidentStatus


class _TicketBase(Shape):
    id: int
    subject: str
    category: Category
    priority: Priority
    status: TicketStatus
    source: Source
    created_at: Instant = Field(description="When it was received; the SLA starts here.")
    updated_at: Instant
    first_response_at: Instant | None
    resolved_at: Instant | None
    requester: Requester
    assignee: Assignee | None
    merged_into: int | None = Field(
        description="The ticket in which a merged one goes on; that may be merged itself by now."
    )
    incident: LinkedIncident | None = None
    sla: Sla | None = Field(None, description="Null only while the SLA service is silent.")


class Ticket(_TicketBase):
    description: str
    messages: list[Message] = Field(description="Oldest first; the description is the first.")


class TicketSummary(_TicketBase):
    last_message_at: Instant
    unread: int = Field(description="Agents' messages since the owner last read.")


class TicketPage(Shape):
    results: list[TicketSummary]
    next: str | None = Field(description="The cursor of the next page, null on the last.")


class CategoryEntry(Shape):
    id: Category
    name: str


class PriorityEntry(Shape):
    id: Priority
    name: str
    description: str
    first_response_minutes: int
    calendar: str = Field(description="The calendar whose working minutes count.")


class Update(Shape):
    status: IncidentStatus
    message: str
    created_at: Instant


class Incident(Shape):
    id: int
    title: str
    status: IncidentStatus
    impact: IncidentImpact
    started_at: Instant
    resolved_at: Instant | None
    components: list[str]
    updates: list[Update]


class Component(Shape):
    id: str
    name: str
    status: ComponentStatus


class Status(Shape):
    status: OverallStatus
    message: str
    incident: Incident | None = Field(description="The gravest open one.")
    incidents: list[Incident]
    components: list[Component]
    updated_at: Instant | None = Field(description="The last change; null while nothing is known.")
    stale: bool = Field(description="Not confirmed for 30 seconds or more.")
    age_seconds: float | None = Field(description="How long ago this was last confirmed.")


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
    agent: str


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
    agent: str
    answers: int
    resolved: int


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
