"""A ticket is about an incident: kept beside it, and said to whoever waits for a first answer.

That we know of it is no answer: status, assignee and what is unanswered stay as they are. So they
do when the incident turns out to be a mistake, and with it what was said of it.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.storage.database import insert_if_absent
from contracts.errors import TicketClosed, TicketNotFound
from contracts.incidents import IncidentTicketLinked, IncidentView
from contracts.tickets import NoticeDelivered, TicketLinked, TicketUnlinked
from contracts.vocabulary import UNFINISHED, AuthorKind, Delivery, IncidentNotice, Source
from services.tickets.announcing import tell, touch
from services.tickets.domain.delivery import delivery_at_first
from services.tickets.models import Agent, Incident, Ticket, TicketMessage
from services.tickets.usecases.standing import living_status, load_ticket
from services.tickets.views import incident_view, message_view


def keep_link(
    session: Session, event: IncidentTicketLinked, now: datetime, reopen_within: timedelta
) -> None:
    """Keep which incident a ticket is about, unless something newer is known. A ticket that does
    not exist, or can no longer change, is left alone; of an incident that was declared by mistake
    it stays without one."""
    ticket = _living(session, event.ticket_id, now, reopen_within)
    if ticket is None or event.version <= ticket.link_version:
        return
    incident = _remember(session, event.incident)
    if ticket.incident_id != incident.id:
        ticket.status_before_end = None  # the return of the one it leaves opens it no more
    ticket.link_version = event.version
    ticket.incident = None if incident.is_withdrawn else incident
    touch(ticket, now)
    if incident.is_withdrawn:
        return
    notice = None
    if _has_to_be_told(session, ticket, incident):
        notice = notice_of(session, ticket, incident, IncidentNotice.KNOWN, now=now)
        notice.incident_status = event.incident.status
        notice.author_id, notice.author_name = _author(session, event)
        session.flush()
    told = {
        "incident": incident_view(incident),
        "incident_status": event.incident.status,
        "message": message_view(notice) if notice else None,
    }
    tell(session, TicketLinked, ticket, now, **told)
    if notice is not None and notice.delivery == Delivery.DELIVERED:
        note_told(session, ticket, notice, now)


def drop_link(session: Session, ticket: Ticket, incident: Incident, now: datetime) -> None:
    """The incident was declared by mistake: its ticket is about none, and as if never told of it.
    Whoever waits is told that much."""
    ticket.incident, ticket.noticed_at, ticket.unlinked_at = None, None, now
    touch(ticket, now)
    notice = None
    if ticket.status in UNFINISHED:
        notice = notice_of(session, ticket, incident, IncidentNotice.WITHDRAWN, now=now)
        session.flush()
    told = {
        "incident": incident_view(incident),
        "message": message_view(notice) if notice else None,
    }
    tell(session, TicketUnlinked, ticket, now, **told)


def note_told(session: Session, ticket: Ticket, notice: TicketMessage, now: datetime) -> None:
    """A notice has reached the requester, who may have been told or answered before. That of a
    withdrawn incident, and of its withdrawal, tells that we know of nothing."""
    written_at = notice.created_at
    if ticket.unlinked_at is not None and written_at <= ticket.unlinked_at:
        return
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
    """Held against a withdrawal meanwhile, which would not see the ticket yet."""
    insert_if_absent(session, Incident, id=incident.id, title=incident.title)
    return session.get_one(Incident, incident.id, with_for_update={"read": True})


def _has_to_be_told(session: Session, ticket: Ticket, incident: Incident) -> bool:
    """Nobody has answered, nor told of this incident, which a link can leave and come back to."""
    if ticket.first_response_at is not None:
        return False
    told = select(TicketMessage.id).where(
        TicketMessage.ticket_id == ticket.id, TicketMessage.incident_id == incident.id
    )
    return session.scalar(told.limit(1)) is None


def notice_of(
    session: Session, ticket: Ticket, incident: Incident, notice: IncidentNotice, *, now: datetime
) -> TicketMessage:
    """What the requester finds in the thread; the edges put it in words."""
    message = TicketMessage(
        ticket_id=ticket.id,
        delivery=delivery_at_first(Source(ticket.source)),
        author_kind=AuthorKind.SYSTEM,
        author_id="",
        author_name="",
        body="",
        created_at=now,
        incident=incident,
        notice=notice,
    )
    session.add(message)
    ticket.last_message_at = max(ticket.last_message_at, now)
    return message


def _author(session: Session, event: IncidentTicketLinked) -> tuple[str, str]:
    """Id and name of the agent who linked. Whoever said it of their own ticket is told by the desk:
    nobody's name stands there, as under news."""
    if event.by_requester:
        return "", ""
    agent = session.get(Agent, event.agent_id)
    return event.agent_id, agent.name if agent else event.agent_id
