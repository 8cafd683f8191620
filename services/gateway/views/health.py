"""The health of the desk, for monitors and load balancers."""

from flask import Blueprint, Response, request

from services.gateway import shapes
from services.gateway.answering import answer
from services.gateway.forms import HealthQuestion
from services.gateway.operations import Operation, describes
from services.gateway.problems import RETRY_SECONDS
from services.gateway.reading import read_query
from services.gateway.toolbox import health_check

blueprint = Blueprint("health", __name__)


@blueprint.get("/api/support/health/")
@describes(
    Operation(
        summary="Say whether every process is well; `probe=live` asks only this one",
        tag="status",
        query=HealthQuestion,
        answers={200: shapes.Health, 503: shapes.Health},
    )
)
def tell_health() -> Response:
    if read_query(request, HealthQuestion).probe == "live":
        return answer(shapes.Alive())
    health = health_check().now()
    if health.status == "ok":
        return answer(health)
    response = answer(health, 503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
