"""What a requester says of a resolved ticket: that it is not solved, or how content they are."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from contracts.tickets import AddUserMessage, RateTicket, ReopenTicket, TicketView
from contracts.vocabulary import TicketStatus
from services.tickets.domain.status import refuse_unfinished
from services.tickets.usecases.standing import closed, living_status, load_ticket
from services.tickets.usecases.threads import add_user_message
from services.tickets.views import ticket_view


def reopen_ticket(
    session: Session, command: ReopenTicket, now: datetime, reopen_within: timedelta
) -> TicketView:
    """As a message that says so, to a resolved ticket; one that is open needs no such word.

    Raises TicketNotFound, TicketClosed, Invalid.
    """
    ticket = load_ticket(session, command.ticket_id, command.requester_id)
    if living_status(session, ticket, now, reopen_within) == TicketStatus.RESOLVED:
        message = AddUserMessage(
            command_id=command.command_id,
            ticket_id=ticket.id,
            requester_id=command.requester_id,
            body=command.body,
            received_at=command.received_at,
        )
        add_user_message(session, message, now, reopen_within)
        session.expire(ticket, ["messages"])
    return ticket_view(ticket, has_notes=False)


def rate_ticket(session: Session, command: RateTicket, now: datetime) -> TicketView:
    """Keep how content the requester is. Not a change of the ticket: no version, no event.

    Raises TicketNotFound, TicketNotResolved, and TicketClosed of a merged one.
    """
    ticket = load_ticket(session, command.ticket_id, command.requester_id)
    if ticket.merged_into is not None:
        raise closed(session, ticket)
    refuse_unfinished(TicketStatus(ticket.status))
    ticket.rating, ticket.rated_at = command.rating, min(command.rated_at, now)
    return ticket_view(ticket, has_notes=False)
