"""The contract, for programs and for people; the page loads nothing from elsewhere."""

import json
from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request
from markupsafe import Markup

from chassis.catalogue import Catalogue
from services.gateway.openapi import claims_told, describe
from services.gateway.operations import Operation, describes
from services.gateway.pages import page
from services.gateway.problems import STATUS_OF_CODE
from services.gateway.visit import current

blueprint = Blueprint("docs", __name__)


@blueprint.get("/api/support/openapi.json")
@describes(
    Operation(
        summary="This contract as OpenAPI 3.1",
        tag="docs",
        answers={200: "application/json"},
        is_public=True,
    )
)
def tell_openapi() -> Response:
    document = json.dumps(_document(), ensure_ascii=False)
    response = Response(document, 200, content_type="application/json")
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


@blueprint.get("/api/support/docs/")
@describes(
    Operation(
        summary="This contract as a page", tag="docs", answers={200: "text/html"}, is_public=True
    )
)
def show_docs() -> Response:
    nonce = token_urlsafe(16)
    html = render_template(
        "docs.html",
        document=_document(),
        codes=STATUS_OF_CODE,
        words=Catalogue.read("en", "gateway"),
        readers=current().words,
        claims_told=claims_told,
        nonce=nonce,
        root=request.url_root,
        name=_name,
        coded=_coded,
        limits=_limits,
        written=lambda example: json.dumps(example, ensure_ascii=False, indent=2),
    )
    response = page(html, nonce)
    response.vary.add("Accept-Language")
    return response


def _document() -> dict[str, Any]:
    if "openapi" not in current_app.extensions:
        current_app.extensions["openapi"] = describe(current_app)
    found: dict[str, Any] = current_app.extensions["openapi"]
    return found


def _coded(text: str) -> Markup:
    """What stands between backticks as code, the rest escaped."""
    parts = enumerate(text.split("`"))
    return Markup().join(Markup("<code>{}</code>").format(p) if n % 2 else p for n, p in parts)


def _limits(schema: dict[str, Any]) -> str:
    """How long or how large a value may be, in few words; nothing when that is not limited."""
    for each in (schema, *schema.get("anyOf", [])):
        if "maxLength" in each:
            return f"up to {each['maxLength']} characters"
        if "maximum" in each:
            return f"from {each['minimum']} to {each['maximum']}"
    return ""


def _name(schema: dict[str, Any]) -> str:
    """What a schema is, in few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_name(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(each) for each in schema["enum"])
    if schema.get("type") == "array":
        return f"[{_name(schema['items'])}]"
    if schema.get("format"):
        return str(schema["format"])
    return str(schema.get("type", "any"))
