"""What the desk says of an incident in a ticket that is about it, and that this has arrived."""

from datetime import datetime

from sqlalchemy.orm import Session

from contracts.tickets import NoticeDelivered
from contracts.vocabulary import AuthorKind, IncidentNotice, Source
from services.tickets.announcing import tell
from services.tickets.domain.delivery import delivery_at_first
from services.tickets.models import Incident, Ticket, TicketMessage


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
