"""Agents around a running incidents process, and somebody who writes down what it publishes."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from amqp import Connection

from chassis.broker.address import BrokerAddress
from chassis.broker.topology import EVENTS, declare
from chassis.clock import ShiftedClock
from chassis.rpc.client import RpcClient
from contracts.event import Message, Receipt
from contracts.incidents import (
    AnnounceMaintenance,
    AssessIncident,
    AuditEntry,
    CancelMaintenance,
    ChangeMaintenance,
    DeclareIncident,
    DismissSuspicion,
    GetAuditTrail,
    GetIncidentStats,
    IncidentAssessed,
    IncidentDeclared,
    IncidentEvent,
    IncidentExplained,
    IncidentFellSilent,
    IncidentReopened,
    IncidentResolved,
    IncidentsClient,
    IncidentStats,
    IncidentSuspected,
    IncidentTicketLinked,
    IncidentUpdated,
    IncidentView,
    IncidentWithdrawn,
    JoinIncident,
    LinkTicket,
    LinkTickets,
    ListIncidents,
    MaintenanceAnnounced,
    MaintenanceCancelled,
    MaintenanceChanged,
    MaintenanceEnded,
    MaintenanceEvent,
    MaintenanceStarted,
    MaintenanceView,
    ReopenIncident,
    ResolveIncident,
    StatusView,
    SuspicionView,
    UpdateIncident,
    WithdrawIncident,
    WritePostmortem,
)
from tests.support.waiting import wait_until

AGENT = "tg:7001"
QUEUE = "bystander"
EVENT_TYPES = {
    event.type: event
    for event in (
        IncidentDeclared,
        IncidentAssessed,
        IncidentUpdated,
        IncidentResolved,
        IncidentReopened,
        IncidentExplained,
        IncidentWithdrawn,
        MaintenanceAnnounced,
        MaintenanceChanged,
        MaintenanceStarted,
        MaintenanceEnded,
        MaintenanceCancelled,
    )
}
_numbers = count(1)


class IncidentRoom:
    """Says what the bot would say over the wire. `clock` is the process's own."""

    def __init__(self, amqp_url: str, clock_file: Path) -> None:
        self.clock = ShiftedClock(clock_file)
        self.amqp_url = amqp_url
        self._clock_file = clock_file
        self._offset = 0.0
        self.rpc = RpcClient(amqp_url, "room")
        self.client = IncidentsClient(self)
        self.heard: list[IncidentEvent | MaintenanceEvent] = []
        self.links_made: list[IncidentTicketLinked] = []
        self.silences: list[IncidentFellSilent] = []
        self.suspected: list[IncidentSuspected] = []
        self._bystander = _bystander(amqp_url)

    def call(self, service: str, method: str, message: Message | None = None) -> Any:
        return self.rpc.call(service, method, message, timeout=10)

    def close(self) -> None:
        self.rpc.close()
        self._bystander.close()

    def time_passes(self, **parts: float) -> None:
        """Move the process's clock and ours."""
        self._offset += timedelta(**parts).total_seconds()
        written = self._clock_file.with_suffix(".new")
        written.write_text(str(self._offset), encoding="ascii")
        written.replace(self._clock_file)

    def calms_down(self) -> None:
        """End whatever is open or planned and let an hour go by."""
        for planned in self.status.maintenances:
            self.cancels_work(planned.id)
        for incident in self.status.incidents:
            self.resolves("calm again", incident_id=incident.id)
        self.time_passes(hours=1)

    def declaration(self, title: str = "Payments fail", **wishes: Any) -> DeclareIncident:
        now = self.clock.now()
        said = {"command_id": new_id(), "declared_by": AGENT, "declared_at": now} | wishes
        return DeclareIncident(title=title, **said)

    def declares(self, title: str = "Payments fail", **wishes: Any) -> IncidentView:
        return self.client.declare_incident(self.declaration(title, **wishes)).result

    def assesses(self, **wishes: Any) -> Receipt[IncidentView]:
        now = self.clock.now()
        said = {"command_id": new_id(), "assessed_by": AGENT, "assessed_at": now} | wishes
        return self.client.assess_incident(AssessIncident(**said))

    def updates(self, message: str = "We know why", **wishes: Any) -> IncidentView:
        now = self.clock.now()
        said = {"command_id": new_id(), "updated_by": AGENT, "updated_at": now} | wishes
        return self.client.update_incident(UpdateIncident(message=message, **said)).result

    def resolves(self, message: str = "Payments work", **wishes: Any) -> IncidentView:
        now = self.clock.now()
        said = {"command_id": new_id(), "resolved_by": AGENT, "resolved_at": now} | wishes
        return self.client.resolve_incident(ResolveIncident(message=message, **said)).result

    def reopens(self, incident_id: int, message: str = "It is back", **wishes: Any) -> IncidentView:
        now = self.clock.now()
        said = {"command_id": new_id(), "reopened_by": AGENT, "reopened_at": now} | wishes
        command = ReopenIncident(incident_id=incident_id, message=message, **said)
        return self.client.reopen_incident(command).result

    def explains(self, incident_id: int, text: str = "A certificate had expired") -> IncidentView:
        command = WritePostmortem(
            command_id=new_id(),
            incident_id=incident_id,
            text=text,
            written_by=AGENT,
            written_at=self.clock.now(),
        )
        return self.client.write_postmortem(command).result

    def trail_of(self, incident_id: int) -> list[AuditEntry]:
        return self.client.get_audit_trail(GetAuditTrail(incident_id=incident_id))

    def silences_of(self, incident_id: int, count: int) -> list[IncidentFellSilent]:
        """The reminders of an incident, once so many have come."""

        def found() -> list[IncidentFellSilent]:
            self.listens()
            return [one for one in self.silences if one.incident.id == incident_id]

        wait_until(lambda: len(found()) >= count, 10, f"there were not {count} reminders")
        return found()

    def plans(
        self,
        title: str = "A new gateway",
        *,
        in_minutes: float = 10,
        minutes: float = 60,
        **wishes: Any,
    ) -> MaintenanceView:
        """Announce work that begins in so many minutes and takes so many."""
        starts_at = self.clock.now() + timedelta(minutes=in_minutes)
        said = {
            "command_id": new_id(),
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=minutes),
            "announced_by": AGENT,
            "announced_at": self.clock.now(),
        } | wishes
        command = AnnounceMaintenance(title=title, **said)
        return self.client.announce_maintenance(command).result

    def changes_work(self, maintenance_id: int, **components: bool) -> MaintenanceView:
        command = ChangeMaintenance(
            command_id=new_id(),
            maintenance_id=maintenance_id,
            components=components,
            changed_by=AGENT,
        )
        return self.client.change_maintenance(command).result

    def cancels_work(self, maintenance_id: int) -> MaintenanceView:
        command = CancelMaintenance(
            command_id=new_id(),
            maintenance_id=maintenance_id,
            cancelled_by=AGENT,
            cancelled_at=self.clock.now(),
        )
        return self.client.cancel_maintenance(command).result

    def dismisses(self, suspicion_id: int, **wishes: Any) -> Receipt[SuspicionView]:
        now = self.clock.now()
        said = {"command_id": new_id(), "dismissed_by": AGENT, "dismissed_at": now} | wishes
        command = DismissSuspicion(suspicion_id=suspicion_id, **said)
        return self.client.dismiss_suspicion(command)

    def withdraws(self, incident_id: int) -> Receipt[IncidentView]:
        return self.client.withdraw_incident(
            WithdrawIncident(
                command_id=new_id(),
                incident_id=incident_id,
                withdrawn_by=AGENT,
                withdrawn_at=self.clock.now(),
            )
        )

    def links(
        self, ticket_id: int, incident_id: int | None = None, **wishes: Any
    ) -> Receipt[IncidentView]:
        said = {"command_id": new_id(), "agent_id": AGENT} | wishes
        command = LinkTicket(ticket_id=ticket_id, incident_id=incident_id, **said)
        return self.client.link_ticket(command)

    def links_all(self, ticket_ids: list[int]) -> IncidentView:
        command = LinkTickets(command_id=new_id(), ticket_ids=ticket_ids, agent_id=AGENT)
        return self.client.link_tickets(command).result

    def joins(
        self, incident_id: int, requester_id: str, ticket_id: int | None = None, **wishes: Any
    ) -> IncidentView:
        said = {"command_id": new_id(), "ticket_id": ticket_id} | wishes
        command = JoinIncident(incident_id=incident_id, requester_id=requester_id, **said)
        return self.client.join_incident(command).result

    @property
    def status(self) -> StatusView:
        return self.client.get_status()

    def history(self, **wishes: Any) -> list[IncidentView]:
        return self.client.list_incidents(ListIncidents(**wishes))

    def figures(self, **since: float) -> IncidentStats:
        """Of the time since so long ago, by the process's clock."""
        now = self.clock.now()
        query = GetIncidentStats(from_at=now - timedelta(**since), to_at=now + timedelta(seconds=1))
        return self.client.get_incident_stats(query)

    def events_up_to(
        self, version: int, seconds: float = 10
    ) -> list[IncidentEvent | MaintenanceEvent]:
        """Everything published so far, once the event of this version has come."""

        def has_come() -> bool:
            self.listens()
            return any(event.version >= version for event in self.heard)

        wait_until(has_come, seconds, f"version {version} was not published")
        return self.heard

    def links_of(self, ticket_id: int) -> list[IncidentTicketLinked]:
        """The links of a ticket that were published: all, since what came after them has come."""
        self.declares("After all links", even_if_recent=True)
        self.events_up_to(self.status.version)
        return [event for event in self.links_made if event.ticket_id == ticket_id]

    def listens(self) -> None:
        """Take in everything that has been published."""
        channel = self._bystander.channel()
        while (message := channel.basic_get(QUEUE, no_ack=True)) is not None:
            event_type = message.delivery_info["routing_key"]
            if event_type == IncidentTicketLinked.type:
                self.links_made.append(IncidentTicketLinked.model_validate_json(message.body))
            elif event_type == IncidentSuspected.type:
                self.suspected.append(IncidentSuspected.model_validate_json(message.body))
            elif event_type == IncidentFellSilent.type:
                self.silences.append(IncidentFellSilent.model_validate_json(message.body))
            else:
                event = EVENT_TYPES[event_type]
                self.heard.append(event.model_validate_json(message.body))
        channel.close()


def new_id() -> str:
    return f"room-{next(_numbers)}"


def refusal_changes_nothing(room: IncidentRoom, attempt: Callable[[], object]) -> Any:
    """Make an attempt that must be refused, and return the refusal."""
    before = room.status
    try:
        attempt()
    except Exception as refusal:
        assert room.status == before
        return refusal
    raise AssertionError("it was not refused")


def _bystander(amqp_url: str) -> Connection:
    """A connection with a queue that every fact about incidents reaches."""
    declare(amqp_url, [])
    connection = BrokerAddress.parse(amqp_url).connect()
    channel = connection.channel()
    channel.queue_declare(QUEUE, exclusive=True)
    channel.queue_bind(QUEUE, EVENTS, "incident.#")
    channel.queue_bind(QUEUE, EVENTS, "maintenance.#")
    channel.close()
    return connection
