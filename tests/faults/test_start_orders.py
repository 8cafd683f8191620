"""The broker comes last: everything runs without it, decides, stops, and works once it is there."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from chassis.clock import SystemClock
from chassis.storage.database import Database
from chassis.storage.tables import InboxRow, OutboxRow
from cli.broker import BrokerNode, PrivateBroker
from cli.ports import choose_port
from contracts.tickets import TicketOpened
from contracts.vocabulary import Priority, TicketStatus
from tests.support.botapi import running_telegram
from tests.support.running_desk import DATABASES, PROCESSES, RunningDesk
from tests.support.sla_desk import SlaDesk
from tests.support.sla_story import Snapshot
from tests.support.vital_signs import failing, is_ready, look
from tests.support.waiting import wait_until

PAST_THE_DEADLINE_SECONDS = 3 * 3600.0


@dataclass(frozen=True)
class LonelyDesk:
    """A desk whose broker has never run, and where each of its processes is to be seen."""

    desk: RunningDesk
    broker: PrivateBroker
    ports: dict[str, int]

    def start(self) -> None:
        """Start all five; each must be alive, and with its database."""
        for name in PROCESSES:
            self.desk.start(name, SUPPORT_METRICS_PORT=str(self.ports[name]))
        for name in PROCESSES:
            wait_until(lambda name=name: self._is_awake(name), 40, f"{name} does not live")

    def _is_awake(self, name: str) -> bool:
        log = self.desk.log(name)[-4000:]
        assert self.desk.processes[name].poll() is None, f"{name} ended:\n{log}"
        if name == "gateway":
            return is_ready(self.ports[name])
        _, told = look(self.ports[name], "/ready")
        has_database = told.get("checks", {}).get("database") == "ok"
        return has_database and look(self.ports[name], "/live")[0] == 200


@pytest.fixture
def lonely(tmp_path: Path) -> Iterator[LonelyDesk]:
    url = BrokerNode.prepared(tmp_path / "broker").amqp_url
    databases = {name: f"sqlite:///{tmp_path / name}.sqlite3" for name in DATABASES}
    broker = PrivateBroker(tmp_path / "broker")
    with running_telegram() as telegram:
        desk = RunningDesk(tmp_path, url, telegram, databases)
        try:
            desk.run("chassis.storage.migrate", *DATABASES)
            yield LonelyDesk(desk, broker, {name: choose_port() for name in PROCESSES})
        finally:
            desk.down()
            broker.stop()


def test_without_a_broker_all_run_and_stop_in_good_order(lonely: LonelyDesk) -> None:
    lonely.start()

    assert requests.get(f"{lonely.desk.url}/api/support/status/", timeout=5).status_code == 200
    assert failing(lonely.ports["sla"]) >= {"rpc", "events"}
    assert {name: lonely.desk.stop(name, 12) for name in PROCESSES} == dict.fromkeys(PROCESSES, 0)


def test_a_breach_is_decided_before_the_broker_has_ever_run_and_told_when_it_does(
    lonely: LonelyDesk,
) -> None:
    desk = lonely.desk
    open_a_ticket(desk.databases["sla"])
    lonely.start()

    desk.set_clock(PAST_THE_DEADLINE_SECONDS)

    database = Database(desk.databases["sla"])
    (breach,) = wait_until(lambda: breaches(database))
    assert breach.published_at is None

    lonely.broker.start()
    desk.run("chassis.declare", *DATABASES)
    desk.wait_until_healthy()

    assert all(is_ready(port) for port in lonely.ports.values())
    wait_until(lambda: [row.published_at for row in breaches(database)] != [None])
    database.close()
    bot = Database(desk.databases["bot"])
    wait_until(lambda: has_heard(bot, breach))
    bot.close()


def open_a_ticket(url: str) -> None:
    """As sla has heard of it in an earlier life."""
    now = SystemClock().now()
    ticket = Snapshot(42, 1, Priority.P1, TicketStatus.OPEN, created_at=now, updated_at=now)
    sla = SlaDesk(url, SystemClock())
    sla.hears(TicketOpened, ticket)
    sla.close()


def breaches(database: Database) -> list[OutboxRow]:
    with database.reading() as session:
        told = select(OutboxRow).where(OutboxRow.type == "sla.breached.v1")
        return list(session.scalars(told))


def has_heard(database: Database, event: OutboxRow) -> bool:
    with database.reading() as session:
        heard = select(InboxRow).where(InboxRow.event_id == event.event_id)
        return bool(session.scalars(heard).all())
