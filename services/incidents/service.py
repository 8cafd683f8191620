"""The entrypoints of the incidents process."""

from functools import partial

from sqlalchemy.orm import Session

from chassis.service.extensions import OutboxRelay, ServiceSettings, SharedStore, Storage, Sweeping
from chassis.service.listening import listens
from chassis.service.loop import Loop
from chassis.service.rpc import rpc
from chassis.storage.store import Store
from contracts import incidents as contract
from contracts import tickets as fact
from contracts.event import Receipt
from contracts.incidents import IncidentView, MaintenanceView, StatusView, SuspicionView
from services.incidents import queries, trail
from services.incidents.openings import thin_out
from services.incidents.product import Product
from services.incidents.settings import Settings
from services.incidents.usecases import (
    assessing,
    declaring,
    linking,
    maintaining,
    reminding,
    suspecting,
    telling,
)
from services.incidents.views import status_view


class Watching(Loop):
    """Looks once a second for what time alone brings about: the public waits for a promised word,
    planned work begins or ends."""

    shared = SharedStore()

    def run_once(self) -> bool:
        settings: Settings = self.container.config["settings"]
        store: Store = self.shared.store
        now = store.now()
        due = store.glance(queries.what_is_due, now)
        if due.is_reminder:
            with store.writing() as session:
                reminding.remind_silent(session, settings.file.incidents, now)
        if not due.is_work:
            return False
        with store.writing() as session:
            return maintaining.keep_time(session, settings.product, now)


class Thinning(Loop):
    """Forgets old openings of tickets, once an hour."""

    shared = SharedStore()
    interval = 3600.0

    def run_once(self) -> None:
        settings: Settings = self.container.config["settings"]
        store: Store = self.shared.store
        with store.writing() as session:
            thin_out(session, store.now(), settings.product.rules.surge.history_weeks)


class IncidentsService:
    """Incidents, their public updates and the overall status."""

    name = "incidents"

    store: Store = Storage()
    settings: Settings = ServiceSettings()
    relay = OutboxRelay()
    sweeping = Sweeping()
    watching = Watching()
    thinning = Thinning()

    # Commands

    @rpc
    def declare_incident(self, command: contract.DeclareIncident) -> Receipt[IncidentView]:
        act = partial(declaring.declare_incident, product=self._product)
        return self.store.once(IncidentView, act, command)

    @rpc
    def assess_incident(self, command: contract.AssessIncident) -> Receipt[IncidentView]:
        act = partial(assessing.assess_incident, product=self._product)
        return self.store.once(IncidentView, act, command)

    @rpc
    def update_incident(self, command: contract.UpdateIncident) -> Receipt[IncidentView]:
        act = partial(telling.update_incident, product=self._product)
        return self.store.once(IncidentView, act, command)

    @rpc
    def resolve_incident(self, command: contract.ResolveIncident) -> Receipt[IncidentView]:
        act = partial(telling.resolve_incident, product=self._product)
        return self.store.once(IncidentView, act, command)

    @rpc
    def reopen_incident(self, command: contract.ReopenIncident) -> Receipt[IncidentView]:
        act = partial(telling.reopen_incident, product=self._product)
        return self.store.once(IncidentView, act, command)

    @rpc
    def write_postmortem(self, command: contract.WritePostmortem) -> Receipt[IncidentView]:
        act = partial(telling.write_postmortem, product=self._product)
        return self.store.once(IncidentView, act, command)

    @rpc
    def withdraw_incident(self, command: contract.WithdrawIncident) -> Receipt[IncidentView]:
        act = partial(declaring.withdraw_incident, product=self._product)
        return self.store.once(IncidentView, act, command)

    @rpc
    def link_ticket(self, command: contract.LinkTicket) -> Receipt[IncidentView]:
        return self.store.once(IncidentView, linking.link_ticket, command)

    @rpc
    def link_tickets(self, command: contract.LinkTickets) -> Receipt[IncidentView]:
        return self.store.once(IncidentView, linking.link_tickets, command)

    @rpc
    def join_incident(self, command: contract.JoinIncident) -> Receipt[IncidentView]:
        return self.store.once(IncidentView, linking.join_incident, command)

    @rpc
    def dismiss_suspicion(self, command: contract.DismissSuspicion) -> Receipt[SuspicionView]:
        act = partial(suspecting.dismiss_suspicion, product=self._product)
        return self.store.once(SuspicionView, act, command)

    @rpc
    def announce_maintenance(
        self, command: contract.AnnounceMaintenance
    ) -> Receipt[MaintenanceView]:
        act = partial(maintaining.announce_maintenance, product=self._product)
        return self.store.once(MaintenanceView, act, command)

    @rpc
    def change_maintenance(self, command: contract.ChangeMaintenance) -> Receipt[MaintenanceView]:
        act = partial(maintaining.change_maintenance, product=self._product)
        return self.store.once(MaintenanceView, act, command)

    @rpc
    def cancel_maintenance(self, command: contract.CancelMaintenance) -> Receipt[MaintenanceView]:
        act = partial(maintaining.cancel_maintenance, product=self._product)
        return self.store.once(MaintenanceView, act, command)

    # Queries

    @rpc
    def get_status(self, query: contract.GetStatus) -> StatusView:
        return self.store.ask(status_view, self._product.names, self.store.now())

    @rpc
    def list_incidents(self, query: contract.ListIncidents) -> contract.IncidentList:
        return self.store.ask(queries.list_incidents, query)

    @rpc
    def get_incident_stats(self, query: contract.GetIncidentStats) -> contract.IncidentStats:
        return self.store.ask(queries.get_incident_stats, query)

    @rpc
    def get_audit_trail(self, query: contract.GetAuditTrail) -> contract.AuditTrail:
        return self.store.ask(trail.get_audit_trail, query)

    # Events

    @listens(fact.TicketOpened)
    def hear_opened(self, session: Session, event: fact.TicketOpened) -> None:
        self._hear(session, event)

    @listens(fact.TicketCategorised)
    def hear_categorised(self, session: Session, event: fact.TicketCategorised) -> None:
        self._hear(session, event)

    def _hear(self, session: Session, event: fact.TicketEvent) -> None:
        suspecting.hear_opening(session, event.ticket, self.store.now(), self._product)

    @property
    def _product(self) -> Product:
        return self.settings.product
