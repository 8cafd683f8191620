"""From what the services tell to what HTTP answers. Notes and what nobody asked for stay inside."""

from contracts.sla import Clocks, TicketExplanation
from contracts.tickets import MessageView, TicketSummary, TicketView
from services.gateway import shapes


def ticket(view: TicketView, clocks: Clocks | None) -> shapes.Ticket:
    """One ticket whole."""
    return shapes.Ticket.model_validate(view).model_copy(update={"sla": _sla(clocks)})


def summary(view: TicketSummary, clocks: Clocks | None) -> shapes.TicketSummary:
    """A line of a list."""
    return shapes.TicketSummary.model_validate(view).model_copy(update={"sla": _sla(clocks)})


def deadlines(clocks: Clocks, explanation: TicketExplanation | None) -> shapes.TicketSla:
    """A ticket's clocks, and how they were counted for whoever may know."""
    trace = explanation.cycles if explanation else None
    return shapes.TicketSla.model_validate({**dict(clocks), "trace": trace})


def message(view: MessageView) -> shapes.Message:
    return shapes.Message.model_validate(view)


def _sla(clocks: Clocks | None) -> shapes.Sla | None:
    return None if clocks is None else shapes.Sla.model_validate(clocks)
