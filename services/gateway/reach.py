"""Tickets within the caller's reach: their own, or for an administrator all."""

from structlog import get_logger

from contracts.errors import ContractError, TicketNotFound
from contracts.tickets import LARGEST_ID, TicketView
from services.gateway.calls import tickets
from services.gateway.toolbox import introductions
from services.gateway.visit import current

INTRODUCING_SECONDS = 0.5

log = get_logger()


def ticket_for_caller(ticket_id: int) -> TicketView:
    """Raises TicketNotFound, the same for somebody else's as for none."""
    return tickets().get_ticket(possible_id(ticket_id), requester_id=owner_in_reach())


def is_owner(ticket: TicketView) -> bool:
    """Of a ticket in the caller's reach: a user sees no others', an administrator everybody's."""
    caller = current().caller
    return not caller.is_admin or caller.goes_by(ticket.requester.id)


def owner_in_reach() -> str | None:
    """Whose tickets the caller may see; None for everybody's."""
    return None if current().caller.is_admin else requester_calling()


def requester_calling() -> str:
    """The id under which the caller asks, after tickets was told who that is in Telegram. While it
    cannot be told the caller has what stands under the id."""
    visit, made = current(), introductions()
    if made.is_due(visit.caller):
        try:
            person = visit.caller.as_person(visit.asked_language)
            tickets(INTRODUCING_SECONDS).introduce_requester(person)
            made.note(visit.caller)
        except ContractError as error:
            log.warning("nobody was introduced", code=error.code, reason=error.message)
    return visit.caller.sub


def possible_id(ticket_id: int) -> int:
    """No database holds a larger number, so nobody need be asked. Raises TicketNotFound."""
    if not 0 < ticket_id <= LARGEST_ID:
        raise TicketNotFound("no ticket can have this number")
    return ticket_id
