"""A ticket is about an incident: kept beside it, and said to whoever waits for a first answer.

That we know of it is no answer: status, assignee and what is unanswered stay as they are.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.storage.database import insert_if_absent
from contracts.errors import TicketClosed, TicketNotFound
from contracts.incidents import IncidentTicketLinked, IncidentView
from contracts.tickets import NoticeDelivered, TicketLinked
from contracts.vocabulary import AuthorKind, Delivery, Source
from services.tickets.announcing import tell, touch
from services.tickets.domain.delivery import delivery_at_first
from services.tickets.models import Agent, Incident, Ticket, TicketMessage
from services.tickets.usecases.standing import living_status, load_ticket
from services.tickets.views import incident_view, message_view


def keep_link(
    session: Session, event: IncidentTicketLinked, now: datetime, reopen_within: timedelta
) -> None:
    """Keep which incident a ticket is about, unless something newer is known. A ticket that does
    not exist, or can no longer change, is left alone."""
    ticket = _living(session, event.ticket_id, now, reopen_within)
    if ticket is None or event.version <= ticket.link_version:
        return
    incident = _remember(session, event.incident)
    ticket.incident, ticket.link_version = incident, event.version
    touch(ticket, now)
    notice = None
    if _has_to_be_told(session, ticket, incident):
        notice = notice_of(session, ticket, incident, now)
        notice.author_id, notice.author_name = _author(session, ticket, event)
        session.flush()
    told = {
        "incident": incident_view(incident),
        "incident_status": event.incident.status,
        "message": message_view(notice) if notice else None,
    }
    tell(session, TicketLinked, ticket, now, **told)
    if notice is not None and notice.delivery == Delivery.DELIVERED:
        note_told(session, ticket, notice, now)


def note_told(session: Session, ticket: Ticket, notice: TicketMessage, now: datetime) -> None:
    """A notice has reached the requester, who may have been told or answered before."""
    written_at = notice.created_at
    if ticket.first_response_at is not None or (ticket.noticed_at or now) < written_at:
        return
    ticket.noticed_at = written_at
    tell(session, NoticeDelivered, ticket, now, message_id=notice.id, written_at=written_at)


def _living(
    session: Session, ticket_id: int, now: datetime, reopen_within: timedelta
) -> Ticket | None:
    try:
        ticket = load_ticket(session, ticket_id)
        living_status(session, ticket, now, reopen_within)
    except (TicketNotFound, TicketClosed):
        return None
    return ticket


def _remember(session: Session, incident: IncidentView) -> Incident:
    insert_if_absent(session, Incident, id=incident.id, title=incident.title)
    return session.get_one(Incident, incident.id)


def _has_to_be_told(session: Session, ticket: Ticket, incident: Incident) -> bool:
    """Nobody has answered, nor told of this incident, which a link can leave and come back to."""
    if ticket.first_response_at is not None:
        return False
    told = select(TicketMessage.id).where(
        TicketMessage.ticket_id == ticket.id, TicketMessage.incident_id == incident.id
    )
    return session.scalar(told.limit(1)) is None


def notice_of(session: Session, ticket: Ticket, incident: Incident, now: datetime) -> TicketMessage:
    """What the requester finds in the thread; the edges put it in words."""
    notice = TicketMessage(
        ticket_id=ticket.id,
        delivery=delivery_at_first(Source(ticket.source)),
        author_kind=AuthorKind.SYSTEM,
        author_id="",
        author_name="",
        body="",
        created_at=now,
        incident=incident,
    )
    session.add(notice)
    ticket.last_message_at = max(ticket.last_message_at, now)
    return notice


def _author(session: Session, ticket: Ticket, event: IncidentTicketLinked) -> tuple[str, str]:
    """Id and name of whoever linked: an agent, or the requester."""
    if event.by_requester:
        return event.agent_id, ticket.requester.name
    agent = session.get(Agent, event.agent_id)
    return event.agent_id, agent.name if agent else event.agent_id
