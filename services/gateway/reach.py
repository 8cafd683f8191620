"""Tickets within the caller's reach: their own, or for an administrator all."""

from contracts.errors import TicketNotFound
from contracts.tickets import LARGEST_ID, TicketView
from services.gateway.calls import tickets
from services.gateway.visit import current


def ticket_for_caller(ticket_id: int) -> TicketView:
    """Raises TicketNotFound, the same for somebody else's as for none."""
    caller = current().caller
    owner = None if caller.is_admin else caller.sub
    return tickets().get_ticket(possible_id(ticket_id), requester_id=owner)


def possible_id(ticket_id: int) -> int:
    """No database holds a larger number, so nobody need be asked. Raises TicketNotFound."""
    if not 0 < ticket_id <= LARGEST_ID:
        raise TicketNotFound("no ticket can have this number")
    return ticket_id
