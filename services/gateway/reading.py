"""From a request to a form: the body's JSON or the query's parameters, strictly."""

from typing import TypeVar

from flask import Request
from pydantic import ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from services.gateway.bodies import parse_json
from services.gateway.faults import Fault, Faulty, faults_of, presentable
from services.gateway.forms import Form

Wanted = TypeVar("Wanted", bound=Form)

LARGEST_BODY = 256 * 1024


class NotAnnouncedAsJson(Exception):
    """The Content-Type is missing or another than JSON."""


class OtherCharset(Exception):
    """The Content-Type announces JSON in another charset than UTF-8."""


def read_body(request: Request, form: type[Wanted]) -> Wanted:
    """Raises NotAnnouncedAsJson, OtherCharset, RequestEntityTooLarge, NotUtf8, NotJson, Faulty."""
    if not request.is_json:
        raise NotAnnouncedAsJson(presentable(request.mimetype))
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in {"utf-8", "utf8"}:
        raise OtherCharset(presentable(charset))
    return _parsed(form, parse_json(_whole_body(request)))


def read_query(request: Request, form: type[Wanted]) -> Wanted:
    """Raises Faulty, also for a parameter that comes twice."""
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if twice:
        raise Faulty([Fault(presentable(name), "twice") for name in twice])
    return _parsed(form, request.args.to_dict())


def _whole_body(request: Request) -> bytes:
    """werkzeug refuses too large a Content-Length; a chunked body has none, and is cut instead."""
    body = request.get_data(cache=False)
    if len(body) > LARGEST_BODY:
        raise RequestEntityTooLarge
    return body


def _parsed(form: type[Wanted], given: object) -> Wanted:
    try:
        return form.model_validate(given)
    except ValidationError as error:
        raise Faulty(faults_of(error)) from None
