"""The public status, for banners and monitors; from memory, whatever else is down."""

from flask import Blueprint, Response, request

from services.gateway import public_status, shapes
from services.gateway.answering import answer, in_callers_language
from services.gateway.operations import Operation, describes
from services.gateway.toolbox import desk, status_board
from services.gateway.visit import current

CACHING = "public, max-age=2, stale-while-revalidate=30"

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
    response = in_callers_language(answer(told))
    response.headers["Cache-Control"] = CACHING
    response.set_etag(public_status.etag(known, visit.language), weak=True)
    return response.make_conditional(request)  # type: ignore[return-value]
