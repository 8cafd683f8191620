"""From what the services tell to what HTTP answers. Notes and what nobody asked for stay inside."""

from contracts.sla import CycleView, TicketClocks
from contracts.tickets import MessageView, TicketSummary, TicketView
from contracts.vocabulary import CycleState
from services.gateway import shapes


def ticket(view: TicketView, clocks: TicketClocks | None) -> shapes.Ticket:
    """One ticket whole."""
    return shapes.Ticket.model_validate(view).model_copy(update={"sla": _sla(clocks)})


def summary(view: TicketSummary, clocks: TicketClocks | None) -> shapes.TicketSummary:
    """A line of a list."""
    return shapes.TicketSummary.model_validate(view).model_copy(update={"sla": _sla(clocks)})


def message(view: MessageView) -> shapes.Message:
    return shapes.Message.model_validate(view)


def as_opened(clocks: TicketClocks | None) -> TicketClocks | None:
    """The clocks as they stood when the ticket was opened, so that a repeat of the request that
    opened it gets the same answer, whatever has happened since."""
    if clocks is None:
        return None
    resolution = clocks.resolution
    return TicketClocks(
        ticket_id=clocks.ticket_id,
        first_response=_started(clocks.first_response),
        resolution=None if resolution is None else _started(resolution),
    )


def _started(cycle: CycleView) -> CycleView:
    return CycleView(due_at=cycle.due_at, state=CycleState.PENDING)


def _sla(clocks: TicketClocks | None) -> shapes.Sla | None:
    return None if clocks is None else shapes.Sla.model_validate(clocks)
