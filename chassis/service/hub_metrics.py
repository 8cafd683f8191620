"""Prometheus numbers of an eventlet process, served from a real OS thread.

A server on the hub would fall silent with the hub it is to report on. So a green thread renders
the numbers once a second, and the OS thread serves the last rendering with `hub_lag_seconds`,
which it works out itself from that rendering's age. The OS thread touches no lock and no logger,
since both are green here.
"""

from time import monotonic
from typing import Any

import eventlet
from eventlet.patcher import original
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

BEAT_SECONDS = 1.0
CLIENT_SECONDS = 2.0
LARGEST_REQUEST = 8192

_socket: Any = original("socket")
_threading: Any = original("threading")


class HubMetrics:
    """The last rendering, when it was made, and the thread that serves it."""

    def __init__(self, process: str) -> None:
        self._process = process
        self._rendered = b""
        self._beat_at = monotonic()

    def start(self, port: int | None, host: str = "127.0.0.1") -> None:
        """Begin to render and to serve. No port: do neither."""
        if not port:
            return
        listener = _socket.create_server((host, port))
        self._render()
        eventlet.spawn(self._beat)
        _threading.Thread(target=self._serve, args=(listener,), daemon=True).start()

    def _beat(self) -> None:
        while True:
            eventlet.sleep(BEAT_SECONDS)
            self._render()

    def _render(self) -> None:
        self._rendered = generate_latest()
        self._beat_at = monotonic()

    def _serve(self, listener: Any) -> None:
        while True:
            client, _ = listener.accept()
            try:
                client.settimeout(CLIENT_SECONDS)
                client.sendall(self._response(_first_line(client)))
            except OSError:  # a scraper that went away is its own affair
                pass
            finally:
                client.close()

    def _response(self, request: bytes) -> bytes:
        if not request.startswith((b"GET /metrics ", b"GET /metrics?")):
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        body = self._rendered + self._lag()
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: {CONTENT_TYPE_LATEST}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        return head.encode() + body

    def _lag(self) -> bytes:
        name = f"{self._process}_hub_lag_seconds"
        lag = max(0.0, monotonic() - self._beat_at - BEAT_SECONDS)
        described = f"# HELP {name} How late the event loop is\n# TYPE {name} gauge\n"
        return f"{described}{name} {lag:.3f}\n".encode()


def _first_line(client: Any) -> bytes:
    """Read the whole request head and return its first line."""
    head = b""
    while b"\r\n\r\n" not in head and len(head) < LARGEST_REQUEST:
        if not (part := client.recv(1024)):
            break
        head += part
    return head.partition(b"\r\n")[0]
