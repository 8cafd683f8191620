"""gunicorn's worker and log, made to speak as the rest of the gateway does."""

import json
import socket
from contextlib import suppress
from mmap import mmap
from time import monotonic
from typing import Any
from uuid import uuid4

from gunicorn import util
from gunicorn.glogging import Logger
from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker
from structlog import get_logger

from services.gateway.meters import requests

STATUS = {
    errors.LimitRequestLine: (414, "URI Too Long"),
    errors.LimitRequestHeaders: (431, "Request Header Fields Too Large"),
    errors.ExpectationFailed: (417, "Expectation Failed"),
    errors.UnsupportedTransferCoding: (501, "Not Implemented"),
}

NOT_UNDERSTOOD = "The server did not understand this request."
DETAILS = {
    414: "The address is too long: ask with a shorter query.",
    431: "The headers are too long, or too many.",
    503: "Too many requests at once.",
}
SHORT_LINE = 64
"""Requests that may wait for a thread: a worker that has just begun finds so many at its door.
Refusing one in its turn costs a thread's time, which is what is scarce by then; refusing it before
costs next to none. So who would find the places behind the turnstile taken is not let in either."""
LONGEST_LINE = 900
"""The same for the public status, which takes a moment and is asked for most when all is slow: so
many come in 4 s when 200 a second ask, and the first of two workers to go on may find all of them.
gunicorn holds 1 000 connections a worker; whoever comes then waits at the kernel's door."""
PUBLIC = tuple(
    method + path
    for method in (b"GET ", b"HEAD ")
    for path in (b"/api/support/status", b"/api/v2/", b"/status", b"/api/support/health")
)
MUCH = 65_536
LOOK_SECONDS = 0.25
"""How long an idle worker takes to see that its master is gone: less than another one to start."""

log = get_logger()
refusals = requests.labels("at the door", "other", "503")


class DeskWorker(ThreadWorker):  # type: ignore[misc]
    """Answers what never reaches the application as every other error is answered."""

    _told_at = 0.0

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        # The master compares monotonic times with this one, which until the first beat is the
        # clock's: it would wait for ever for a worker that is stuck before its loop.
        self.tmp.notify()
        self._shared = mmap(-1, 1)  # the master sees what the worker writes there

    @property
    def is_serving(self) -> bool:
        """Does it take requests? The master asks."""
        return self._shared[0] == 1

    def run(self) -> None:
        self._shared[0] = 1
        super().run()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        super().wait_for_and_dispatch_events(min(timeout, LOOK_SECONDS))

    def is_parent_alive(self) -> bool:
        """Asked at every turn. An orphan finishes what it has begun; the door it leaves at once, to
        whoever is started in the master's place and would find the port taken."""
        if super().is_parent_alive():
            return True
        self.alive = False  # lines that are kept alive are told that they end
        self.set_accept_enabled(False)
        for listener in self.sockets:
            listener.close()
        return False

    def enqueue_req(self, conn: Any) -> None:
        """Hand a request to a thread, or refuse it when it would wait too long for one, or find
        no place behind the turnstile."""
        if self._has_room_for(_is_public(conn.sock)):
            super().enqueue_req(conn)
            return
        refusals.inc()
        if monotonic() - self._told_at >= 1:  # a line for each would cost as much as the refusal
            log.warning("refusing at the door: too many requests at once")
            self._told_at = monotonic()
        with suppress(OSError):
            util.write_nonblock(conn.sock, _problem(503, "Service Unavailable", uuid4().hex))
            conn.sock.setblocking(False)
            conn.sock.recv(MUCH)  # closed with something unread, it would take the answer back
        self.nr_conns -= 1
        conn.close()

    def _has_room_for(self, is_public: bool | None) -> bool:
        waiting = self.tpool._work_queue.qsize()
        if is_public:
            return bool(waiting < LONGEST_LINE)
        if waiting >= SHORT_LINE:
            return False
        return is_public is None or waiting < self.wsgi.extensions["turnstile"].free

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


def _is_public(line: socket.socket) -> bool | None:
    """Is the public status being asked for? None while nothing has come. Nothing is read."""
    with suppress(OSError):
        return line.recv(64, socket.MSG_PEEK | socket.MSG_DONTWAIT).startswith(PUBLIC)
    return None


def _problem(status: int, reason: str, request_id: str) -> bytes:
    is_overload = status == 503
    body = json.dumps(
        {
            "type": f"/api/support/docs/#{'unavailable' if is_overload else 'bad_request'}",
            "title": reason,
            "status": status,
            "detail": DETAILS.get(status, NOT_UNDERSTOOD),
            "code": "unavailable" if is_overload else "bad_request",
            "errors": [],
            "request_id": request_id,
        }
    )
    retry = "Retry-After: 1\r\n" if is_overload else ""
    return (
        f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\n{retry}"
        f"Content-Type: application/problem+json\r\nX-Request-ID: {request_id}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()
