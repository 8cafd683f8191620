"""What tickets can be asked. Reads only."""

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from contracts.errors import AgentNotFound, Invalid, TicketNotFound
from contracts.tickets import (
    LARGEST_ID,
    AgentsView,
    AgentView,
    FindAgent,
    FindTickets,
    GetTicket,
    ListTickets,
    TicketPage,
    TicketView,
)
from contracts.vocabulary import UNFINISHED
from services.tickets.models import Agent, Requester, Ticket, TicketMessage
from services.tickets.usecases.people import TELEGRAM, identities
from services.tickets.views import agent_view, summaries, ticket_view

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WITH_PEOPLE = (joinedload(Ticket.requester), joinedload(Ticket.assignee))


def get_ticket(session: Session, query: GetTicket) -> TicketView:
    """One ticket whole. Raises TicketNotFound, also when it is somebody else's."""
    ticket = None
    if 0 < query.ticket_id <= LARGEST_ID:
        options = (*WITH_PEOPLE, selectinload(Ticket.messages))
        ticket = session.get(Ticket, query.ticket_id, options=options)
    if ticket is None or not _is_visible(session, ticket, query.requester_id):
        raise TicketNotFound("there is no such ticket", {"ticket_id": str(query.ticket_id)})
    return ticket_view(session, ticket)


def list_tickets(session: Session, query: ListTickets) -> TicketPage:
    """A page of summaries. Raises Invalid for a cursor that did not come from here."""
    wanted = _filtered(session, select(Ticket).options(*WITH_PEOPLE), query)
    if query.urgent_first:
        urgent = wanted.order_by(Ticket.next_due_at.is_(None), Ticket.next_due_at, Ticket.id)
        rows = list(session.scalars(urgent.limit(query.limit)))
        return TicketPage(results=summaries(session, rows))
    if query.cursor is not None:
        wanted = wanted.where(tuple_(Ticket.updated_at, Ticket.id) < _read_cursor(query.cursor))
    newest = wanted.order_by(Ticket.updated_at.desc(), Ticket.id.desc())
    rows = list(session.scalars(newest.limit(query.limit + 1)))
    page = rows[: query.limit]
    has_more = len(rows) > query.limit
    return TicketPage(
        results=summaries(session, page), next=_write_cursor(page[-1]) if has_more else None
    )


def find_tickets(session: Session, query: FindTickets) -> TicketPage:
    """Summaries in the order of the ids; unknown ones are left out."""
    wanted = select(Ticket).options(*WITH_PEOPLE).where(Ticket.id.in_(query.ticket_ids))
    found = {summary.id: summary for summary in summaries(session, list(session.scalars(wanted)))}
    return TicketPage(results=[found[one] for one in query.ticket_ids if one in found])


def find_agent(session: Session, query: FindAgent) -> AgentView:
    """The agent with this Telegram id. Raises AgentNotFound when there is none with access."""
    row = session.get(Agent, f"{TELEGRAM}{query.telegram_id}")
    if row is None or row.removed_at is not None:
        raise AgentNotFound("there is no such agent", {"telegram_id": str(query.telegram_id)})
    return agent_view(row)


def list_agents(session: Session) -> AgentsView:
    """Everybody with access in Telegram, by name."""
    wanted = select(Agent).where(Agent.removed_at.is_(None), Agent.telegram_id.is_not(None))
    return AgentsView(
        agents=[agent_view(row) for row in session.scalars(wanted.order_by(Agent.name))]
    )


def _is_visible(session: Session, ticket: Ticket, requester_id: str | None) -> bool:
    if requester_id is None or ticket.requester_id == requester_id:
        return True
    return ticket.requester_id in identities(session, requester_id)


def _filtered(session: Session, wanted: Select[Ticket], query: ListTickets) -> Select[Ticket]:
    equal: dict[Any, Any] = {
        Ticket.status: query.status,
        Ticket.priority: query.priority,
        Ticket.category: query.category,
        Ticket.assignee_id: query.assignee_id,
    }
    for column, value in equal.items():
        if value is not None:
            wanted = wanted.where(column == value)
    if query.unfinished:
        wanted = wanted.where(Ticket.status.in_(UNFINISHED))
    if query.requester_id is not None:
        wanted = wanted.where(Ticket.requester_id.in_(identities(session, query.requester_id)))
    return wanted if query.q is None else wanted.where(_mentions(query.q))


def _mentions(words: str) -> Any:
    """Subject, any text of the thread, or the requester's name holds the words."""
    return or_(
        Ticket.subject.icontains(words, autoescape=True),
        Ticket.messages.any(TicketMessage.body.icontains(words, autoescape=True)),
        Ticket.requester.has(Requester.name.icontains(words, autoescape=True)),
    )


def _write_cursor(last: Ticket) -> str:
    place = [round((last.updated_at - EPOCH).total_seconds() * 1000), last.id]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, int]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        milliseconds, ticket_id = json.loads(base64.urlsafe_b64decode(padded))
        instant = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, TypeError, OverflowError, OSError, binascii.Error):
        raise Invalid("the cursor did not come from a page before", {"cursor": "bad"}) from None
    if not isinstance(ticket_id, int) or abs(ticket_id) > LARGEST_ID:
        raise Invalid("the cursor did not come from a page before", {"cursor": "bad"})
    return instant, ticket_id
