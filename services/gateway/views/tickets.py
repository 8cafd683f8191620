"""Tickets over HTTP: open, list, read."""

from uuid import uuid4

from flask import Blueprint, Response, request
from structlog import get_logger

from contracts.errors import ContractError
from contracts.tickets import ListTickets, MarkRead, OpenTicket, TicketView
from contracts.vocabulary import AuthorKind, Category
from services.gateway import presenting, shapes
from services.gateway.answering import answer, in_callers_language
from services.gateway.calls import (
    FIGURES_SECONDS,
    clocks_of,
    forecast_clocks,
    sla,
    tickets,
)
from services.gateway.faults import Fault
from services.gateway.forms import NewTicket, NewTicketWithFiles, TicketFilter
from services.gateway.idempotency import command_id, say_if_replayed
from services.gateway.operations import Operation, Who, describes
from services.gateway.problems import AdminsOnly
from services.gateway.reach import is_owner, owner_in_reach, ticket_for_caller
from services.gateway.reading import read_query, refuse_query
from services.gateway.toolbox import desk, status_board, uploads
from services.gateway.visit import current

MARKING_SECONDS = 0.5
PATH = "/api/support/tickets/"

blueprint = Blueprint("tickets", __name__)
log = get_logger()


@blueprint.post(PATH)
@describes(
    Operation(
        summary="Open a ticket",
        tag="tickets",
        who=Who.USER,
        body=NewTicket,
        body_with_files=NewTicketWithFiles,
        answers={201: shapes.Ticket},
        errors=("unavailable",),
        answer_headers=("Location",),
        is_idempotent_by_key=True,
    )
)
def open_ticket() -> Response:
    visit = current()
    form, files = uploads().read(request, NewTicket, NewTicketWithFiles)
    command = OpenTicket(
        command_id=command_id(request, visit.caller.sub, "open_ticket"),
        requester=visit.caller.as_person(visit.asked_language),
        description=form.description,
        attachments=files,
        subject=form.subject,
        category=form.category or Category.OTHER,
        priority=form.wished_priority,
        context=form.context or {},
        received_at=visit.received_at,
    )
    forecast = forecast_clocks(command.priority, command.received_at)
    receipt = tickets().open_ticket(command)
    ticket = receipt.result
    if ticket.created_at != command.received_at:  # the ticket of an earlier sending
        forecast = forecast_clocks(ticket.priority, ticket.created_at)
    told = presenting.ticket(ticket, forecast(), status_board().known, visit.words, desk=desk())
    response = answer(told, 201)
    response.headers["Location"] = f"{PATH}{ticket.id}/"
    return say_if_replayed(response, receipt)


@blueprint.get(PATH)
@describes(
    Operation(
        summary="List one's own tickets; an administrator sees all",
        tag="tickets",
        who=Who.USER,
        query=TicketFilter,
        answers={200: shapes.TicketPage},
        errors=("forbidden", "unavailable"),
    )
)
def list_tickets() -> Response:
    caller = current().caller
    wish = read_query(request, TicketFilter)
    if not caller.is_admin and (fields := wish.fields_for_admins()):
        raise AdminsOnly([Fault(field, "admins_only") for field in fields])
    page = tickets().list_tickets(
        ListTickets(
            requester_id=owner_in_reach(),
            status=wish.status,
            priority=wish.priority,
            category=wish.category,
            assignee_id=wish.assignee,
            q=wish.q,
            limit=wish.limit,
            cursor=wish.cursor,
        )
    )
    clocks = clocks_of(page.results)
    known, words = status_board().known, current().words
    results = [
        presenting.summary(view, clocks.get(view.id), known, words, desk=desk())
        for view in page.results
    ]
    told = answer(shapes.TicketPage(results=results, next=page.next))
    return in_callers_language(told)


@blueprint.get(f"{PATH}<ticket_id:ticket_id>/")
@describes(
    Operation(
        summary="Read a ticket; the owner's reading marks the agents' messages read",
        tag="tickets",
        who=Who.USER,
        answers={200: shapes.Ticket},
        errors=("ticket_not_found", "invalid", "not_utf8", "unavailable"),
    )
)
def read_ticket(ticket_id: int) -> Response:
    refuse_query(request)
    ticket = ticket_for_caller(ticket_id)
    if request.method == "GET" and ticket.unread and is_owner(ticket):
        _mark_read(ticket)
    clocks = clocks_of([ticket]).get(ticket.id)
    told = presenting.ticket(ticket, clocks, status_board().known, current().words, desk=desk())
    return in_callers_language(answer(told))


@blueprint.get(f"{PATH}<ticket_id:ticket_id>/sla/")
@describes(
    Operation(
        summary="Tell a ticket's deadlines; to an administrator also how they were counted",
        tag="tickets",
        who=Who.USER,
        answers={200: shapes.TicketSla},
        errors=("ticket_not_found", "invalid", "not_utf8", "unavailable"),
    )
)
def tell_deadlines(ticket_id: int) -> Response:
    refuse_query(request)
    ticket = ticket_for_caller(ticket_id)
    clocks = sla(FIGURES_SECONDS).describe_tickets([ticket])[0]
    trace = sla(FIGURES_SECONDS).explain_ticket(ticket) if current().caller.is_admin else None
    return answer(presenting.deadlines(clocks, trace))


def _mark_read(ticket: TicketView) -> None:
    """Up to the last answer that is being shown; one that comes meanwhile stays unread, also when
    it was written before what is shown of others."""
    answers = [
        message.created_at
        for message in ticket.messages
        if message.author.kind == AuthorKind.AGENT and not message.is_note
    ]
    command = MarkRead(
        command_id=f"http:{uuid4().hex}",
        ticket_id=ticket.id,
        requester_id=ticket.requester.id,
        read_at=max(answers),
    )
    try:
        tickets(MARKING_SECONDS).mark_read(command)
    except ContractError as error:
        log.warning("read, but not marked so", ticket_id=ticket.id, code=error.code)
