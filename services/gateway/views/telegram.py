"""A user goes on in Telegram: the link by which the two become one person."""

from uuid import uuid4

from flask import Blueprint, Response, request

from contracts.passes import digest_of, new_token, start_link
from contracts.tickets import IssuePass
from contracts.vocabulary import PassPurpose
from services.gateway import shapes
from services.gateway.answering import answer
from services.gateway.calls import tickets
from services.gateway.operations import Operation, Who, describes
from services.gateway.reading import read_nothing
from services.gateway.toolbox import support_bot
from services.gateway.visit import current

blueprint = Blueprint("telegram", __name__)


@blueprint.post("/api/support/telegram/link/")
@describes(
    Operation(
        summary="Make a one-time link that joins the caller with whoever opens it in Telegram",
        tag="telegram",
        who=Who.USER,
        answers={201: shapes.TelegramLink},
        errors=(
            "invalid",
            "not_utf8",
            "malformed_json",
            "payload_too_large",
            "unsupported_media_type",
            "bot_unavailable",
            "unavailable",
        ),
    )
)
def make_link() -> Response:
    """Each call makes a new one, so there is no key: an earlier link is good until its time."""
    read_nothing(request)
    visit, username, token = current(), support_bot().username(), new_token()
    command = IssuePass(
        command_id=f"http:{uuid4().hex}",
        digest=digest_of(token),
        purpose=PassPurpose.LINK,
        issued_by=visit.caller.sub,
        requester=visit.caller.as_person(visit.asked_language),
    )
    issued = tickets().issue_pass(command).result
    url = start_link(username, PassPurpose.LINK, token)
    response = answer(shapes.TelegramLink(url=url, expires_at=issued.expires_at), 201)
    response.headers["Cache-Control"] = "no-store"
    return response
