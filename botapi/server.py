"""The server: a thread for each connection, on loopback, in this process or as its own."""

import socket
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from botapi.acquaintances import Acquaintances
from botapi.app import create_app
from botapi.control import ControlSurface
from botapi.webhooks import Courier
from botapi.world import World

KNOCK_SECONDS = 1.0


class SilentHandler(WSGIRequestHandler):
    """Logs no request: tokens stand in the paths."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class BotApiServer:
    """Serves one world. Stopped and started again it keeps its port and the world.

    With a file for `people` they are known again when another process serves them later.

    As a context manager it runs in a thread of this process.
    """

    def __init__(
        self,
        port: int = 0,
        host: str = "127.0.0.1",
        world: World | None = None,
        people: Path | None = None,
    ) -> None:
        self.host = host
        self.port = port
        self.world = world or World()
        acquaintances = Acquaintances(people) if people else None
        if acquaintances:
            acquaintances.recall(self.world)
        self.control = ControlSurface(self.world, acquaintances)
        self._app = create_app(self.world, self.control)
        self._server: BaseWSGIServer | None = None
        self._thread: Thread | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def base_url(self) -> str:
        """What python-telegram-bot calls base_url: the token is appended to it."""
        return f"{self.url}/bot"

    def start(self) -> None:
        """Listen and serve from a thread; on return the port is known and open."""
        self.world.open()
        self._server = make_server(
            self.host, self.port, self._app, threaded=True, request_handler=SilentHandler
        )
        self.port = self._server.server_port
        self._thread = Thread(
            target=_serve, args=(self._server, self.world.closing), name="botapi", daemon=True
        )
        self._thread.start()
        Courier(self.world).start()

    def stop(self) -> None:
        """Stop listening and send everybody home who waits for an answer."""
        if self._server is None or self._thread is None:
            return
        self.world.close()
        with suppress(OSError):  # somebody else's request has just woken it
            socket.create_connection((self.host, self.port), KNOCK_SECONDS).close()
        self._thread.join()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _serve(server: BaseWSGIServer, closing: Event) -> None:
    """Until the world closes. One who knocks ends the waiting: werkzeug's own loop would look fifty
    times a second to end as soon."""
    with server:
        while not closing.is_set():
            server.handle_request()
