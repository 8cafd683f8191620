"""A ticket is about an incident: kept beside it, and said to whoever waits for a first answer.

That we know of it is no answer: status, assignee and what is unanswered stay as they are. So they
do when the incident turns out to be a mistake, and with it what was said of it. Of one that is over
nobody hears that we know: they hear the end.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog import get_logger

from chassis.storage.database import insert_if_absent
from contracts.errors import TicketClosed, TicketNotFound
from contracts.incidents import IncidentTicketLinked, IncidentView
from contracts.tickets import TicketLinked, TicketUnlinked
from contracts.vocabulary import UNFINISHED, Delivery, IncidentNotice, IncidentStatus
from services.tickets.announcing import in_turn, tell, touch
from services.tickets.models import Agent, Incident, IncidentNews, Ticket, TicketMessage
from services.tickets.usecases.notices import note_told, notice_of
from services.tickets.usecases.standing import living_status, load_ticket
from services.tickets.usecases.telling import end_of, tell_word
from services.tickets.views import incident_view, message_view

log = get_logger()


def keep_link(
    session: Session, event: IncidentTicketLinked, now: datetime, reopen_within: timedelta
) -> None:
    """Keep which incident a ticket is about, unless something newer is known. A ticket that does
    not exist, or can no longer change, is left alone; of an incident that was declared by mistake
    it stays without one."""
    ticket = _living(session, event.ticket_id, now, reopen_within)
    if ticket is None:
        log.warning("a ticket that was linked to an incident is at its end", id=event.ticket_id)
        return
    if event.version <= ticket.link_version:
        return
    now = in_turn(now, ticket.created_at, ticket.unlinked_at)
    incident = _remember(session, event.incident)
    is_moved = ticket.incident_id != incident.id
    if is_moved:
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
    if is_moved:
        _tell_end(session, ticket, incident, now)


def drop_link(session: Session, ticket: Ticket, incident: Incident, now: datetime) -> None:
    """The incident was declared by mistake: its ticket is about none, and as if never told of it.
    Whoever waits is told that much."""
    now = in_turn(now, ticket.last_message_at)
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
    """Nobody has answered, nor told of this incident, which a link can leave and come back to. Of
    one that is over there is the end to tell."""
    if ticket.first_response_at is not None or incident.ended_at is not None:
        return False
    told = select(TicketMessage.id).where(
        TicketMessage.ticket_id == ticket.id, TicketMessage.incident_id == incident.id
    )
    return session.scalar(told.limit(1)) is None


def _tell_end(session: Session, ticket: Ticket, incident: Incident, now: datetime) -> None:
    """The incident was over before its link was heard of. Its end is told here, unless those who
    tell the news come to the ticket yet."""
    end = end_of(incident)
    if end is not None and not _is_end_to_come(session, ticket, incident):
        tell_word(session, ticket, end, now)


def _is_end_to_come(session: Session, ticket: Ticket, incident: Incident) -> bool:
    """Held against whoever tells it meanwhile, and would not see the ticket yet."""
    ends = select(IncidentNews.id).where(
        IncidentNews.incident_id == incident.id,
        IncidentNews.status == IncidentStatus.RESOLVED,
        IncidentNews.told_up_to < ticket.id,
    )
    return session.scalars(ends.with_for_update(read=True)).first() is not None


def _author(session: Session, event: IncidentTicketLinked) -> tuple[str, str]:
    """Id and name of the agent who linked. Whoever said it of their own ticket is told by the desk:
    nobody's name stands there, as under news."""
    if event.by_requester:
        return "", ""
    agent = session.get(Agent, event.agent_id)
    return event.agent_id, agent.name if agent else event.agent_id
