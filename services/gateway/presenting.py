"""From what the services tell to what HTTP answers. Notes and what nobody asked for stay inside."""

from chassis.catalogue import Catalogue
from contracts.sla import Clocks, TicketExplanation
from contracts.tickets import MessageView, TicketSummary, TicketView
from contracts.vocabulary import AuthorKind
from services.gateway import shapes


def ticket(view: TicketView, clocks: Clocks | None, words: Catalogue) -> shapes.Ticket:
    """One ticket whole, with what the desk itself says in it in the reader's words."""
    told = shapes.Ticket.model_validate(view)
    messages = [_worded(message, view, words) for message in told.messages]
    return told.model_copy(update={"sla": _sla(clocks), "messages": messages})


def summary(view: TicketSummary, clocks: Clocks | None) -> shapes.TicketSummary:
    """A line of a list."""
    return shapes.TicketSummary.model_validate(view).model_copy(update={"sla": _sla(clocks)})


def deadlines(clocks: Clocks, explanation: TicketExplanation | None) -> shapes.TicketSla:
    """A ticket's clocks, and how they were counted for whoever may know."""
    trace = explanation.cycles if explanation else None
    return shapes.TicketSla.model_validate({**dict(clocks), "trace": trace})


def message(view: MessageView) -> shapes.Message:
    return shapes.Message.model_validate(view)


def _worded(message: shapes.Message, ticket: TicketView, words: Catalogue) -> shapes.Message:
    if message.author.kind != AuthorKind.SYSTEM or ticket.merged_into is None:
        return message
    body = words("message.merged", merged_into=ticket.merged_into)
    return message.model_copy(update={"body": body})


def _sla(clocks: Clocks | None) -> shapes.Sla | None:
    return None if clocks is None else shapes.Sla.model_validate(clocks)
