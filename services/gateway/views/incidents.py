"""A user has an incident's trouble too."""

from flask import Blueprint, Response, request

from contracts.errors import IncidentNotFound
from contracts.incidents import ClosedTicket, JoinIncident
from contracts.tickets import LARGEST_ID
from contracts.vocabulary import TicketStatus
from services.gateway import shapes
from services.gateway.answering import answer, in_callers_language
from services.gateway.calls import incidents, tickets
from services.gateway.forms import MeToo
from services.gateway.idempotency import command_id, say_if_replayed
from services.gateway.operations import Operation, Who, describes
from services.gateway.own_words import teller, told_incident
from services.gateway.reach import requester_calling
from services.gateway.reading import read_body
from services.gateway.toolbox import desk
from services.gateway.visit import current

blueprint = Blueprint("incidents", __name__)


@blueprint.post("/api/support/incidents/<ticket_id:incident_id>/me_too/")
@describes(
    Operation(
        summary="Say that one has an open incident's trouble too; with a ticket, that it is that",
        tag="status",
        who=Who.USER,
        body=MeToo,
        answers={200: shapes.Affected},
        errors=(
            "incident_not_found",
            "incident_already_resolved",
            "ticket_not_found",
            "ticket_closed",
            "unavailable",
        ),
        is_idempotent_by_key=True,
    )
)
def join_incident(incident_id: int) -> Response:
    visit = current()
    form = read_body(request, MeToo)
    if not 0 < incident_id <= LARGEST_ID:
        raise IncidentNotFound("no incident can have this number")
    command = JoinIncident(
        command_id=command_id(request, visit.caller.sub, "join_incident"),
        origin="app",
        incident_id=incident_id,
        requester_id=visit.caller.sub,
        ticket_id=form.ticket_id,
        closed_ticket=None if form.ticket_id is None else _end_of(form.ticket_id),
    )
    receipt = incidents().join_incident(command)
    incident = told_incident(receipt.result, teller(desk(), visit.words.language))
    told = shapes.Affected.model_validate(
        {"incident": dict(incident), "affected": incident.affected}
    )
    return say_if_replayed(in_callers_language(answer(told)), receipt)


def _end_of(ticket_id: int) -> ClosedTicket | None:
    """What refuses a closed ticket, unless the same was said while it lived: only incidents knows.
    Raises TicketNotFound for somebody else's, to an administrator too: it is the requester's own
    word."""
    ticket = tickets().get_ticket(ticket_id, requester_id=requester_calling())
    is_closed = ticket.status is TicketStatus.CLOSED
    return ClosedTicket(merged_into=ticket.merged_into) if is_closed else None
