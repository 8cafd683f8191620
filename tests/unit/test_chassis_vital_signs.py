"""The pages of a process stay there for others, whatever one visitor does and whatever it lacks."""

import errno
import http.client
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from chassis import vital_signs
from chassis.vital_signs import Page, serve
from cli.ports import LOOPBACK, choose_port

PAGES: dict[str, Callable[[], Page]] = {"/live": lambda: Page(b"well")}


class ShortOfDescriptors:
    """A module of sockets whose first listener cannot accept at first."""

    def __init__(self) -> None:
        self.left = 3

    def create_server(self, place: tuple[str, int]) -> Any:
        self._listener = socket.create_server(place)
        return self

    def accept(self) -> Any:
        if self.left:
            self.left -= 1
            raise OSError(errno.EMFILE, "Too many open files")
        return self._listener.accept()


def read(port: int) -> bytes:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    connection.request("GET", "/live")
    return connection.getresponse().read()


def test_a_visitor_that_sends_byte_by_byte_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vital_signs, "CLIENT_SECONDS", 0.5)
    port, has_read = choose_port(), threading.Event()
    serve(PAGES, port, LOOPBACK)
    slow = socket.create_connection((LOOPBACK, port))

    def dawdle() -> None:
        with suppress(OSError):  # it is let go
            while not has_read.wait(0.1):
                slow.sendall(b"G")

    dawdling = threading.Thread(target=dawdle)
    dawdling.start()  # it was first at the door, and there is one thread
    try:
        assert read(port) == b"well"
    finally:
        has_read.set()
        dawdling.join()
        slow.close()


def test_a_process_that_was_out_of_descriptors_tells_again_once_it_has_some() -> None:
    port, sockets, pauses = choose_port(), ShortOfDescriptors(), list[float]()
    serve(PAGES, port, LOOPBACK, sockets=sockets, pause=pauses.append)

    assert read(port) == b"well"
    assert pauses == [vital_signs.BREATH_SECONDS] * 3
