"""The contract of the incidents process: incidents, their public updates, the overall status.

The public status is one record, `StatusView`; every page, banner and bot answer is drawn from it.
`version` counts the changes of all incidents together, so that a reader keeps the newest.
"""

from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints

from contracts.caller import Caller
from contracts.event import Command, Event, Instant, Message, Receipt
from contracts.vocabulary import (
    ComponentStatus,
    IncidentImpact,
    IncidentStatus,
    OverallStatus,
)

TITLE_LENGTH = 200
UPDATE_LENGTH = 2_000

Title = Annotated[str, StringConstraints(min_length=1, max_length=TITLE_LENGTH)]
UpdateText = Annotated[str, StringConstraints(min_length=1, max_length=UPDATE_LENGTH)]


class DeclareIncident(Command):
    """Declare an incident, public at once; its title is the first update.

    Raises RecentIncidentOpen when one declared in the last 10 minutes is open, unless
    `even_if_recent`: then the agent has been asked and wants another.
    """

    title: Title
    declared_by: str
    declared_at: Instant
    impact: IncidentImpact = IncidentImpact.CRITICAL
    components: list[str] = Field(default_factory=list)
    even_if_recent: bool = False


class UpdateIncident(Command):
    """Tell the public more. Without `incident_id` it means the only open one, else
    SeveralOpenIncidents or NoOpenIncident. Without `status` the status stays; it may skip steps,
    but going back is IncidentStatusPassed, and `resolved` is ResolveIncident's to say."""

    message: UpdateText
    updated_by: str
    updated_at: Instant
    incident_id: int | None = None
    status: IncidentStatus | None = None


class ResolveIncident(Command):
    """End an incident with a last public word; without `incident_id` as in UpdateIncident."""

    message: UpdateText
    resolved_by: str
    resolved_at: Instant
    incident_id: int | None = None


class WithdrawIncident(Command):
    """Undo a declaration within 30 s of its becoming public; later it is UndoTooLate, after its
    end IncidentAlreadyResolved. The database keeps it, the public never sees it again."""

    incident_id: int
    withdrawn_by: str
    withdrawn_at: Instant


class LinkTicket(Command):
    """Say that a ticket is about an open incident; without `incident_id` as in UpdateIncident.

    A ticket has one link: to name another incident moves it, to name the same changes nothing.
    Whether there is such a ticket, and whether it can still change, tickets knows alone.
    """

    ticket_id: int
    incident_id: int | None = None
    agent_id: str


class GetStatus(Message):
    """The public status of this moment."""


class ListIncidents(Message):
    """Incidents, newest first; withdrawn ones are left out."""

    limit: int = Field(50, ge=1, le=200)
    only_open: bool = False


class GetIncidentStats(Message):
    from_at: Instant
    to_at: Instant


class UpdateView(Message):
    status: IncidentStatus
    message: str
    created_at: Instant


class IncidentView(Message):
    id: int
    title: str
    status: IncidentStatus
    impact: IncidentImpact
    started_at: Instant
    resolved_at: Instant | None = None
    components: list[str] = Field(default_factory=list)
    updates: list[UpdateView] = Field(default_factory=list)


class ComponentView(Message):
    id: str
    name: str
    status: ComponentStatus


class StatusView(Message):
    """Everything the public may know now. `incidents` are the open ones, gravest first; `incident`
    is the first of them; `recent` are the last that were resolved, newest first. Names of
    components are in the desk's language."""

    status: OverallStatus
    incident: IncidentView | None = None
    incidents: list[IncidentView] = Field(default_factory=list)
    recent: list[IncidentView] = Field(default_factory=list)
    components: list[ComponentView] = Field(default_factory=list)
    updated_at: Instant
    version: int


class IncidentList(Message):
    incidents: list[IncidentView]


class IncidentStats(Message):
    declared: int
    resolved: int
    average_seconds_to_resolve: float | None


class IncidentEvent(Event):
    """A fact about an incident, with the whole public status after it.

    `version` is the status', the same as `status.version`.
    """

    incident: IncidentView
    status: StatusView


class IncidentDeclared(IncidentEvent):
    type: ClassVar = "incident.declared.v1"
    heard_by: ClassVar = frozenset({"bot", "gateway"})


class IncidentUpdated(IncidentEvent):
    type: ClassVar = "incident.updated.v1"
    heard_by: ClassVar = frozenset({"bot", "gateway"})


class IncidentResolved(IncidentEvent):
    type: ClassVar = "incident.resolved.v1"
    heard_by: ClassVar = frozenset({"bot", "gateway"})


class IncidentWithdrawn(IncidentEvent):
    type: ClassVar = "incident.withdrawn.v1"
    heard_by: ClassVar = frozenset({"bot", "gateway"})


class IncidentTicketLinked(Event):
    """A ticket is about this incident, and no longer about the one it was linked to before.

    Nothing that the public sees. `version` counts the links that the ticket has had.
    """

    type: ClassVar = "incident.ticket_linked.v1"
    heard_by: ClassVar = frozenset({"tickets"})

    incident: IncidentView
    ticket_id: int
    agent_id: str


class IncidentsClient:
    """The only place where the names of incidents' RPCs are strings."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def _call(self, method: str, message: Message) -> Any:
        return self._caller.call("incidents", method, message)

    def _incident(self, method: str, command: Command) -> Receipt[IncidentView]:
        return Receipt[IncidentView].model_validate(self._call(method, command))

    def declare_incident(self, command: DeclareIncident) -> Receipt[IncidentView]:
        return self._incident("declare_incident", command)

    def update_incident(self, command: UpdateIncident) -> Receipt[IncidentView]:
        return self._incident("update_incident", command)

    def resolve_incident(self, command: ResolveIncident) -> Receipt[IncidentView]:
        return self._incident("resolve_incident", command)

    def withdraw_incident(self, command: WithdrawIncident) -> Receipt[IncidentView]:
        return self._incident("withdraw_incident", command)

    def link_ticket(self, command: LinkTicket) -> Receipt[IncidentView]:
        return self._incident("link_ticket", command)

    def get_status(self) -> StatusView:
        return StatusView.model_validate(self._call("get_status", GetStatus()))

    def list_incidents(self, query: ListIncidents) -> list[IncidentView]:
        return IncidentList.model_validate(self._call("list_incidents", query)).incidents

    def get_incident_stats(self, query: GetIncidentStats) -> IncidentStats:
        return IncidentStats.model_validate(self._call("get_incident_stats", query))
