"""The public status at the addresses of Statuspage v2; from memory, whatever else is down."""

from collections.abc import Callable

from flask import Blueprint, Response
from pydantic import BaseModel

from services.gateway import shapes
from services.gateway.answering import answer_written, of_status
from services.gateway.operations import Operation, describes
from services.gateway.own_words import told_status
from services.gateway.statuspage import Statuspage
from services.gateway.toolbox import HERE, desk, drawn_for_here, status_board
from services.gateway.visit import current

blueprint = Blueprint("statuspage", __name__, url_prefix="/api/v2")


def _tells(shape: type[BaseModel], summary: str) -> Operation:
    return Operation(
        summary=summary,
        tag="statuspage v2",
        answers={200: shape},
        answer_headers=("ETag", "Cache-Control"),
        is_public=True,
    )


@blueprint.get("/summary.json")
@describes(_tells(shapes.StatuspageSummary, "Tell everything that is not over"))
def tell_statuspage_summary() -> Response:
    return _told(Statuspage.summary)


@blueprint.get("/status.json")
@describes(_tells(shapes.StatuspageStatus, "Tell the one word about everything"))
def tell_statuspage_status() -> Response:
    return _told(Statuspage.status)


@blueprint.get("/components.json")
@describes(_tells(shapes.StatuspageComponents, "List the components and how they are"))
def list_statuspage_components() -> Response:
    return _told(Statuspage.components)


@blueprint.get("/incidents.json")
@describes(_tells(shapes.StatuspageIncidents, "List the open incidents and the last 50 resolved"))
def list_statuspage_incidents() -> Response:
    return _told(Statuspage.incidents)


@blueprint.get("/incidents/unresolved.json")
@describes(_tells(shapes.StatuspageIncidents, "List the open incidents"))
def list_unresolved_statuspage_incidents() -> Response:
    return _told(Statuspage.unresolved)


@blueprint.get("/scheduled-maintenances.json")
@describes(_tells(shapes.StatuspageMaintenances, "List planned work, to come and under way"))
def list_statuspage_maintenances() -> Response:
    return _told(Statuspage.maintenances)


@blueprint.get("/scheduled-maintenances/upcoming.json")
@describes(_tells(shapes.StatuspageMaintenances, "List planned work to come"))
def list_upcoming_statuspage_maintenances() -> Response:
    return _told(Statuspage.upcoming)


@blueprint.get("/scheduled-maintenances/active.json")
@describes(_tells(shapes.StatuspageMaintenances, "List planned work under way"))
def list_active_statuspage_maintenances() -> Response:
    return _told(Statuspage.active)


def _told(question: Callable[[Statuspage], BaseModel]) -> Response:
    """The answer and its ETag are of the same knowledge, whatever is heard meanwhile. A query is
    passed over: clients add the time to an address, to have an answer that nobody has kept."""
    known, words = status_board().known, current().words
    key = (question.__qualname__, known.digest, words.language)

    def draw() -> str:
        view = told_status(known.view, desk(), words.language)
        return question(Statuspage(view, desk(), words, HERE)).model_dump_json()

    body = drawn_for_here(key, draw)
    return of_status(answer_written(body), known)
