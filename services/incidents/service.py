"""The entrypoints of the incidents process."""

from functools import partial

from chassis.service.extensions import OutboxRelay, ServiceSettings, Storage, Sweeping
from chassis.service.rpc import rpc
from chassis.storage.store import Store
from contracts import incidents as contract
from contracts.event import Receipt
from contracts.incidents import IncidentView, StatusView
from services.incidents import linking, queries, usecases
from services.incidents.settings import Settings
from services.incidents.views import status_view


class IncidentsService:
    """Incidents, their public updates and the overall status."""

    name = "incidents"

    store: Store = Storage()
    settings: Settings = ServiceSettings()
    relay = OutboxRelay()
    sweeping = Sweeping()

    # Commands

    @rpc
    def declare_incident(self, command: contract.DeclareIncident) -> Receipt[IncidentView]:
        declare = partial(usecases.declare_incident, names=self.settings.component_names)
        return self.store.once(IncidentView, declare, command)

    @rpc
    def update_incident(self, command: contract.UpdateIncident) -> Receipt[IncidentView]:
        update = partial(usecases.update_incident, names=self.settings.component_names)
        return self.store.once(IncidentView, update, command)

    @rpc
    def resolve_incident(self, command: contract.ResolveIncident) -> Receipt[IncidentView]:
        resolve = partial(usecases.resolve_incident, names=self.settings.component_names)
        return self.store.once(IncidentView, resolve, command)

    @rpc
    def withdraw_incident(self, command: contract.WithdrawIncident) -> Receipt[IncidentView]:
        withdraw = partial(usecases.withdraw_incident, names=self.settings.component_names)
        return self.store.once(IncidentView, withdraw, command)

    @rpc
    def link_ticket(self, command: contract.LinkTicket) -> Receipt[IncidentView]:
        return self.store.once(IncidentView, linking.link_ticket, command)

    # Queries

    @rpc
    def get_status(self, query: contract.GetStatus) -> StatusView:
        return self.store.ask(status_view, self.settings.component_names)

    @rpc
    def list_incidents(self, query: contract.ListIncidents) -> contract.IncidentList:
        return self.store.ask(queries.list_incidents, query)

    @rpc
    def get_incident_stats(self, query: contract.GetIncidentStats) -> contract.IncidentStats:
        return self.store.ask(queries.get_incident_stats, query)
