"""Answers made of shapes."""

from collections.abc import Sequence

from flask import Response
from pydantic import BaseModel

from services.gateway.visit import current

_JSON = "application/json"


def answer(shape: BaseModel, status: int = 200) -> Response:
    """One shape as JSON."""
    return Response(shape.model_dump_json(), status, content_type=_JSON)


def answer_list(shapes: Sequence[BaseModel]) -> Response:
    """Several shapes as a JSON array."""
    body = ",".join(shape.model_dump_json() for shape in shapes)
    return Response(f"[{body}]", 200, content_type=_JSON)


def in_callers_language(response: Response) -> Response:
    """Say that the words depend on what the caller speaks."""
    response.headers["Content-Language"] = current().language
    response.vary.add("Accept-Language")
    return response
