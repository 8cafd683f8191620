"""What tickets can be asked. Reads only."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from contracts.errors import AgentNotFound, AttachmentNotFound, Invalid, TicketNotFound
from contracts.texts import clean_text
from contracts.tickets import (
    LARGEST_ID,
    MOST_EARLIER_TEXTS,
    TEXT_LENGTH,
    AgentsView,
    AgentView,
    AttachmentView,
    EarlierTexts,
    FindAgent,
    FindTickets,
    GetAttachment,
    GetEarlierTexts,
    GetTicket,
    ListTickets,
    MatchTickets,
    TicketPage,
    TicketView,
)
from contracts.vocabulary import UNFINISHED
from services.tickets.matching import holds, tickets_with
from services.tickets.models import (
    Agent,
    Attachment,
    IncidentNews,
    MessageVersion,
    Requester,
    Ticket,
    TicketMessage,
)
from services.tickets.usecases.people import TELEGRAM, identities, is_visible
from services.tickets.views import (
    agent_view,
    attachment_view,
    earlier_view,
    listed_agent,
    summaries,
    ticket_view,
)

LARGEST_PAGE = 100
CURSOR_LENGTH = 100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BESIDE_IT = (
    joinedload(Ticket.requester),
    joinedload(Ticket.assignee),
    joinedload(Ticket.incident),
)
TICKET = select(Ticket).where(Ticket.id == bindparam("ticket_id")).options(*BESIDE_IT)
THREAD = (
    select(TicketMessage)
    .where(TicketMessage.ticket_id == bindparam("ticket_id"))
    .order_by(TicketMessage.id)
    .options(joinedload(TicketMessage.incident), joinedload(TicketMessage.attachments))
)


def get_ticket(session: Session, query: GetTicket) -> TicketView:
    """One ticket whole. Raises TicketNotFound, also when it is somebody else's."""
    ticket = None
    if 0 < query.ticket_id <= LARGEST_ID:
        ticket = _whole_ticket(session, query.ticket_id)
    if ticket is None or not is_visible(session, ticket, query.requester_id):
        raise TicketNotFound("there is no such ticket", {"ticket_id": str(query.ticket_id)})
    return ticket_view(ticket, has_notes=query.requester_id is None)


def _whole_ticket(session: Session, ticket_id: int) -> Ticket | None:
    """Nothing is read oftener, so its statements are built once, and are two however long the
    thread is."""
    asked = {"ticket_id": ticket_id}
    ticket = session.scalars(TICKET, asked).one_or_none()
    if ticket is not None:
        thread = session.scalars(THREAD, asked).unique()
        set_committed_value(ticket, "messages", list(thread))
    return ticket


def get_attachment(session: Session, query: GetAttachment) -> AttachmentView:
    """What is known of a file. Raises AttachmentNotFound, also when it is of somebody else's
    ticket."""
    found = None
    if 0 < query.attachment_id <= LARGEST_ID:
        wanted = (
            select(Attachment, Ticket)
            .join(TicketMessage, TicketMessage.id == Attachment.message_id)
            .join(Ticket, Ticket.id == TicketMessage.ticket_id)
            .where(Attachment.id == query.attachment_id)
        )
        found = session.execute(wanted).one_or_none()
    if found is None or not is_visible(session, found.Ticket, query.requester_id):
        named = {"attachment_id": str(query.attachment_id)}
        raise AttachmentNotFound("there is no such file", named)
    return attachment_view(found.Attachment)


def get_earlier_texts(session: Session, query: GetEarlierTexts) -> EarlierTexts:
    """What the messages of a ticket said before, the latest of it. Raises TicketNotFound."""
    ticket_id = query.ticket_id
    if not 0 < ticket_id <= LARGEST_ID or session.get(Ticket, ticket_id) is None:
        raise TicketNotFound("there is no such ticket", {"ticket_id": str(ticket_id)})
    earlier = (
        select(MessageVersion, TicketMessage)
        .join(TicketMessage, TicketMessage.id == MessageVersion.message_id)
        .where(TicketMessage.ticket_id == ticket_id)
    )
    count = session.scalar(select(func.count()).select_from(earlier.subquery())) or 0
    latest = earlier.order_by(MessageVersion.id.desc()).limit(MOST_EARLIER_TEXTS)
    found = sorted(session.execute(latest), key=lambda row: (row[1].id, row[0].id))
    texts = [earlier_view(version, of) for version, of in found]
    return EarlierTexts(ticket_id=ticket_id, texts=texts, left_out=count - len(texts))


def list_tickets(session: Session, query: ListTickets) -> TicketPage:
    """A page of summaries. Raises Invalid for a bad limit, or a cursor that is not from here."""
    if not 1 <= query.limit <= LARGEST_PAGE:
        raise Invalid(f"a page has 1 to {LARGEST_PAGE} tickets", {"limit": "out_of_range"})
    wanted = _filtered(session, select(Ticket).options(*BESIDE_IT), query)
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
    possible = [one for one in query.ticket_ids if 0 < one <= LARGEST_ID]
    wanted = select(Ticket).options(*BESIDE_IT).where(Ticket.id.in_(possible))
    found = {summary.id: summary for summary in summaries(session, list(session.scalars(wanted)))}
    return TicketPage(results=[found[one] for one in query.ticket_ids if one in found])


def match_tickets(session: Session, query: MatchTickets) -> TicketPage:
    """Unfinished tickets that may be about an incident and are linked to none, oldest first."""
    wanted = (
        select(Ticket)
        .options(*BESIDE_IT)
        .where(Ticket.status.in_(UNFINISHED), Ticket.incident_id.is_(None))
        .where(Ticket.created_at >= query.opened_since)
    )
    if query.categories:
        wanted = wanted.where(Ticket.category.in_(query.categories))
    rows = list(session.scalars(wanted.order_by(Ticket.id).limit(query.limit)))
    return TicketPage(results=summaries(session, rows))


ANY_NEWS = select(IncidentNews.id).limit(1)


def is_news_waiting(session: Session) -> bool:
    """Whether somebody has to be told of an incident."""
    return session.scalar(ANY_NEWS) is not None


def is_body_unlowered(session: Session) -> bool:
    """Whether an older version has left a message that is slow to find."""
    unlowered = select(TicketMessage.id).where(TicketMessage.lowered.is_(None))
    return session.scalar(unlowered.limit(1)) is not None


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
        agents=[listed_agent(row) for row in session.scalars(wanted.order_by(Agent.name))]
    )


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
    if query.q is None:
        return wanted
    return wanted.where(_mentions(session, query.q, has_notes=query.requester_id is None))


def _mentions(session: Session, words: str, *, has_notes: bool) -> Any:
    """Subject, any text of the thread, or the requester's name holds the words; a requester finds
    nothing by the agents' notes."""
    words = clean_text(words, "q", TEXT_LENGTH)
    in_text = tickets_with(session, words)
    return or_(
        holds(Ticket.subject, words),
        Ticket.id.in_(in_text if has_notes else in_text.where(~TicketMessage.is_note)),
        Ticket.requester.has(holds(Requester.name, words)),
    )


def _write_cursor(last: Ticket) -> str:
    place = [round((last.updated_at - EPOCH).total_seconds() * 1000), last.id]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, int]:
    try:
        padded = cursor[:CURSOR_LENGTH] + "=" * (-len(cursor) % 4)
        milliseconds, ticket_id = json.loads(base64.urlsafe_b64decode(padded))
        place = EPOCH + timedelta(milliseconds=milliseconds), int(ticket_id)
    except (ValueError, TypeError, OverflowError):
        place = EPOCH, 0
    if not 0 < place[1] <= LARGEST_ID:
        raise Invalid("the cursor did not come from a page before", {"cursor": "bad"})
    return place
