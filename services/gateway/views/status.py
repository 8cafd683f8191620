"""The public status, for banners and monitors; from memory, whatever else is down."""

from flask import Blueprint, Response

from services.gateway import public_status, shapes
from services.gateway.answering import answer, of_status
from services.gateway.operations import Operation, describes
from services.gateway.toolbox import desk, status_board
from services.gateway.visit import current

blueprint = Blueprint("status", __name__)


@blueprint.get("/api/support/status/")
@describes(
    Operation(
        summary="Tell the system's state",
        tag="status",
        answers={200: shapes.Status},
        answer_headers=("ETag", "Cache-Control"),
        is_public=True,
    )
)
def tell_status() -> Response:
    visit = current()
    known = status_board().known
    told = public_status.present(known, visit.received_at, desk(), visit.words)
    return of_status(answer(told), known, tells_stale=told.stale)
