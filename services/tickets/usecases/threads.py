"""A ticket's thread: opened, continued by its requester, read, closed by time."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contracts.errors import TooManyTickets
from contracts.texts import clean_text
from contracts.tickets import (
    SUBJECT_LENGTH,
    AddedMessage,
    AddUserMessage,
    KeptFile,
    MarkRead,
    MessageView,
    OpenTicket,
    TicketClosed,
    TicketOpened,
    TicketView,
    UserMessageAdded,
)
from contracts.vocabulary import AuthorKind, TicketStatus
from services.tickets.announcing import become, tell, touch
from services.tickets.attaching import rows_of
from services.tickets.domain.texts import said_in, subject_of
from services.tickets.models import Requester, Ticket, TicketMessage
from services.tickets.usecases.people import identities, remember_requester
from services.tickets.usecases.standing import (
    living_status,
    load_ticket,
    moment_in,
    note_question,
    take_up,
)
from services.tickets.views import message_view, ticket_view


def open_ticket(session: Session, command: OpenTicket, now: datetime) -> TicketView:
    """Open a ticket with its first message. Raises Invalid, TooManyTickets, and TicketNotFound
    when it follows none of the same requester's."""
    description = said_in(command.description, "description", command.attachments)
    subject = command.subject and clean_text(command.subject, "subject", SUBJECT_LENGTH)
    requester = remember_requester(session, command.requester)
    if command.limit_per_hour is not None:
        _refuse_flood(session, requester.id, command.limit_per_hour, now)
    if command.follows is not None:
        load_ticket(session, command.follows, requester.id, is_locked=False)
    received_at = min(command.received_at, now)
    ticket = Ticket(
        version=1,
        subject=subject or subject_of(description, command.attachments),
        description=description,
        category=command.category,
        priority=command.priority,
        status=TicketStatus.OPEN,
        status_since=received_at,
        source=command.source,
        context=command.context,
        requester=requester,
        created_at=received_at,
        updated_at=received_at,
        last_message_at=received_at,
        unanswered_since=received_at,
        clock_version=0,
        follows=command.follows,
    )
    message = _users_message(requester, description, received_at, command.attachments)
    ticket.messages.append(message)
    session.add(ticket)
    tell(session, TicketOpened, ticket, now, message=_flushed(session, message))
    return ticket_view(ticket, has_notes=False)


def add_user_message(
    session: Session, command: AddUserMessage, now: datetime, reopen_within: timedelta
) -> AddedMessage:
    """The requester writes again. Raises TicketNotFound, TicketClosed, Invalid."""
    body = said_in(command.body, "message", command.attachments)
    ticket = load_ticket(session, command.ticket_id, command.requester_id)
    was = living_status(session, ticket, now, reopen_within)
    was_resolved = was == TicketStatus.RESOLVED
    received_at = moment_in(ticket, command.received_at, now)
    take_up(ticket, was, received_at)
    message = _users_message(ticket.requester, body, received_at, command.attachments)
    message.ticket_id = ticket.id
    session.add(message)
    asked_at = ticket.reopened_at if was_resolved else received_at
    note_question(session, ticket, asked_at or received_at)
    ticket.last_message_at = max(ticket.last_message_at, received_at)
    touch(ticket, now)
    view = _flushed(session, message)
    tell(session, UserMessageAdded, ticket, now, message=view, reopened=was_resolved)
    return AddedMessage(**dict(view), has_reopened=was_resolved)


def mark_read(session: Session, command: MarkRead) -> None:
    """Note that the owner has seen the thread. Not a change of the ticket: no version, no event."""
    ticket = load_ticket(session, command.ticket_id, command.requester_id)
    ticket.read_at = max(ticket.read_at or command.read_at, command.read_at)


def close_outlived(session: Session, now: datetime, reopen_within: timedelta, limit: int) -> int:
    """Close resolved tickets that can no longer reopen; how many. Replicas share the work."""
    outlived = (
        select(Ticket)
        .where(Ticket.status == TicketStatus.RESOLVED, Ticket.resolved_at <= now - reopen_within)
        .order_by(Ticket.resolved_at)
        .limit(limit)
        .with_for_update(of=Ticket, skip_locked=True)
    )
    tickets = list(session.scalars(outlived))
    for ticket in tickets:
        become(ticket, TicketStatus.CLOSED, now)
        touch(ticket, now)
        tell(session, TicketClosed, ticket, now)
    return len(tickets)


def _users_message(
    requester: Requester, body: str, received_at: datetime, attachments: list[KeptFile]
) -> TicketMessage:
    return TicketMessage(
        author_kind=AuthorKind.USER,
        author_id=requester.id,
        author_name=requester.name,
        body=body,
        created_at=received_at,
        attachments=rows_of(attachments),
    )


def _flushed(session: Session, message: TicketMessage) -> MessageView:
    session.flush()
    return message_view(message)


def _refuse_flood(session: Session, requester_id: str, limit: int, now: datetime) -> None:
    recent = (
        select(func.count())
        .select_from(Ticket)
        .where(Ticket.requester_id.in_(identities(session, requester_id)))
        .where(Ticket.created_at > now - timedelta(hours=1))
        .where(Ticket.created_at <= now + timedelta(minutes=1))  # a clock may have been set back
    )
    if (session.scalar(recent) or 0) >= limit:
        raise TooManyTickets("too many tickets within an hour", {"limit": str(limit)})
