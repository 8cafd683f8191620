"""What sla makes of what tickets told."""

from contracts.tickets import AnswerDelivered, TicketEvent, UserMessageAdded
from services.sla.domain import observe
from services.sla.domain.cycle import TicketClock
from services.sla.domain.facts import Beside
from tests.support.sla_story import WHOLE_EDITIONS
from tests.support.tickets_desk import TicketsDesk


def clock_of(desk: TicketsDesk, ticket_id: int) -> TicketClock:
    """What sla makes of all that was told of a ticket."""
    clock = None
    for event in desk.told():
        if event.ticket.id == ticket_id:
            clock, _ = observe(
                clock, event.ticket, WHOLE_EDITIONS, event.occurred_at, **_beside(event)
            )
    assert clock is not None
    return clock


def _beside(event: TicketEvent) -> Beside:
    match event:
        case UserMessageAdded(reopened=False):
            return {"asked_at": event.message.created_at}
        case AnswerDelivered():
            return {"answer_at": event.written_at}
    return {}
