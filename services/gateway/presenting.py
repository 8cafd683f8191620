"""From what the services tell to what HTTP answers. Notes and what nobody asked for stay inside."""

from typing import Any

from chassis.catalogue import Catalogue
from contracts.desk import Desk
from contracts.sla import Clocks, TicketExplanation
from contracts.suspecting import known_incident
from contracts.tickets import LinkedIncident, MessageView, TicketSummary, TicketView
from contracts.vocabulary import AuthorKind, IncidentNotice, IncidentStatus
from services.gateway import shapes
from services.gateway.own_words import Told, teller, told_incident
from services.gateway.status_board import Knowledge


def ticket(
    view: TicketView, clocks: Clocks | None, known: Knowledge, words: Catalogue, *, desk: Desk
) -> shapes.Ticket:
    """One ticket whole, with what the desk itself says in it in the reader's words."""
    told = teller(desk, words.language)
    messages = [
        {
            **dict(message),
            "body": _body(message, view, words, told),
            "note": message.is_note or None,
        }
        for message in view.messages
    ]
    facts = _facts(view, clocks, known, told)
    may_be_about = known_incident(view, known.open_incidents, desk)
    if may_be_about is not None:
        may_be_about = told_incident(may_be_about, told)
    return shapes.Ticket.model_validate(
        {**facts, "messages": messages, "known_incident": may_be_about}
    )


def summary(
    view: TicketSummary, clocks: Clocks | None, known: Knowledge, words: Catalogue, *, desk: Desk
) -> shapes.TicketSummary:
    """A line of a list."""
    return shapes.TicketSummary.model_validate(
        _facts(view, clocks, known, teller(desk, words.language))
    )


def deadlines(clocks: Clocks, explanation: TicketExplanation | None) -> shapes.TicketSla:
    """A ticket's clocks, and how they were counted for whoever may know."""
    trace = explanation.cycles if explanation else None
    return shapes.TicketSla.model_validate({**dict(clocks), "trace": trace})


def message(view: MessageView) -> shapes.Message:
    return shapes.Message.model_validate(view)


def _facts(
    view: TicketSummary, clocks: Clocks | None, known: Knowledge, told: Told
) -> dict[str, Any]:
    """A ticket, with what others than tickets know of it."""
    incident = view.incident and {
        "id": view.incident.id,
        "title": told(view.incident.title),
        "status": known.status_of(view.incident.id),
    }
    sla = None if clocks is None else shapes.Sla.model_validate(clocks)
    return {**dict(view), "incident": incident, "sla": sla}


def _body(message: MessageView, ticket: TicketView, words: Catalogue, told: Told) -> str:
    if message.author.kind != AuthorKind.SYSTEM:
        return message.body
    if message.incident is not None:
        return _notice(message.incident, message, words, told)
    if ticket.merged_into is not None:
        return words("message.merged", merged_into=ticket.merged_into)
    return message.body


def _notice(incident: LinkedIncident, message: MessageView, words: Catalogue, told: Told) -> str:
    """What was said of an incident, as it stood then: a message keeps saying what it said."""
    status = message.incident_status or IncidentStatus.INVESTIGATING
    return words(
        _words_of(message, status),
        title=told(incident.title),
        status=words(f"incident.{status}"),
        message=told(message.body),
    )


def _words_of(told: MessageView, status: IncidentStatus) -> str:
    match told.notice:
        case IncidentNotice.WITHDRAWN:
            return "message.incident_withdrawn"
        case IncidentNotice.RETURNED:
            return "message.incident_back"
        case IncidentNotice.NEWS:
            is_over = status == IncidentStatus.RESOLVED
            return "message.incident_end" if is_over else "message.incident_news"
        case _:
            return "message.incident"
