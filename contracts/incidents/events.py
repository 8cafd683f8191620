"""The facts that incidents announces."""

from typing import ClassVar

from contracts.event import Event, Instant
from contracts.incidents.views import IncidentView, MaintenanceView, StatusView, SuspicionView


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
    heard_by: ClassVar = frozenset({"bot", "gateway", "tickets"})


class IncidentResolved(IncidentEvent):
    type: ClassVar = "incident.resolved.v1"
    heard_by: ClassVar = frozenset({"bot", "gateway", "tickets"})


class IncidentReopened(IncidentEvent):
    type: ClassVar = "incident.reopened.v1"
    heard_by: ClassVar = frozenset({"bot", "gateway", "tickets"})


class IncidentAssessed(IncidentEvent):
    """How bad it is, or what it hits, was told without a public word."""

    type: ClassVar = "incident.assessed.v1"
    heard_by: ClassVar = frozenset({"bot", "gateway"})


class IncidentExplained(IncidentEvent):
    """A post-mortem was written, or written anew."""

    type: ClassVar = "incident.explained.v1"
    heard_by: ClassVar = frozenset({"gateway"})


class IncidentWithdrawn(IncidentEvent):
    type: ClassVar = "incident.withdrawn.v1"
    heard_by: ClassVar = frozenset({"bot", "gateway", "tickets"})


class IncidentTicketLinked(Event):
    """A ticket is about this incident, and no longer about the one it was linked to before.

    Nothing that the public sees. `version` counts the links that the ticket has had. The
    requester's own link, `by_requester`, has the requester's id as `agent_id`.
    """

    type: ClassVar = "incident.ticket_linked.v1"
    heard_by: ClassVar = frozenset({"tickets"})

    incident: IncidentView
    ticket_id: int
    agent_id: str
    by_requester: bool = False


class IncidentFellSilent(Event):
    """The public was promised a word by `due_at`, and got none. Nothing that the public sees.

    `reminder` counts them since the last word, and so does `version`: the first is for whoever
    declared it, those after it are for all agents.
    """

    type: ClassVar = "incident.fell_silent.v1"
    heard_by: ClassVar = frozenset({"bot"})

    incident: IncidentView
    declared_by: str
    due_at: Instant
    reminder: int


class IncidentSuspected(Event):
    """More people write about a category than chance explains. Nothing that the public sees, and
    told once: `version` is always 1."""

    type: ClassVar = "incident.suspected.v1"
    heard_by: ClassVar = frozenset({"bot"})

    suspicion: SuspicionView


class MaintenanceEvent(Event):
    """A fact about planned work, with the whole public status after it, whose version it has."""

    maintenance: MaintenanceView
    status: StatusView


class MaintenanceAnnounced(MaintenanceEvent):
    type: ClassVar = "maintenance.announced.v1"
    heard_by: ClassVar = frozenset({"gateway"})


class MaintenanceChanged(MaintenanceEvent):
    type: ClassVar = "maintenance.changed.v1"
    heard_by: ClassVar = frozenset({"gateway"})


class MaintenanceStarted(MaintenanceEvent):
    type: ClassVar = "maintenance.started.v1"
    heard_by: ClassVar = frozenset({"bot", "gateway"})


class MaintenanceEnded(MaintenanceEvent):
    type: ClassVar = "maintenance.ended.v1"
    heard_by: ClassVar = frozenset({"bot", "gateway"})


class MaintenanceCancelled(MaintenanceEvent):
    type: ClassVar = "maintenance.cancelled.v1"
    heard_by: ClassVar = frozenset({"gateway"})
