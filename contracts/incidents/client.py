"""The only place where the names of incidents' RPCs are strings."""

from typing import Any

from contracts.caller import Caller
from contracts.event import Command, Message, Receipt
from contracts.incidents.commands import (
    AnnounceMaintenance,
    AssessIncident,
    CancelMaintenance,
    ChangeMaintenance,
    DeclareIncident,
    DismissSuspicion,
    GetAuditTrail,
    GetIncidentStats,
    GetStatus,
    JoinIncident,
    LinkTicket,
    LinkTickets,
    ListIncidents,
    ReopenIncident,
    ResolveIncident,
    UpdateIncident,
    WithdrawIncident,
    WritePostmortem,
)
from contracts.incidents.views import (
    AuditEntry,
    AuditTrail,
    IncidentList,
    IncidentStats,
    IncidentView,
    MaintenanceView,
    StatusView,
    SuspicionView,
)


class IncidentsClient:
    """Calls incidents; each method raises the errors that the use case behind it names."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def _call(self, method: str, message: Message) -> Any:
        return self._caller.call("incidents", method, message)

    def _incident(self, method: str, command: Command) -> Receipt[IncidentView]:
        return Receipt[IncidentView].model_validate(self._call(method, command))

    def _maintenance(self, method: str, command: Command) -> Receipt[MaintenanceView]:
        return Receipt[MaintenanceView].model_validate(self._call(method, command))

    def declare_incident(self, command: DeclareIncident) -> Receipt[IncidentView]:
        return self._incident("declare_incident", command)

    def assess_incident(self, command: AssessIncident) -> Receipt[IncidentView]:
        return self._incident("assess_incident", command)

    def update_incident(self, command: UpdateIncident) -> Receipt[IncidentView]:
        return self._incident("update_incident", command)

    def resolve_incident(self, command: ResolveIncident) -> Receipt[IncidentView]:
        return self._incident("resolve_incident", command)

    def reopen_incident(self, command: ReopenIncident) -> Receipt[IncidentView]:
        return self._incident("reopen_incident", command)

    def write_postmortem(self, command: WritePostmortem) -> Receipt[IncidentView]:
        return self._incident("write_postmortem", command)

    def withdraw_incident(self, command: WithdrawIncident) -> Receipt[IncidentView]:
        return self._incident("withdraw_incident", command)

    def link_ticket(self, command: LinkTicket) -> Receipt[IncidentView]:
        return self._incident("link_ticket", command)

    def link_tickets(self, command: LinkTickets) -> Receipt[IncidentView]:
        return self._incident("link_tickets", command)

    def join_incident(self, command: JoinIncident) -> Receipt[IncidentView]:
        return self._incident("join_incident", command)

    def dismiss_suspicion(self, command: DismissSuspicion) -> Receipt[SuspicionView]:
        return Receipt[SuspicionView].model_validate(self._call("dismiss_suspicion", command))

    def announce_maintenance(self, command: AnnounceMaintenance) -> Receipt[MaintenanceView]:
        return self._maintenance("announce_maintenance", command)

    def change_maintenance(self, command: ChangeMaintenance) -> Receipt[MaintenanceView]:
        return self._maintenance("change_maintenance", command)

    def cancel_maintenance(self, command: CancelMaintenance) -> Receipt[MaintenanceView]:
        return self._maintenance("cancel_maintenance", command)

    def get_status(self) -> StatusView:
        return StatusView.model_validate(self._call("get_status", GetStatus()))

    def list_incidents(self, query: ListIncidents) -> list[IncidentView]:
        return IncidentList.model_validate(self._call("list_incidents", query)).incidents

    def get_incident_stats(self, query: GetIncidentStats) -> IncidentStats:
        return IncidentStats.model_validate(self._call("get_incident_stats", query))

    def get_audit_trail(self, query: GetAuditTrail) -> list[AuditEntry]:
        return AuditTrail.model_validate(self._call("get_audit_trail", query)).entries
