"""The tests' own wire: what goes in comes out, unless it is cut, clogged or stretched."""

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.support.wire import Wire

HURRY_SECONDS = 0.3
PATIENCE_SECONDS = 10.0


class Echo:
    """A server that says what it hears, and remembers how many have called."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.callers = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            self.callers += 1
            threading.Thread(target=self._answer, args=(caller,), daemon=True).start()

    def _answer(self, caller: socket.socket) -> None:
        with caller:
            try:
                while heard := caller.recv(65_536):
                    caller.sendall(heard)
            except OSError:
                return

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def echo() -> Iterator[Echo]:
    server = Echo()
    yield server
    server.close()


@pytest.fixture
def wire(echo: Echo) -> Iterator[Wire]:
    with Wire(echo.port) as wire:
        yield wire


def call(wire: Wire) -> socket.socket:
    return socket.create_connection(("127.0.0.1", wire.port), timeout=PATIENCE_SECONDS)


def say(caller: socket.socket, words: bytes, within: float = PATIENCE_SECONDS) -> bytes:
    """The echo; whatever happens instead is raised."""
    caller.settimeout(within)
    caller.sendall(words)
    heard = b""
    while len(heard) < len(words):
        if not (part := caller.recv(65_536)):
            raise ConnectionResetError("ended")
        heard += part
    return heard


def test_a_whole_wire_carries_everything(wire: Wire) -> None:
    much = b"x" * 3_000_000

    with call(wire) as caller:
        assert say(caller, b"hello") == b"hello"
        threading.Thread(target=caller.sendall, args=(much,), daemon=True).start()
        heard = 0
        while heard < len(much):
            heard += len(caller.recv(65_536))

    assert heard == len(much)


def test_it_stands_in_for_an_address(wire: Wire) -> None:
    assert wire.instead_of("amqp://a:b@127.0.0.1:5672//") == f"amqp://a:b@127.0.0.1:{wire.port}//"


def test_a_cut_resets_what_is_open_and_lets_new_connections_through(wire: Wire) -> None:
    with call(wire) as before, call(wire) as after:
        say(before, b"hello")

        wire.cut()

        with pytest.raises(OSError, match=r"reset|Broken|ended"):
            say(before, b"anybody?")
        after.close()
    with call(wire) as again:
        assert say(again, b"hello") == b"hello"


def test_severed_it_lets_nobody_through_until_healed(wire: Wire, echo: Echo) -> None:
    wire.sever()

    with pytest.raises(OSError, match=r"reset|Broken|ended"), call(wire) as caller:
        say(caller, b"anybody?")

    assert echo.callers == 0
    wire.heal()
    with call(wire) as caller:
        assert say(caller, b"hello") == b"hello"


def test_a_black_hole_takes_everything_and_gives_nothing(wire: Wire, echo: Echo) -> None:
    with call(wire) as busy, call(wire) as idle:
        say(busy, b"hello")
        say(idle, b"hello")

        wire.swallow()

        with pytest.raises(TimeoutError):
            say(busy, b"anybody?", HURRY_SECONDS)
        with call(wire) as newcomer, pytest.raises(TimeoutError):
            say(newcomer, b"anybody?", HURRY_SECONDS)
        assert echo.callers == 2

        wire.heal()

        with pytest.raises(TimeoutError):
            say(busy, b"still there?", HURRY_SECONDS)
        assert say(idle, b"hello") == b"hello", "it lost nothing"
        with call(wire) as again:
            assert say(again, b"hello") == b"hello"


def test_delayed_it_carries_everything_late(wire: Wire) -> None:
    with call(wire) as caller:
        wire.delay(HURRY_SECONDS)
        with pytest.raises(TimeoutError):
            say(caller, b"hello", HURRY_SECONDS)

        caller.settimeout(PATIENCE_SECONDS)
        assert caller.recv(5) == b"hello"
