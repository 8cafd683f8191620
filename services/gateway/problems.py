"""The one error table: whatever may go wrong, as RFC 9457 problem+json in the caller's language.

`code` is stable and for programs; title and detail are words from the catalogue for people.
"""

from collections.abc import Callable, Mapping, Sequence

from flask import Flask, Response
from structlog import get_logger
from werkzeug.exceptions import HTTPException

from contracts.errors import (
    Conflict,
    ContractError,
    Forbidden,
    Invalid,
    NotFound,
    Unavailable,
)
from services.gateway.bodies import NotJson, NotMultipart, NotUtf8
from services.gateway.faults import Fault, Faulty, presentable
from services.gateway.identity import BadToken
from services.gateway.limiter import TooOften
from services.gateway.reading import NotAnnouncedAsJson, Unreadable
from services.gateway.shapes import Details, Problem
from services.gateway.uploads import RefusedFile, TooMuch
from services.gateway.visit import current

RETRY_SECONDS = 1
RETRY_SECONDS_OF = {"bot_unavailable": 30}
"""Where a second is too soon: somebody has to start something first."""

STATUS_OF_KIND: dict[type[ContractError], int] = {
    Invalid: 422,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Unavailable: 503,
}
"""A contract error has the status of the first kind it is of."""

STATUS_OF_CODE = {
    "bad_request": 400,
    "malformed_json": 400,
    "malformed_multipart": 400,
    "not_utf8": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "ticket_not_found": 404,
    "attachment_not_found": 404,
    "incident_not_found": 404,
    "method_not_allowed": 405,
    "conflict": 409,
    "ticket_closed": 409,
    "incident_already_resolved": 409,
    "idempotency_key_in_progress": 409,
    "payload_too_large": 413,
    "file_too_large": 413,
    "unsupported_media_type": 415,
    "file_kind_refused": 415,
    "invalid": 422,
    "file_empty": 422,
    "idempotency_key_reused": 422,
    "too_many_requests": 429,
    "internal_error": 500,
    "unavailable": 503,
    "bot_unavailable": 503,
}
"""Every code an answer may carry, for the documentation."""

_OWN: dict[type[Exception], str] = {
    NotJson: "malformed_json",
    NotMultipart: "malformed_multipart",
    NotUtf8: "not_utf8",
    BadToken: "unauthorized",
    NotAnnouncedAsJson: "unsupported_media_type",
}

_OF_HTTP = {
    404: "not_found",
    405: "method_not_allowed",
    413: "payload_too_large",
    415: "unsupported_media_type",
}

log = get_logger()


class AdminsOnly(Forbidden):
    """The caller is known, but no administrator; `faults` name what only those may ask."""

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        super().__init__("administrators only")
        self.faults = list(faults)


def register(app: Flask) -> None:
    """Let every error, expected or not, end in `problem`."""
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(ContractError, _on_contract)
    app.register_error_handler(Faulty, lambda error: problem("invalid", faults=error.faults))
    app.register_error_handler(TooOften, _on_too_often)
    app.register_error_handler(RefusedFile, _on_refused_file)
    app.register_error_handler(TooMuch, _on_too_much)
    app.register_error_handler(Unreadable, _on_unreadable)
    for kind, code in _OWN.items():
        app.register_error_handler(kind, _answering(code))
    app.register_error_handler(Exception, _on_bug)


def problem(
    code: str,
    status: int | None = None,
    *,
    faults: Sequence[Fault] = (),
    detail: str = "",
    why: str = "",
    details: Details | None = None,
    values: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer for a code. `detail` names words closer to the case than the code's own, which may
    speak of `details`, and of `values` that stand in words alone; `why` is added to them: where the
    JSON breaks, for instance."""
    visit = current()
    status = status or STATUS_OF_CODE[code]
    spoken_of = {**(details.model_dump() if details else {}), **(values or {})}
    sentence = visit.words(f"detail.{detail or code}", **spoken_of)
    told = Problem(
        type=f"/api/support/docs/#{code}",
        title=visit.words(f"title.{code}"),
        status=status,
        detail=sentence + (f" ({presentable(why)})" if why else ""),
        code=code,
        errors=[fault.told(visit.words) for fault in faults],
        request_id=visit.request_id,
        details=details,
    )
    body = told.model_dump_json(exclude_none=True)
    answer = Response(body, status, content_type="application/problem+json")
    answer.headers["Content-Language"] = visit.language
    answer.headers["Cache-Control"] = "no-store"
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if status == 503:
        answer.headers["Retry-After"] = str(RETRY_SECONDS_OF.get(code, RETRY_SECONDS))
    answer.headers.update(headers or {})
    return answer


def _answering(code: str) -> Callable[[Exception], Response]:
    def answer(error: Exception) -> Response:
        log.warning("refused", code=code, reason=str(error))
        return problem(code, why=str(error) if code.startswith("malformed") else "")

    return answer


def _on_contract(error: ContractError) -> Response:
    status = next((s for kind, s in STATUS_OF_KIND.items() if isinstance(error, kind)), None)
    if status is None:
        log.error("a service failed", code=error.code, reason=error.message)
        return problem("internal_error")
    log.warning("refused", code=error.code, reason=error.message)
    codes = (getattr(kind, "code", "") for kind in type(error).__mro__)
    code = next(code for code in codes if code in STATUS_OF_CODE)
    if merged_into := error.details.get("merged_into"):
        return problem(code, detail="ticket_merged", details=Details(merged_into=int(merged_into)))
    return problem(code, faults=_named_fields(error))


def _named_fields(error: ContractError) -> list[Fault]:
    if isinstance(error, AdminsOnly):
        return error.faults
    if type(error) is Invalid:
        return [Fault(name, "cursor" if name == "cursor" else "wrong") for name in error.details]
    return []


def _on_refused_file(error: RefusedFile) -> Response:
    log.warning("refused", code=error.code, reason=str(error))
    return problem(error.code, faults=error.faults)


def _on_too_much(error: TooMuch) -> Response:
    log.warning("refused", code="payload_too_large")
    return problem("payload_too_large", detail="files_too_large", values=error.values)


def _on_too_often(error: TooOften) -> Response:
    log.warning("refused", code="too_many_requests")
    return problem("too_many_requests", headers={"Retry-After": str(error.retry_after)})


def _on_unreadable(error: Unreadable) -> Response:
    code, why = "unsupported_media_type", str(error)
    log.warning("refused", code=code, reason=why)
    return problem(code, detail=error.words, why=why, headers={"Accept-Encoding": "identity"})


def _on_http(error: HTTPException) -> Response:
    status = error.code or 500
    code = _OF_HTTP.get(status, "bad_request" if status < 500 else "internal_error")
    headers = {name: value for name, value in error.get_headers() if name == "Allow"}
    return problem(code, status, headers=headers)


def _on_bug(_error: Exception) -> Response:
    log.exception("failed")
    return problem("internal_error")
