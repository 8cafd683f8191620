"""Answers made of shapes."""

from collections.abc import Sequence

from flask import Response, request
from pydantic import BaseModel

from services.gateway.public_status import etag
from services.gateway.status_board import Knowledge
from services.gateway.visit import current

_JSON = "application/json"
STATUS_CACHING = "public, max-age=2, stale-while-revalidate=30"


def answer(shape: BaseModel, status: int = 200) -> Response:
    """One shape as JSON."""
    return answer_written(shape.model_dump_json(), status)


def answer_written(body: str, status: int = 200) -> Response:
    """What is JSON already."""
    return Response(body, status, content_type=_JSON)


def answer_list(shapes: Sequence[BaseModel]) -> Response:
    """Several shapes as a JSON array."""
    body = ",".join(shape.model_dump_json() for shape in shapes)
    return Response(f"[{body}]", 200, content_type=_JSON)


def in_callers_language(response: Response, language: str | None = None) -> Response:
    """Say that the words depend on what the caller speaks; the caller may have named another
    `language` for this answer."""
    response.headers["Content-Language"] = language or current().language
    response.vary.add("Accept-Language")
    return response


def of_status(
    response: Response, known: Knowledge, language: str | None = None, *, tells_stale: bool = False
) -> Response:
    """An answer made of the public status alone: caches may keep it for a moment, and whoever has
    it already is told so. `tells_stale`: it says that the facts are stale."""
    language = language or current().language
    in_callers_language(response, language)
    response.headers["Cache-Control"] = STATUS_CACHING
    response.set_etag(etag(known, language, is_stale=tells_stale), weak=True)
    return response.make_conditional(request)  # type: ignore[return-value]
