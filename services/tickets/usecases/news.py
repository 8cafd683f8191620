"""The requesters of an incident's tickets are told what the public is told: how it goes on, that it
is over, that it is back, and that there was none.

The news is kept first and told bit by bit, so that thousands of tickets hold nobody up. With its
end a ticket is resolved, unless its requester has written since; a reply reopens it by itself.
Whoever was told of the end is told that it was none, also if they want no other news.
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from chassis.storage.database import insert_if_absent
from contracts.incidents import IncidentEvent, IncidentReopened, IncidentView, IncidentWithdrawn
from contracts.tickets import IncidentTold, TicketView, WishNews
from contracts.vocabulary import UNFINISHED, Delivery, IncidentNotice, IncidentStatus, TicketStatus
from services.tickets.announcing import tell, touch
from services.tickets.models import Incident, IncidentNews, Ticket
from services.tickets.usecases.ending import reopen_with, resolve_with
from services.tickets.usecases.linking import drop_link, note_told, notice_of
from services.tickets.usecases.standing import living_status, load_ticket, next_question
from services.tickets.views import incident_view, message_view, ticket_view


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
            _tell_one(session, ticket, news, now)
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
    is_return = isinstance(event, IncidentReopened) and _was_over(event.incident)
    return IncidentNotice.RETURNED if is_return else IncidentNotice.NEWS


def _was_over(incident: IncidentView) -> bool:
    """Whether the public was told of an end before the last word; a word of an earlier moment does
    not tell how it stood."""
    told = [one.status for one in incident.updates if one.display_at is None]
    return told[-2:-1] == [IncidentStatus.RESOLVED]


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


def _tell_one(session: Session, ticket: Ticket, news: IncidentNews, now: datetime) -> None:
    is_end = news.status == IncidentStatus.RESOLVED
    is_return = news.notice == IncidentNotice.RETURNED or _is_back(ticket, news)
    is_unfinished = ticket.status in UNFINISHED
    if not (is_end or is_return) and not (is_unfinished and ticket.wants_news):
        return
    is_asked_since = is_end and next_question(session, ticket, news.said_at) is not None
    kind = IncidentNotice.RETURNED if is_return else IncidentNotice(news.notice)
    notice = notice_of(session, ticket, news.incident, kind, now=now)
    notice.body, notice.incident_status = news.message, news.status
    touch(ticket, now)
    session.flush()
    told = {
        "incident": incident_view(news.incident),
        "incident_status": IncidentStatus(news.status),
        "message": message_view(notice),
    }
    tell(session, IncidentTold, ticket, now, **told)
    if notice.delivery == Delivery.DELIVERED:
        note_told(session, ticket, notice, now)
    if is_end and is_unfinished and not is_asked_since:
        resolve_with(session, ticket, news.incident, now)
    if is_return:
        reopen_with(session, ticket, news.incident, now)


def _is_back(ticket: Ticket, news: IncidentNews) -> bool:
    """News of an open incident whose end has resolved the ticket: it has overtaken that of the
    return, which is told no more."""
    return ticket.status_before_end is not None and news.status != IncidentStatus.RESOLVED
