"""The contract as OpenAPI 3.1, made from the routes, what each says of itself, and the models."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Literal

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from chassis.catalogue import Catalogue
from contracts.claims import EMAIL_LENGTH, LARGEST_TELEGRAM_ID, USER_ID_LENGTH
from contracts.tickets import LARGEST_ID
from services.gateway.forms import Form
from services.gateway.operations import Operation, Who, answer_models, operation_of
from services.gateway.problems import STATUS_OF_CODE
from services.gateway.shapes import Problem

VERSION = "1.0.0"
REF = "#/components/schemas/{model}"
METHODS = ("GET", "POST")
ANY_FILE = "application/octet-stream"
WITH_FILES = (
    "With files as `multipart/form-data`: the same fields as texts (`context` as JSON), an empty "
    "one as if it were absent, the files under `attachments`; then the text may be empty."
)

TITLE = "Support desk"
DESCRIPTION = (
    "Times are RFC 3339 in UTC with milliseconds. Ids of tickets, messages and incidents are "
    "integers. A field or a query parameter that is not named here is refused, save by "
    "`/api/support/status/` and this contract. Every answer carries `X-Request-ID`. "
    "A path without its last slash is answered with 308 to the path with it."
)

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Remembered for 24 hours at least, per user and operation. A repeat with the "
    "same body gets the first answer, with `Idempotent-Replay: true`.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[ -~]+$"},
}
ACCEPT_LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "`ru` or `en`: the language of what people read.",
    "schema": {"type": "string"},
}
REQUEST_ID = {
    "description": "The request's own, or a new one; in every log line about this request.",
    "schema": {"type": "string"},
}
HEADERS_OF_STATUS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string", "const": "Bearer"}}},
    429: {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}},
    503: {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}},
}


def describe(app: Flask) -> dict[str, Any]:
    """The whole document."""
    operations = list(_operations(app))
    schemas = _Schemas([operation for _, _, operation in operations])
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, operation in operations:
        entry = _entry(rule, operation, schemas)
        paths.setdefault(_path(rule), {})[method.lower()] = entry
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": VERSION, "description": DESCRIPTION},
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(each.tag for _, _, each in operations)],
        "paths": paths,
        "components": {"schemas": schemas.definitions, "securitySchemes": {"bearer": _bearer()}},
    }


def _operations(app: Flask) -> Iterator[tuple[Rule, str, Operation]]:
    for rule in app.url_map.iter_rules():
        operation = operation_of(app, rule.endpoint)
        if operation is None or not operation.is_documented:
            continue
        for method in METHODS:
            if method in (rule.methods or ()):
                yield rule, method, operation


class _Schemas:
    """The schemas of all models; what is sent and what is answered may differ, so by mode."""

    def __init__(self, operations: list[Operation]) -> None:
        sent = [form for op in operations for form in (op.body, op.query) if form]
        told = [model for op in operations for model in answer_models(op)] + [Problem]
        asked: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
            *((model, "validation") for model in dict.fromkeys(sent)),
            *((model, "serialization") for model in dict.fromkeys(told)),
        ]
        self._by_model, document = models_json_schema(asked, ref_template=REF)
        self.definitions: dict[str, Any] = document.get("$defs", {})

    def of_answer(self, model: Any) -> dict[str, Any]:
        if isinstance(model, list):
            return {"type": "array", "items": self.of_answer(model[0])}
        return dict(self._by_model[model, "serialization"])

    def of_body(self, form: type[Form]) -> dict[str, Any]:
        return dict(self._by_model[form, "validation"])

    def take_parameters(self, form: type[Form]) -> dict[str, Any]:
        """The fields of a query, each a parameter of its own."""
        name = self.of_body(form)["$ref"].rpartition("/")[2]
        return dict(self.definitions[name]["properties"])


def _entry(rule: Rule, operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "operationId": rule.endpoint.rpartition(".")[2],
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [*_path_parameters(rule), *_parameters(operation, schemas)],
        "responses": dict(_answers(operation, schemas)) | dict(_errors(operation, schemas)),
    }
    entry["security"] = [] if operation.who is Who.ANYONE else [{"bearer": []}]
    if operation.who is Who.ADMIN:
        entry["description"] = "For administrators."
    if operation.body:
        schema = schemas.of_body(operation.body)
        entry["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    if operation.body_with_files:
        entry["requestBody"]["description"] = WITH_FILES
        entry["requestBody"]["content"] |= _with_files(operation.body_with_files)
    return entry


def _with_files(form: type[Form]) -> dict[str, Any]:
    schema = form.model_json_schema(ref_template=REF)
    schema.pop("$defs", None)  # the same as those of the form without files
    files = {"type": "array", "items": {"type": "string", "contentMediaType": ANY_FILE}}
    fields = schema["properties"]
    fields["attachments"] = files
    encoding = {"context": {"contentType": "application/json"}} if "context" in fields else {}
    return {"multipart/form-data": {"schema": schema, "encoding": encoding}}


def _path(rule: Rule) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)


def _path_parameters(rule: Rule) -> Iterator[dict[str, Any]]:
    for name in sorted(rule.arguments):
        schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _parameters(operation: Operation, schemas: _Schemas) -> Iterator[dict[str, Any]]:
    if operation.query:
        for name, schema in schemas.take_parameters(operation.query).items():
            found = dict(schema)
            text = found.pop("description", None)
            parameter = {"name": name, "in": "query", "required": False, "schema": found}
            yield parameter | ({"description": text} if text else {})
    if operation.is_idempotent_by_key:
        yield IDEMPOTENCY_KEY
    yield ACCEPT_LANGUAGE


def _answers(operation: Operation, schemas: _Schemas) -> Iterator[tuple[str, Any]]:
    for status, model in operation.answers.items():
        content = (
            {model: {"schema": {"type": "string"}}}
            if isinstance(model, str)
            else {"application/json": {"schema": schemas.of_answer(model)}}
        )
        headers: dict[str, Any] = {"X-Request-ID": REQUEST_ID, **HEADERS_OF_STATUS.get(status, {})}
        if status == 201 and operation.is_idempotent_by_key:
            headers["Idempotent-Replay"] = {"schema": {"type": "string", "const": "true"}}
        headers |= {name: {"schema": {"type": "string"}} for name in operation.answer_headers}
        yield str(status), _response(HTTPStatus(status).phrase, headers, content)
    if "ETag" in operation.answer_headers:
        yield "304", _response("Not Modified", {"X-Request-ID": REQUEST_ID}, None)


def _errors(operation: Operation, schemas: _Schemas) -> Iterator[tuple[str, Any]]:
    by_status: dict[int, list[str]] = {}
    for code in operation.all_errors:
        by_status.setdefault(STATUS_OF_CODE[code], []).append(code)
    for status, codes in sorted(by_status.items()):
        if status in operation.answers:
            continue
        content = {
            "application/problem+json": {
                "schema": schemas.of_answer(Problem),
                "examples": {code: {"value": _example(code, status)} for code in codes},
            }
        }
        headers = {"X-Request-ID": REQUEST_ID, **HEADERS_OF_STATUS.get(status, {})}
        yield str(status), _response(" or ".join(f"`{code}`" for code in codes), headers, content)


def _response(text: str, headers: dict[str, Any], content: dict[str, Any] | None) -> dict[str, Any]:
    found: dict[str, Any] = {"description": text, "headers": headers}
    return found | ({"content": content} if content else {})


def _example(code: str, status: int) -> dict[str, Any]:
    faults = [{"field": "description", "message": "…"}] if status == 422 else []
    return {
        "type": f"/api/support/docs/#{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": "…",
        "code": code,
        "errors": faults,
        "request_id": "7f3b2c1d9e8a4f60",
    }


def _bearer() -> dict[str, str]:
    return {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": claims_told(Catalogue.read("en", "gateway")),
    }


def claims_told(words: Catalogue) -> str:
    """What a token must claim to be believed."""
    return words(
        "docs.claims",
        id_length=USER_ID_LENGTH,
        largest_telegram_id=LARGEST_TELEGRAM_ID,
        email_length=EMAIL_LENGTH,
    )
