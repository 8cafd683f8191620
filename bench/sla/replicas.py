"""Real sla processes on a filled database, with a broker of their own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.sla.filling import CONFIG, Filled
from chassis.events.outbox import oldest_waiting
from cli.broker import PrivateBroker
from cli.desk import ROOT
from cli.log_lines import last_words
from cli.migrate import finish, start_topology
from cli.processes import ending_with_us, wait_until
from cli.trouble import Trouble

READY = '"event": "ready"'
START_SECONDS = 60.0
PUBLISHED_SECONDS = 60.0


class Sla:
    """As many replicas as are wanted, each of which may be killed; and the broker, likewise."""

    def __init__(self, filled: Filled, broker: PrivateBroker, amqp_url: str) -> None:
        self.filled = filled
        self.broker = broker
        self.names: list[str] = []
        self._environment = _environment(filled, amqp_url)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def declare_queues(self) -> None:
        """All that listen to sla, and all that sla listens to. Raises Trouble."""
        finish(start_topology(self._environment), "The queues cannot be declared")

    @contextmanager
    def running(self, replicas: int) -> Iterator[None]:
        """So many that are ready; they are gone afterwards."""
        self.names = [f"sla-{number}" for number in range(1, replicas + 1)]
        try:
            for name in self.names:
                self.start(name)
            for name in self.names:
                self._wait_until_ready(name)
            yield
        finally:
            for name in list(self._processes):
                self._end(name)

    def start(self, name: str) -> None:
        with self._log(name).open("wb") as log:
            self._processes[name] = subprocess.Popen(
                ending_with_us([sys.executable, "-m", "services.sla"]),
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """End one as a power cut would."""
        self.check(name)
        self._end(name)

    def is_ready(self, name: str) -> bool:
        self.check(name)
        return READY in self._log(name).read_text()

    def check(self, *names: str) -> None:
        """Raise Trouble with its last words when one has ended by itself."""
        for name in names or self.names:
            if self._processes[name].poll() is not None:
                words = last_words(self._log(name).read_text(), count=10)
                raise Trouble(f"{name} has ended by itself:\n{words}")

    def has_published_all(self) -> bool:
        """Wait for the outbox to become empty; False when it does not in a minute."""
        store = self.filled.store
        return wait_until(lambda: store.ask(oldest_waiting) is None, seconds=PUBLISHED_SECONDS)

    def _end(self, name: str) -> None:
        process = self._processes.pop(name)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _wait_until_ready(self, name: str) -> None:
        if not wait_until(lambda: self.is_ready(name), seconds=START_SECONDS):
            raise Trouble(f"{name} is not ready after {START_SECONDS:.0f} s.")

    def _log(self, name: str) -> Path:
        return self.filled.directory / f"{name}.log"


@contextmanager
def lone_sla(filled: Filled) -> Iterator[Sla]:
    """None runs yet; the broker does, and has all queues."""
    broker = PrivateBroker(filled.directory / "broker")
    with broker as amqp_url:
        sla = Sla(filled, broker, amqp_url)
        sla.declare_queues()
        yield sla


def _environment(filled: Filled, amqp_url: str) -> dict[str, str]:
    """Nothing that somebody has set for a desk of their own."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("SUPPORT_")}
    return others | CONFIG | {"AMQP_URL": amqp_url, "SLA_DATABASE_URL": filled.url}
