"""The lists a form needs: categories and priorities, as `support.toml` says."""

from flask import Blueprint, Response, request

from services.gateway import shapes
from services.gateway.answering import answer_list, in_callers_language
from services.gateway.operations import Operation, Who, describes
from services.gateway.reading import refuse_query
from services.gateway.toolbox import desk
from services.gateway.visit import current

blueprint = Blueprint("reference", __name__)


@blueprint.get("/api/support/categories/")
@describes(
    Operation(
        summary="List the categories in the order in which a form offers them",
        tag="reference",
        who=Who.USER,
        answers={200: [shapes.CategoryEntry]},
        errors=("invalid", "not_utf8"),
    )
)
def list_categories() -> Response:
    refuse_query(request)
    language = current().language
    entries = [
        shapes.CategoryEntry(id=rule.id, name=rule.name.in_language(language))
        for rule in desk().categories
    ]
    return in_callers_language(answer_list(entries))


@blueprint.get("/api/support/priorities/")
@describes(
    Operation(
        summary="List the priorities with their first-response targets",
        tag="reference",
        who=Who.USER,
        answers={200: [shapes.PriorityEntry]},
        errors=("invalid", "not_utf8"),
    )
)
def list_priorities() -> Response:
    refuse_query(request)
    language = current().language
    entries = [
        shapes.PriorityEntry(
            id=rule.id,
            name=rule.name.in_language(language),
            description=rule.description.in_language(language),
            first_response_minutes=rule.first_response_minutes,
            calendar=rule.calendar,
        )
        for rule in desk().priorities
    ]
    return in_callers_language(answer_list(entries))
