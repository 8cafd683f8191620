"""A requester changes what a message of theirs says: the thread says it anew, and keeps the old.

An edit is no message: it answers nothing, reopens nothing and moves no deadline.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contracts.errors import MessageNotFound
from contracts.tickets import (
    LARGEST_ID,
    EditedMessage,
    EditUserMessage,
    MessageEdited,
)
from contracts.vocabulary import AuthorKind
from services.tickets.announcing import tell, touch
from services.tickets.domain.texts import said_in, subject_of
from services.tickets.models import MessageVersion, Ticket, TicketMessage
from services.tickets.usecases.standing import living_status, load_ticket
from services.tickets.views import message_view


def edit_user_message(
    session: Session, command: EditUserMessage, now: datetime, reopen_within: timedelta
) -> EditedMessage:
    """Let a message say something else, unless it says that already or a later edit is known.

    Raises TicketNotFound, TicketClosed, MessageNotFound, Invalid.
    """
    ticket = load_ticket(session, command.ticket_id, command.requester_id)
    message = _own_message(session, ticket, command.message_id)
    body = said_in(command.body, "message", message.attachments)
    living_status(session, ticket, now, reopen_within)
    edited_at = max(min(command.edited_at, now), message.created_at)
    is_stale = message.edited_at is not None and edited_at < message.edited_at
    is_changed = body != message.body and not is_stale
    if is_changed:
        _replace(session, ticket, message, body=body, edited_at=edited_at)
        touch(ticket, now)
        tell(session, MessageEdited, ticket, now, message=message_view(message))
    since = ticket.unanswered_since
    return EditedMessage(
        message=message_view(message),
        is_unanswered=since is not None and message.created_at >= since,
        is_changed=is_changed,
    )


def _own_message(session: Session, ticket: Ticket, message_id: int) -> TicketMessage:
    """A message of the ticket that its requester has written."""
    found = session.get(TicketMessage, message_id) if 0 < message_id <= LARGEST_ID else None
    is_theirs = found is not None and found.author_kind == AuthorKind.USER
    if found is None or not is_theirs or found.ticket_id != ticket.id:
        raise MessageNotFound("there is no such message", {"message_id": str(message_id)})
    return found


def _replace(
    session: Session, ticket: Ticket, message: TicketMessage, *, body: str, edited_at: datetime
) -> None:
    """The opening message is the description as well, and its first line the subject unless that
    was given apart; what a file without words was called, words under it call anew."""
    earlier = MessageVersion(
        message_id=message.id,
        body=message.body,
        written_at=message.edited_at or message.created_at,
        replaced_at=edited_at,
    )
    session.add(earlier)
    if message.id == _opening_message(session, ticket):
        was = ticket.description
        if body and (not was or ticket.subject == subject_of(was)):
            ticket.subject = subject_of(body)
        ticket.description = body
    message.body, message.edited_at = body, edited_at


def _opening_message(session: Session, ticket: Ticket) -> int | None:
    first = select(func.min(TicketMessage.id)).where(TicketMessage.ticket_id == ticket.id)
    return session.scalar(first)
