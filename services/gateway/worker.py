"""gunicorn's worker and log, made to speak as the rest of the gateway does."""

import json
from typing import Any
from uuid import uuid4

from gunicorn import util
from gunicorn.glogging import Logger
from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker
from structlog import get_logger

STATUS = {
    errors.LimitRequestLine: (414, "URI Too Long"),
    errors.LimitRequestHeaders: (431, "Request Header Fields Too Large"),
    errors.ExpectationFailed: (417, "Expectation Failed"),
    errors.UnsupportedTransferCoding: (501, "Not Implemented"),
}

log = get_logger()


class DeskWorker(ThreadWorker):  # type: ignore[misc]
    """Answers what is not even HTTP as every other error is answered."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Refuse a request that could not be parsed; it never reached the application."""
        if not isinstance(exc, errors.ParseException):
            super().handle_error(req, client, addr, exc)
            return
        request_id = uuid4().hex
        status, reason = STATUS.get(type(exc), (400, "Bad Request"))
        log.warning("not http", error=type(exc).__name__, request_id=request_id)
        util.write_nonblock(client, _problem(status, reason, request_id))


class DeskLogger(Logger):  # type: ignore[misc]
    """Sends gunicorn's lines into the process's log; requests are logged by the application."""

    def setup(self, cfg: Any) -> None:
        self.cfg = cfg
        self.loglevel = self.LOG_LEVELS["info"]
        self._access_log_enabled = False
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Nothing: `meters` has told it."""


def _problem(status: int, reason: str, request_id: str) -> bytes:
    body = json.dumps(
        {
            "type": "/api/support/docs/#bad_request",
            "title": reason,
            "status": status,
            "detail": "The server did not understand this request.",
            "code": "bad_request",
            "errors": [],
            "request_id": request_id,
        }
    )
    return (
        f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\n"
        f"Content-Type: application/problem+json\r\nX-Request-ID: {request_id}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()
