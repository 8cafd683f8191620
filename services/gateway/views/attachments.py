"""Files that came with messages, over HTTP."""

from flask import Blueprint, Response, request

from contracts.errors import AttachmentNotFound
from contracts.tickets import LARGEST_ID
from services.gateway.calls import tickets
from services.gateway.operations import Operation, Who, describes
from services.gateway.reach import owner_in_reach
from services.gateway.reading import refuse_query
from services.gateway.toolbox import downloads

blueprint = Blueprint("attachments", __name__)


@blueprint.get("/api/support/attachments/<ticket_id:attachment_id>/")
@describes(
    Operation(
        summary="Fetch a file that came with a message",
        tag="tickets",
        who=Who.USER,
        answers={200: "application/octet-stream"},
        errors=("attachment_not_found", "invalid", "not_utf8", "unavailable"),
        answer_headers=("Content-Disposition", "ETag"),
    )
)
def fetch_attachment(attachment_id: int) -> Response:
    refuse_query(request)
    if not 0 < attachment_id <= LARGEST_ID:
        raise AttachmentNotFound("no file can have this number")
    file = tickets().get_attachment(attachment_id, requester_id=owner_in_reach())
    return downloads().answer(request, file)
