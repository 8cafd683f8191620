"""A desk whose every connection a test can break: a broker, a PostgreSQL and wires of its own."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from cli.broker import PrivateBroker
from cli.ports import LOOPBACK, choose_port
from cli.postgres import PrivatePostgres
from tests.support import plain_http
from tests.support.botapi import running_telegram
from tests.support.breaking import pids_of, standing_still
from tests.support.running_desk import DATABASES, PROCESSES, RunningDesk
from tests.support.wire import Wire

SERVICES = ("tickets", "incidents", "sla")
FACTS = (
    ("ticket.opened.v1", "tickets", "sla"),
    ("ticket.opened.v1", "tickets", "bot"),
    ("sla.clock_moved.v1", "sla", "tickets"),
)
"""Some of what is told and heard all the time: the type, who tells it, who hears it."""


class WiredDesk:
    """Each process reaches the broker, and its database, through a wire that bears its name."""

    def __init__(self, desk: RunningDesk, broker: PrivateBroker, postgres: PrivatePostgres) -> None:
        self.desk = desk
        self.broker = broker
        self.postgres = postgres
        self.to_broker: dict[str, Wire] = {}
        self.to_database: dict[str, Wire] = {}
        self.metrics_ports: dict[str, int] = {}

    @contextmanager
    def frozen_broker(self) -> Iterator[None]:
        """The broker's process stands still: its sockets accept, and nobody reads them."""
        with standing_still(pids_of(self.broker)):
            yield

    @contextmanager
    def frozen_postgres(self) -> Iterator[None]:
        """PostgreSQL stands still, with all its backends."""
        with standing_still(pids_of(self.postgres)):
            yield

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """A process of the desk stands still."""
        self.desk.freeze(name)
        try:
            yield
        finally:
            self.desk.thaw(name)

    @contextmanager
    def cut(self, wires: dict[str, Wire]) -> Iterator[None]:
        """Connections are reset, and nothing can be reached through these wires."""
        for wire in wires.values():
            wire.sever()
        try:
            yield
        finally:
            _heal(wires)

    @contextmanager
    def black_hole(self, wires: dict[str, Wire]) -> Iterator[None]:
        """Bytes vanish on these wires; the connections that lost some stay dead afterwards."""
        for wire in wires.values():
            wire.swallow()
        try:
            yield
        finally:
            _heal(wires)

    def is_well(self) -> bool:
        """Is everybody healthy, every event heard by all, and nobody busy for nobody?"""
        return not any((self._ill(), self._unheard(), self._busy()))

    def tell_what_is_wrong(self) -> str:
        return f"ill {self._ill()}, unheard {self._unheard()}, busy {self._busy()}"

    def _ill(self) -> list[str]:
        health = self.desk.health()
        checks = health.get("checks", {"gateway": {"status": "silent"}})
        return [name for name, check in checks.items() if check["status"] != "ok"]

    def _unheard(self) -> dict[str, int]:
        """Events that somebody told and somebody has not heard, by their type and listener."""
        missing = {
            f"{fact} by {listener}": self._ids(teller, f"outbox WHERE type = '{fact}'")
            - self._ids(listener, "inbox")
            for fact, teller, listener in FACTS
        }
        return {which: len(ids) for which, ids in missing.items() if ids}

    def _ids(self, process: str, rows: str) -> set[object]:
        place = self.postgres.url(process).replace("+psycopg", "")
        with psycopg.connect(place) as connection:
            found = connection.execute(f"SELECT event_id FROM {rows}".encode())
            return {event_id for (event_id,) in found}

    def _busy(self) -> dict[str, float]:
        """Workers and threads that have something in hand, by gauge."""
        names = {f"{name}_workers_busy": name for name in SERVICES}
        names["gateway_requests_in_flight"] = "gateway"
        found = {gauge: _gauge(self.metrics_ports[name], gauge) for gauge, name in names.items()}
        return {gauge: value for gauge, value in found.items() if value}


@contextmanager
def wired_desk(directory: Path) -> Iterator[WiredDesk]:
    """Up and healthy."""
    with ExitStack() as stack:
        broker = PrivateBroker(directory / "broker")
        amqp_url = stack.enter_context(broker)
        postgres = stack.enter_context(PrivatePostgres())
        telegram = stack.enter_context(running_telegram())
        to_broker = {
            name: stack.enter_context(Wire(broker.node.ports["amqp"])) for name in PROCESSES
        }
        to_database = {name: stack.enter_context(Wire(postgres.port)) for name in DATABASES}
        databases = {
            name: to_database[name].instead_of(postgres.create_database(name)) for name in DATABASES
        }
        metrics_ports = {name: choose_port() for name in PROCESSES}
        own = {
            name: {
                "AMQP_URL": wire.instead_of(amqp_url),
                "SUPPORT_METRICS_PORT": str(metrics_ports[name]),
            }
            for name, wire in to_broker.items()
        }
        desk = RunningDesk(directory, amqp_url, telegram, databases, own_environments=own)
        stack.callback(desk.down)
        desk.up()
        wired = WiredDesk(desk, broker, postgres)
        wired.to_broker, wired.to_database = to_broker, to_database
        wired.metrics_ports = metrics_ports
        yield wired


def _gauge(port: int, name: str) -> float:
    text = plain_http.get(f"http://{LOOPBACK}:{port}/metrics", timeout=5).text
    found = re.search(rf"^{name} (\S+)$", text, re.MULTILINE)
    assert found, f"no {name} in:\n{text}"
    return float(found.group(1))


def _heal(wires: dict[str, Wire]) -> None:
    for wire in wires.values():
        wire.heal()
