"""An ordinary thread that listens on one broker connection and never gives the broker up."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic

from amqp import Channel, Connection
from structlog import get_logger

from chassis.broker.address import BrokerAddress

TICK_SECONDS = 1.0
TICK_SECONDS_PRESSED = 0.25
SHORTEST_SECONDS = 0.001
HEARTBEAT_SECONDS = 4
"""After two of them without a word from the broker the connection is given up."""
FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 1.0

log = get_logger()


def _nothing() -> None:
    """The default of a hook."""


def _never() -> bool:
    """The default of a question."""
    return False


class BrokerThread:
    """Connects, lets `on_connected` consume on the channel, and starts over when it breaks.

    `on_tick` runs once a second, or four times when `is_pressed` said so at the last; without a
    broker after each attempt to connect. `on_lost` runs after each loss. All of them, and the
    callbacks of consumed messages, run on this thread.
    """

    def __init__(
        self,
        amqp_url: str,
        name: str,
        *,
        on_connected: Callable[[Channel], None],
        on_lost: Callable[[], None] = _nothing,
        on_tick: Callable[[], None] = _nothing,
        is_pressed: Callable[[], bool] = _never,
    ) -> None:
        self._address = BrokerAddress.parse(amqp_url)
        self._on_connected = on_connected
        self._on_lost = on_lost
        self._on_tick = on_tick
        self._is_pressed = is_pressed
        self._socket: socket.socket | None = None
        self._is_closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to connect."""
        self._thread.start()

    def close(self) -> None:
        """Stop listening; returns when the thread has ended."""
        self._is_closing.set()
        sock = self._socket  # the other thread may be letting go of it
        if sock is not None:
            with suppress(OSError):
                # It wakes at the end of what has come. TLS's own would write in the clear then.
                socket.socket.shutdown(sock, socket.SHUT_RD)
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        wait = FIRST_WAIT_SECONDS
        while not self._is_closing.is_set():
            try:
                with self._connected() as connection:
                    wait = FIRST_WAIT_SECONDS
                    self._listen(connection)
            except Exception as error:  # whatever broke, a new connection is the remedy
                self._note(error)
            self._on_tick()
            self._is_closing.wait(wait)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        connection = self._address.connect(heartbeat=HEARTBEAT_SECONDS)
        try:
            self._on_connected(connection.channel())
            log.info("listening", thread=self._thread.name)
            self._socket = connection.sock
            yield connection
        finally:
            self._socket = None
            self._on_lost()
            connection.collect()

    def _listen(self, connection: Connection) -> None:
        next_tick = self._next_tick()
        while not self._is_closing.is_set():
            connection.sock.settimeout(max(next_tick - monotonic(), SHORTEST_SECONDS))
            with suppress(TimeoutError):
                connection.blocking_read()  # one frame; `drain_events` reads on after a heartbeat
            if monotonic() >= next_tick:
                self._on_tick()
                connection.heartbeat_tick()
                next_tick = self._next_tick()

    def _next_tick(self) -> float:
        return monotonic() + (TICK_SECONDS_PRESSED if self._is_pressed() else TICK_SECONDS)

    def _note(self, error: Exception) -> None:
        if not self._is_closing.is_set():
            reason = f"{type(error).__name__}: {error}"
            log.warning("the broker is away", thread=self._thread.name, error=reason)
