"""A desk whose broker comes last."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cli.broker import BrokerNode, PrivateBroker
from cli.ports import choose_port
from tests.support.botapi import running_telegram
from tests.support.running_desk import DATABASES, PROCESSES, RunningDesk
from tests.support.vital_signs import is_ready, look
from tests.support.waiting import wait_until


@dataclass(frozen=True)
class LonelyDesk:
    """A desk whose broker has never run, and where each of its processes is to be seen."""

    desk: RunningDesk
    broker: PrivateBroker
    ports: dict[str, int]

    def start(self, order: Sequence[str] = PROCESSES) -> None:
        """Start all five, one after the other; each must be alive, and with its database."""
        for name in order:
            self.desk.start(name, SUPPORT_METRICS_PORT=str(self.ports[name]))
            wait_until(partial(self._is_awake, name), 40, f"{name} does not live")

    def let_the_broker_come(self) -> float:
        """How many seconds later all consume; the queues are declared as a supervisor does."""
        self.broker.start()
        came_at = time.monotonic()
        self.desk.run("chassis.declare", *DATABASES)
        self.desk.wait_until_healthy()
        return time.monotonic() - came_at

    def _is_awake(self, name: str) -> bool:
        log = self.desk.log(name)[-4000:]
        assert self.desk.processes[name].poll() is None, f"{name} ended:\n{log}"
        if name == "gateway":
            return is_ready(self.ports[name])
        _, told = look(self.ports[name], "/ready")
        has_database = told.get("checks", {}).get("database") == "ok"
        return has_database and look(self.ports[name], "/live")[0] == 200


@contextmanager
def lonely_desk(directory: Path) -> Iterator[LonelyDesk]:
    """Nothing of it runs yet; its databases, on SQLite, are there."""
    url = BrokerNode.prepared(directory / "broker").amqp_url
    databases = {name: f"sqlite:///{directory / name}.sqlite3" for name in DATABASES}
    broker = PrivateBroker(directory / "broker")
    with running_telegram() as telegram:
        desk = RunningDesk(directory, url, telegram, databases)
        try:
            desk.run("chassis.storage.migrate", *DATABASES)
            yield LonelyDesk(desk, broker, {name: choose_port() for name in PROCESSES})
        finally:
            desk.down()
            broker.stop()
