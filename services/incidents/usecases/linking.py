"""Which tickets an incident is about. The public sees nothing of it: its status stays as it is."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from chassis.events.outbox import announce
from contracts.errors import TicketNotFound
from contracts.incidents import IncidentTicketLinked, IncidentView, LinkTicket
from contracts.tickets import LARGEST_ID
from contracts.vocabulary import IncidentAction, IncidentStatus
from services.incidents.announcing import wait_for_turn
from services.incidents.domain.progress import refuse_resolved
from services.incidents.finding import find_meant
from services.incidents.models import IncidentTicket
from services.incidents.trail import note
from services.incidents.views import incident_view


def link_ticket(session: Session, command: LinkTicket, now: datetime) -> IncidentView:
    """Link a ticket to an open incident, and to no other any more.

    Raises TicketNotFound for a number that no ticket can have, IncidentNotFound, NoOpenIncident,
    SeveralOpenIncidents, IncidentAlreadyResolved.
    """
    if not 0 < command.ticket_id <= LARGEST_ID:
        raise TicketNotFound("there is no such ticket", {"ticket_id": str(command.ticket_id)})
    wait_for_turn(session)
    incident = find_meant(session, command.incident_id)
    refuse_resolved(IncidentStatus(incident.status))
    view = incident_view(incident)
    link = session.get(IncidentTicket, command.ticket_id)
    if link is None:
        link = IncidentTicket(ticket_id=command.ticket_id, version=0)
        session.add(link)
    elif link.incident_id == incident.id:
        return view
    link.incident_id, link.version = incident.id, link.version + 1
    link.linked_at, link.linked_by = now, command.agent_id
    note(
        session,
        incident,
        IncidentAction.TICKET_LINKED,
        command,
        actor=command.agent_id,
        at=now,
        ticket_id=link.ticket_id,
    )
    _tell(session, link, view, now)
    return view


def _tell(session: Session, link: IncidentTicket, incident: IncidentView, now: datetime) -> None:
    event = IncidentTicketLinked(
        event_id=uuid4(),
        occurred_at=now,
        version=link.version,
        incident=incident,
        ticket_id=link.ticket_id,
        agent_id=link.linked_by,
    )
    announce(session, event)
