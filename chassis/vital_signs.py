"""What a process tells whoever watches it, over HTTP: `/metrics`, `/ready` and `/live`.

One real thread serves, so that it still answers when the loop it reports on is stuck. Each page
must come from memory or soon: the pages of a process are made one after another.
"""

import json
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from chassis.readiness import Readiness
from chassis.watchdog import Pulse, Spawn, start_thread

CLIENT_SECONDS = 2.0
"""For a whole question, however its bytes come, and as long again for the answer: there is one
thread."""
BREATH_SECONDS = 0.5
"""Until a process that has no descriptor left may have one again."""
LARGEST_REQUEST = 8192
REASONS = {200: "OK", 404: "Not Found", 503: "Service Unavailable"}


@dataclass(frozen=True)
class Page:
    """One answer."""

    body: bytes
    content_type: str = "application/json"
    status: int = 200

    def as_http(self) -> bytes:
        head = (
            f"HTTP/1.1 {self.status} {REASONS[self.status]}\r\n"
            f"Content-Type: {self.content_type}\r\nContent-Length: {len(self.body)}\r\n"
            "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
        )
        return head.encode() + self.body


Pages = Mapping[str, Callable[[], Page]]


def pages(readiness: Readiness, pulse: Pulse, metrics: Callable[[], Page]) -> Pages:
    """The three pages of a process, by path."""

    def ready() -> Page:
        told = readiness.report().as_json()
        if not pulse.is_alive():
            told = {"status": "not_ready", "checks": told["checks"] | {"loop": _silence(pulse)}}
        return _json(told, is_well=told["status"] == "ready")

    def live() -> Page:
        is_alive = pulse.is_alive()
        told = {"status": "ok"} if is_alive else {"status": "stuck", "loop": _silence(pulse)}
        return _json(told, is_well=is_alive)

    return {"/metrics": metrics, "/ready": ready, "/live": live}


def _json(told: dict[str, Any], *, is_well: bool) -> Page:
    return Page(f"{json.dumps(told)}\n".encode(), status=200 if is_well else 503)


def _silence(pulse: Pulse) -> str:
    return f"has not beaten for {pulse.silent_seconds():.0f} s"


def serve(
    pages: Pages,
    port: int,
    host: str,
    *,
    sockets: Any = socket,
    spawn: Spawn = start_thread,
    pause: Callable[[float], None] = time.sleep,
) -> Any:
    """Serve the pages from now on; with eventlet, give what is of the original modules. The socket
    that listens. No port: do not."""
    if not port:
        return None
    listener = sockets.create_server((host, port))
    spawn(lambda: _serve(listener, pages, pause))
    return listener


def _serve(listener: Any, pages: Pages, pause: Callable[[float], None]) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            pause(BREATH_SECONDS)
            continue
        try:
            answer = _answer(_first_line(client), pages).as_http()
            client.settimeout(CLIENT_SECONDS)
            client.sendall(answer)
        except Exception:  # noqa: S110  # a scraper that went away; and there is no logger here
            pass
        finally:
            client.close()


def _answer(request: bytes, pages: Pages) -> Page:
    method, _, rest = request.decode("latin-1").partition(" ")
    path = rest.partition(" ")[0].partition("?")[0]
    if method != "GET" or path not in pages:
        return Page(b"", status=404)
    return pages[path]()


def _first_line(client: Any) -> bytes:
    """Read the whole request head and return its first line. Raises TimeoutError."""
    head, until = b"", monotonic() + CLIENT_SECONDS
    while b"\r\n\r\n" not in head and len(head) < LARGEST_REQUEST:
        client.settimeout(max(until - monotonic(), 0.001))
        if not (part := client.recv(1024)):
            break
        head += part
    return head.partition(b"\r\n")[0]
