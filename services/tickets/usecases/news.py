"""The requesters of an incident's tickets are told what the public is told: how it goes on, that it
is over, that it is back, and that there was none.

The news is kept first and told bit by bit, so that thousands of tickets hold nobody up. An end is
kept on, for a ticket of whose link is heard later.
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from chassis.storage.database import insert_if_absent
from contracts.incidents import IncidentEvent, IncidentReopened, IncidentWithdrawn
from contracts.tickets import TicketView, WishNews
from contracts.vocabulary import IncidentNotice, IncidentStatus, TicketStatus
from services.tickets.models import Incident, IncidentNews, Ticket
from services.tickets.usecases.linking import drop_link
from services.tickets.usecases.standing import living_status, load_ticket
from services.tickets.usecases.telling import Word, tell_word
from services.tickets.views import ticket_view


def keep_news(session: Session, event: IncidentEvent) -> None:
    """Keep what the public was told last, or that it was a mistake, unless something newer is
    known."""
    told, last = event.incident, event.incident.updates[-1]
    insert_if_absent(session, Incident, id=told.id, title=told.title)
    incident = session.get_one(Incident, told.id, with_for_update=True)
    if event.version <= incident.version:
        return
    incident.version = event.version
    incident.is_withdrawn = isinstance(event, IncidentWithdrawn)
    is_end = told.status is IncidentStatus.RESOLVED
    incident.ended_at = last.created_at if is_end else None
    incident.ended_with = last.message if is_end else None
    session.add(
        IncidentNews(
            incident=incident,
            notice=_notice_in(event),
            status=told.status,
            message=last.message,
            said_at=last.created_at,
        )
    )


def tell_news(session: Session, now: datetime, limit: int) -> bool:
    """Tell the next tickets of the oldest news; False when there is none. Replicas take turns, so
    that nobody hears of the end before what came before it."""
    oldest = select(IncidentNews).order_by(IncidentNews.id).limit(1).with_for_update()
    news = session.scalars(oldest).first()
    if news is None:
        return False
    tickets = list(session.scalars(_next_tickets(news, limit)))
    for ticket in tickets:
        if news.notice == IncidentNotice.WITHDRAWN:
            drop_link(session, ticket, news.incident, now)
        else:
            tell_word(session, ticket, _word_of(news), now)
    if len(tickets) < limit:
        session.delete(news)
    else:
        news.told_up_to = tickets[-1].id
    return True


def wish_news(
    session: Session, command: WishNews, now: datetime, reopen_within: timedelta
) -> TicketView:
    """Want to be told of each update, or only of the end. Raises TicketNotFound, TicketClosed."""
    ticket = load_ticket(session, command.ticket_id, command.requester_id)
    living_status(session, ticket, now, reopen_within)
    ticket.wants_news = command.wanted
    return ticket_view(ticket, has_notes=False)


def _notice_in(event: IncidentEvent) -> IncidentNotice:
    if isinstance(event, IncidentWithdrawn):
        return IncidentNotice.WITHDRAWN
    is_return = isinstance(event, IncidentReopened) and event.incident.was_over
    return IncidentNotice.RETURNED if is_return else IncidentNotice.NEWS


def _next_tickets(news: IncidentNews, limit: int) -> Select[Ticket]:
    return (
        select(Ticket)
        .options(joinedload(Ticket.requester), joinedload(Ticket.assignee))
        .where(Ticket.incident_id == news.incident_id, Ticket.id > news.told_up_to)
        .where(Ticket.status != TicketStatus.CLOSED)
        .order_by(Ticket.id)
        .limit(limit)
        .with_for_update(of=Ticket)
    )


def _word_of(news: IncidentNews) -> Word:
    return Word(
        incident=news.incident,
        notice=IncidentNotice(news.notice),
        status=IncidentStatus(news.status),
        message=news.message,
        said_at=news.said_at,
    )
