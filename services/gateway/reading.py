"""From a request to a form: the body's JSON or the query's parameters, strictly."""

from typing import TypeVar
from urllib.parse import unquote_to_bytes

from flask import Request
from pydantic import ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from services.gateway.bodies import NotUtf8, parse_json
from services.gateway.faults import Fault, Faulty, faults_of, presentable
from services.gateway.forms import Form, PageWish

Wanted = TypeVar("Wanted", bound=Form)

LARGEST_BODY = 256 * 1024


class NotAnnouncedAsJson(Exception):
    """The Content-Type is missing or another than JSON."""


class Unreadable(Exception):
    """The body is announced in a form that is not taken; `words` tell which."""

    words = ""


class OtherCharset(Unreadable):
    """JSON in another charset than UTF-8."""

    words = "other_charset"


class OtherForm(Unreadable):
    """Neither JSON nor a form with files, where both would do."""

    words = "json_or_files"


class Packed(Unreadable):
    """Something that somebody compressed."""

    words = "packed"


def read_body(request: Request, form: type[Wanted]) -> Wanted:
    """The form in the body, where the query has nothing to say.

    Raises NotAnnouncedAsJson, Unreadable, RequestEntityTooLarge, NotUtf8, NotJson, Faulty.
    """
    refuse_query(request)
    if not request.is_json:
        raise NotAnnouncedAsJson(presentable(request.mimetype))
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in {"utf-8", "utf8"}:
        raise OtherCharset(presentable(charset))
    refuse_packed(request)
    return parsed(form, parse_json(_whole_body(request)))


def refuse_packed(request: Request) -> None:
    """Raises Packed."""
    packing = request.headers.get("Content-Encoding") or "identity"
    if packing.lower() != "identity":
        raise Packed(presentable(packing))


def parsed(form: type[Wanted], given: object) -> Wanted:
    """Raises Faulty with every fault."""
    try:
        return form.model_validate(given)
    except ValidationError as error:
        raise Faulty(faults_of(error)) from None


def read_nothing(request: Request) -> None:
    """For a write that takes nothing: no body, or an empty object. Raises what `read_body` does."""
    if request.content_length or "Transfer-Encoding" in request.headers:
        read_body(request, Form)
    else:
        refuse_query(request)


def read_query(request: Request, form: type[Wanted]) -> Wanted:
    """Raises NotUtf8, and Faulty also for a parameter that comes twice."""
    _refuse_other_bytes(request.query_string)
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if twice:
        raise Faulty([Fault(presentable(name), "twice") for name in twice])
    return parsed(form, request.args.to_dict())


def read_wish(request: Request) -> PageWish:
    """How what the public sees is to be shown. Nothing is refused."""
    return PageWish.model_validate(request.args.to_dict())


def refuse_query(request: Request) -> None:
    """For what takes no parameters: one would silently do nothing. Raises NotUtf8, Faulty."""
    read_query(request, Form)


def _refuse_other_bytes(query: bytes) -> None:
    """werkzeug would put a question mark in the place of what is not UTF-8."""
    try:
        unquote_to_bytes(query).decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotUtf8(f"byte {error.start} of the query is not UTF-8") from None


def _whole_body(request: Request) -> bytes:
    """werkzeug refuses too large a Content-Length; a chunked body has none, and is cut instead."""
    body = request.get_data(cache=False)
    if len(body) > LARGEST_BODY:
        raise RequestEntityTooLarge
    return body
