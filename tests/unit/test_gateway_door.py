"""Who finds too long a line before a gateway worker's threads is refused without taking one."""

import json
import socket
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from bench.banner import PATHS
from services.gateway.turnstile import PLACES, Turnstile
from services.gateway.window import Window
from services.gateway.worker import LONGEST_LINE, SHORT_LINE, DeskWorker

TICKETS = b"GET /api/support/tickets/ HTTP/1.1\r\n\r\n"
STATUS = b"GET /api/support/status/ HTTP/1.1\r\n\r\n"


class Door:
    """A worker with a line of requests that wait, and one more that comes."""

    def __init__(self, waiting: int, free: int = PLACES + SHORT_LINE) -> None:
        self.client, self._ours = socket.socketpair()
        self.client.settimeout(2)
        self.taken: list[Any] = []
        self._worker = DeskWorker.__new__(DeskWorker)
        self._worker.nr_conns = 1
        self._worker.wsgi = SimpleNamespace(extensions={"turnstile": Turnstile(Window(free), free)})
        line = SimpleNamespace(qsize=lambda: waiting)
        self._worker.tpool = SimpleNamespace(_work_queue=line, submit=self._submit)

    def _submit(self, _handle: Any, connection: Any) -> Any:
        self.taken.append(connection)
        return SimpleNamespace(add_done_callback=lambda _callback: None)

    def knock(self, request: bytes) -> bytes:
        """What the client reads, when it is not taken in."""
        self.client.sendall(request)
        connection = SimpleNamespace(sock=self._ours, close=self._ours.close)
        self._worker.enqueue_req(connection)
        return b"" if self.taken else self.client.recv(4096)

    def close(self) -> None:
        self.client.close()
        self._ours.close()


@pytest.fixture
def door(request: pytest.FixtureRequest) -> Iterator[Door]:
    door = Door(*request.param) if isinstance(request.param, tuple) else Door(request.param)
    yield door
    door.close()


@pytest.mark.parametrize("door", [0, SHORT_LINE - 1], indirect=True)
def test_a_short_line_takes_everybody(door: Door) -> None:
    door.knock(TICKETS)

    assert len(door.taken) == 1


@pytest.mark.parametrize("door", [SHORT_LINE], indirect=True)
def test_a_longer_one_refuses_with_a_word_when_to_come_again(door: Door) -> None:
    head, _, body = door.knock(TICKETS).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 503 ")
    assert b"Retry-After: 1" in head
    assert json.loads(body)["code"] == "unavailable"
    assert door.taken == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("door", [SHORT_LINE], indirect=True)
def test_but_takes_who_asks_for_a_face_of_the_public_status(
    door: Door, method: str, path: str
) -> None:
    door.knock(f"{method} {path} HTTP/1.1\r\n\r\n".encode())

    assert len(door.taken) == 1


@pytest.mark.parametrize("door", [LONGEST_LINE], indirect=True)
def test_until_even_that_would_take_too_long(door: Door) -> None:
    assert door.knock(STATUS).startswith(b"HTTP/1.1 503 ")


@pytest.mark.parametrize("door", [(0, 0), (5, 5)], indirect=True)
def test_a_line_that_will_take_all_places_is_as_long_as_it_may_be(door: Door) -> None:
    assert door.knock(TICKETS).startswith(b"HTTP/1.1 503 ")


@pytest.mark.parametrize("door", [(0, 0), (5, 5)], indirect=True)
def test_the_public_status_needs_no_place(door: Door) -> None:
    door.knock(STATUS)

    assert len(door.taken) == 1


@pytest.mark.parametrize("door", [(0, 0)], indirect=True)
def test_who_has_not_said_what_they_want_yet_is_let_in(door: Door) -> None:
    door.knock(b"")

    assert len(door.taken) == 1
