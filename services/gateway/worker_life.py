"""What one worker lives on: its RPC client, its status board and the threads that keep it true."""

from flask import Flask

from chassis.clock import clock_for
from chassis.events.listener import Listener, PassingQueue
from chassis.rpc.client import RpcClient
from services.gateway.app import create_app
from services.gateway.settings import Settings
from services.gateway.status_board import StatusBoard
from services.gateway.status_file import StatusFile
from services.gateway.status_keeper import HEARD, StatusKeeper

BROKER_SECONDS = 3.0
"""How long a new worker takes no requests for want of a broker that does not say yes or no."""


class WorkerLife:
    """Everything of a worker that has a thread or a connection."""

    def __init__(self, settings: Settings) -> None:
        file = StatusFile(settings.state_dir / "status.json")
        board = StatusBoard(file.read())
        self._rpc = RpcClient(settings.amqp_url, "gateway")
        self._keeper = StatusKeeper(board, self._rpc, file, clock_for(settings.clock_file))
        ear = PassingQueue(HEARD, self._keeper.hear)
        self._listener = Listener(settings.amqp_url, "gateway", ear)
        self.app = create_app(settings, self._rpc, board)

    def begin(self) -> None:
        """Return when requests can be answered as quickly as ever; without a broker some can."""
        self._listener.start()
        self._keeper.start()
        pages = self.app.jinja_env
        for name in pages.list_templates():
            pages.get_template(name)  # the first visitor would wait for what is compiled here
        self._rpc.start(BROKER_SECONDS)

    def end(self) -> None:
        self._keeper.stop()
        self._listener.stop()
        self._rpc.close()


_lives: list[WorkerLife] = []


def begin(settings: Settings) -> Flask:
    """Start this worker's life and return what gunicorn serves."""
    life = WorkerLife(settings)
    _lives.append(life)
    life.begin()
    return life.app


def end() -> None:
    """End what was begun, when a worker has finished its last request."""
    for life in _lives:
        life.end()
