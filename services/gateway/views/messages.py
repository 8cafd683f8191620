"""Messages over HTTP: the owner writes on, or an administrator answers."""

from contextlib import suppress

from flask import Blueprint, Response, request

from contracts.errors import TicketNotFound
from contracts.event import Receipt
from contracts.tickets import AddedMessage, AddUserMessage, AnswerTicket, KeptFile, MessageView
from services.gateway import presenting, shapes
from services.gateway.answering import answer
from services.gateway.calls import tickets
from services.gateway.forms import NewMessage, NewMessageWithFiles
from services.gateway.idempotency import command_id, say_if_replayed
from services.gateway.operations import Operation, Who, describes
from services.gateway.reach import is_owner, possible_id, requester_calling, ticket_for_caller
from services.gateway.toolbox import uploads
from services.gateway.visit import current

blueprint = Blueprint("messages", __name__)


@blueprint.post("/api/support/tickets/<ticket_id:ticket_id>/add_message/")
@describes(
    Operation(
        summary="Write on: the owner's message, or an administrator's public answer",
        tag="tickets",
        who=Who.USER,
        body=NewMessage,
        body_with_files=NewMessageWithFiles,
        answers={201: shapes.Message},
        errors=("ticket_not_found", "ticket_closed", "unavailable"),
        is_idempotent_by_key=True,
    )
)
def add_message(ticket_id: int) -> Response:
    form, files = uploads().read(request, NewMessage, NewMessageWithFiles)
    receipt = _add(possible_id(ticket_id), form.message, files)
    return say_if_replayed(answer(presenting.message(receipt.result), 201), receipt)


def _add(
    ticket_id: int, body: str, files: list[KeptFile]
) -> Receipt[AddedMessage] | Receipt[MessageView]:
    """A user can only be the owner, tickets refuses all else. An administrator may be either: by
    the token, unless tickets knows them as somebody else in Telegram."""
    if not current().caller.is_admin:
        return _add_users(ticket_id, body, files)
    if is_owner(ticket_for_caller(ticket_id)):
        with suppress(TicketNotFound):
            return _add_users(ticket_id, body, files)
    return _add_agents(ticket_id, body, files)


def _add_users(ticket_id: int, body: str, files: list[KeptFile]) -> Receipt[AddedMessage]:
    visit = current()
    return tickets().add_user_message(
        AddUserMessage(
            command_id=command_id(request, visit.caller.sub, f"add_message:{ticket_id}"),
            ticket_id=ticket_id,
            requester_id=requester_calling(),
            body=body,
            attachments=files,
            received_at=visit.received_at,
        )
    )


def _add_agents(ticket_id: int, body: str, files: list[KeptFile]) -> Receipt[MessageView]:
    visit = current()
    return tickets().answer_ticket(
        AnswerTicket(
            command_id=command_id(request, visit.caller.sub, f"answer:{ticket_id}"),
            ticket_id=ticket_id,
            agent_id=visit.caller.sub,
            agent_name=visit.caller.name or visit.desk_words("agent.name"),
            body=body,
            attachments=files,
            received_at=visit.received_at,
        )
    )
