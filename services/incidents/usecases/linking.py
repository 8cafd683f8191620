"""Which tickets an incident is about, and who has its trouble without one. The public sees nothing
of it: its status stays as it is."""

from datetime import datetime
from functools import partial
from uuid import uuid4

from sqlalchemy.orm import Session

from chassis.events.outbox import announce
from contracts.errors import TicketClosed, TicketNotFound
from contracts.incidents import (
    IncidentTicketLinked,
    IncidentView,
    JoinIncident,
    LinkTicket,
    LinkTickets,
)
from contracts.incidents.commands import IncidentCommand
from contracts.tickets import LARGEST_ID
from contracts.vocabulary import IncidentAction, IncidentStatus
from services.incidents.announcing import wait_for_turn
from services.incidents.domain.progress import refuse_resolved
from services.incidents.finding import find_meant
from services.incidents.models import Follower, Incident, IncidentTicket, TicketOpening
from services.incidents.queries import count_affected
from services.incidents.trail import note
from services.incidents.views import incident_view


def link_ticket(session: Session, command: LinkTicket, now: datetime) -> IncidentView:
    """Link a ticket to an open incident, and to no other any more.

    Raises TicketNotFound for a number that no ticket can have, IncidentNotFound, NoOpenIncident,
    SeveralOpenIncidents, IncidentAlreadyResolved.
    """
    incident = _open_one(session, command.incident_id, [command.ticket_id])
    _link(session, incident, [command.ticket_id], command, actor=command.agent_id, now=now)
    return incident_view(incident)


def link_tickets(session: Session, command: LinkTickets, now: datetime) -> IncidentView:
    """Link several. Raises as link_ticket does, and then links none."""
    incident = _open_one(session, command.incident_id, command.ticket_ids)
    _link(session, incident, command.ticket_ids, command, actor=command.agent_id, now=now)
    return incident_view(incident)


def join_incident(session: Session, command: JoinIncident, now: datetime) -> IncidentView:
    """Count a requester who has it too, once. Raises TicketNotFound, TicketClosed,
    IncidentNotFound, IncidentAlreadyResolved."""
    if command.closed_ticket is not None:
        into = command.closed_ticket.merged_into
        details = {} if into is None else {"merged_into": str(into)}
        raise TicketClosed("the ticket is closed", details)
    ticket_ids = [] if command.ticket_id is None else [command.ticket_id]
    incident = _open_one(session, command.incident_id, ticket_ids)
    if ticket_ids:
        requester = command.requester_id
        _link(session, incident, ticket_ids, command, actor=requester, now=now, by_requester=True)
    elif session.get(Follower, (incident.id, command.requester_id)) is None:
        session.add(
            Follower(incident_id=incident.id, requester_id=command.requester_id, joined_at=now)
        )
        incident.affected = count_affected(session, incident.id)
    return incident_view(incident)


def _open_one(session: Session, incident_id: int | None, ticket_ids: list[int]) -> Incident:
    for ticket_id in ticket_ids:
        if not 0 < ticket_id <= LARGEST_ID:
            raise TicketNotFound("there is no such ticket", {"ticket_id": str(ticket_id)})
    wait_for_turn(session)
    incident = find_meant(session, incident_id)
    refuse_resolved(IncidentStatus(incident.status))
    return incident


def _link(
    session: Session,
    incident: Incident,
    ticket_ids: list[int],
    command: IncidentCommand,
    *,
    actor: str,
    now: datetime,
    by_requester: bool = False,
) -> None:
    """Link those that are not yet, and tell of each with the incident as all of them leave it."""
    links = [_link_of(session, ticket_id) for ticket_id in dict.fromkeys(ticket_ids)]
    moved = [link for link in links if link.incident_id != incident.id]
    left = _left_by(session, moved)
    for link in links:
        link.requester_id = actor if by_requester else _requester_of(session, link)
    for link in moved:
        link.incident_id, link.version = incident.id, link.version + 1
        link.linked_at, link.linked_by = now, actor
        session.add(link)
    for one in (incident, *left):
        one.affected = count_affected(session, one.id)
    if not moved:
        return
    act = partial(note, session, command=command, actor=actor, at=now)
    for one, its in left.items():
        unlinked = IncidentAction.TICKET_UNLINKED
        act(one, unlinked, ticket_id=_listed(its), moved_to=incident.id)
    its = [link.ticket_id for link in moved]
    act(incident, IncidentAction.TICKET_LINKED, ticket_id=_listed(its))
    view = incident_view(incident)
    for link in moved:
        event = IncidentTicketLinked(
            event_id=uuid4(),
            occurred_at=now,
            version=link.version,
            incident=view,
            ticket_id=link.ticket_id,
            agent_id=actor,
            by_requester=by_requester,
        )
        announce(session, event)


def _left_by(session: Session, moved: list[IncidentTicket]) -> dict[Incident, list[int]]:
    """The incidents that lose links, each with its tickets; what is new leaves none."""
    left: dict[Incident, list[int]] = {}
    for link in moved:
        if link.version:
            old = session.get_one(Incident, link.incident_id)
            left.setdefault(old, []).append(link.ticket_id)
    return left


def _listed(ticket_ids: list[int]) -> str:
    return ", ".join(f"{one}" for one in ticket_ids)


def _link_of(session: Session, ticket_id: int) -> IncidentTicket:
    """The ticket's link, perhaps a new one that links it to nothing yet."""
    return session.get(IncidentTicket, ticket_id) or IncidentTicket(ticket_id=ticket_id, version=0)


def _requester_of(session: Session, link: IncidentTicket) -> str | None:
    """Whose the ticket is, if that was heard or said: only the last day's openings are kept."""
    opening = session.get(TicketOpening, link.ticket_id)
    return link.requester_id or (opening.requester_id if opening else None)
