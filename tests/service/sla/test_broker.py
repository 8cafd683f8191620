"""The sla process with a real broker, and without one."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import func, select

from chassis.broker import topology
from chassis.broker.address import BrokerAddress
from chassis.broker.publishing import ConfirmingPublisher, Letter, PublishFailed
from chassis.clock import SetClock, ShiftedClock
from chassis.events.relay import Relay
from chassis.metrics import outbox_meters
from chassis.rpc.client import RpcClient
from chassis.storage.database import Database
from chassis.storage.tables import InboxRow
from cli.ports import choose_port
from contracts.event import Event, Message
from contracts.sla import SlaClient, SlaClockMoved
from contracts.tickets import AnswerDelivered, TicketEvent, TicketMerged, TicketOpened
from contracts.vocabulary import CycleState, Priority
from tests.support.service_process import ServiceProcess
from tests.support.sla_desk import HEARD, TOLD, SlaDesk, fact, facts_of
from tests.support.sla_story import Snapshot, answered, at, opened
from tests.support.starting import ROOT

OPENED = opened("10:00")
EAR = "ear"


class Ear:
    """A queue that hears everything sla announces; and a mouth to tell it facts."""

    def __init__(self, amqp_url: str) -> None:
        self.amqp_url = amqp_url
        topology.declare(amqp_url, HEARD)
        self.connection = BrokerAddress.parse(amqp_url).connect()
        self.channel = self.connection.channel()
        self.channel.queue_declare(EAR, durable=True, auto_delete=False)
        self.channel.queue_bind(EAR, topology.EVENTS, "sla.#")
        self.publisher = ConfirmingPublisher(amqp_url)

    def tell(self, event: TicketEvent, times: int = 1) -> None:
        body, name = event.model_dump_json().encode(), str(event.event_id)
        for _ in range(times):
            self.publisher.publish(Letter(event.type, body, name, exchange=topology.EVENTS))

    def hear(self, kinds: set[str], seconds: float = 20, at_least: int = 1) -> list[Event]:
        """All that comes until each of these kinds has come, and so many events."""
        heard: list[Event] = []

        def is_enough() -> bool:
            self._take(heard)
            return kinds <= {one.type for one in heard} and len(heard) >= at_least

        wait_until(is_enough, seconds)
        return heard

    def _take(self, heard: list[Event]) -> None:
        while (message := self.channel.basic_get(EAR, no_ack=True)) is not None:
            kind = TOLD[message.delivery_info["routing_key"]]
            heard.append(kind.model_validate_json(message.body))

    def close(self) -> None:
        self.publisher.close()
        self.connection.close()


class Caller:
    """The wire as the edges use it."""

    def __init__(self, client: RpcClient) -> None:
        self._client = client

    def call(self, service: str, method: str, message: Message | None = None) -> object:
        return self._client.call(service, method, message, timeout=5)


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, "it did not come true in time"
        sleep(0.05)


@pytest.fixture
def ear(fresh_amqp_url: str) -> Iterator[Ear]:
    ear = Ear(fresh_amqp_url)
    yield ear
    ear.close()


@pytest.fixture
def clock_file(tmp_path: Path) -> Path:
    return tmp_path / "clock"


@pytest.fixture
def sla(
    ear: Ear, database_url: str, clock_file: Path, tmp_path: Path
) -> Callable[[str], ServiceProcess]:
    """Makes a replica of the process, by the name of its log."""

    def replica(name: str) -> ServiceProcess:
        return ServiceProcess(
            "sla",
            "services.sla.service",
            tmp_path / name,
            AMQP_URL=ear.amqp_url,
            SLA_DATABASE_URL=database_url,
            SUPPORT_CLOCK_FILE=str(clock_file),
        )

    return replica


@pytest.fixture
def client(fresh_amqp_url: str) -> Iterator[SlaClient]:
    client = RpcClient(fresh_amqp_url, "tests")
    yield SlaClient(Caller(client))
    client.close()


def just_opened(clock_file: Path) -> Snapshot:
    now = ShiftedClock(clock_file).now()
    return Snapshot(42, 1, Priority.P1, OPENED.status, created_at=now, updated_at=now)


def test_all_replicas_together_warn_and_breach_once(
    sla: Callable[[str], ServiceProcess],
    ear: Ear,
    *,
    database_url: str,
    clock_file: Path,
    client: SlaClient,
) -> None:
    ticket = just_opened(clock_file)
    with ExitStack() as running:
        for name in ("first", "second")[: 1 if database_url.startswith("sqlite") else 2]:
            running.enter_context(sla(name))
        ear.tell(fact(TicketOpened, ticket), times=2)
        told = ear.hear({"sla.clock_moved.v1"})
        clock_file.write_text("5770")
        told += ear.hear({"sla.warned.v1"})
        clock_file.write_text("7210")
        told += ear.hear({"sla.breached.v1"})
        described = client.describe_tickets([facts_of(ticket)])[0].first_response
        urgent = client.list_urgent().cycles
        answer = replace(ticket, version=2, first_response_at=ticket.created_at)
        ear.tell(fact(AnswerDelivered, answer))
        told += ear.hear({"sla.breach_withdrawn.v1", "sla.achieved.v1"})

    assert [event.type.split(".")[1] for event in told[:3]] == ["clock_moved", "warned", "breached"]
    assert len(told) == len({event.event_id for event in told})
    assert described.state == CycleState.BREACHING
    assert [one.ticket_id for one in urgent] == [42]


def test_every_fact_is_heard_over_the_wire_doubled_and_backwards(
    sla: Callable[[str], ServiceProcess], ear: Ear, database_url: str, clock_file: Path
) -> None:
    ticket = just_opened(clock_file)
    facts = [
        fact(one.event, Snapshot(**{**vars(ticket), "version": version}))
        for version, one in enumerate(HEARD, start=1)
    ]
    database = Database(database_url)

    with sla("only"):
        for event in reversed(facts):
            ear.tell(event, times=2)
        wait_until(lambda: _handled(database) == len(facts))
        told = ear.hear({"sla.clock_moved.v1"}, at_least=2)
    database.close()

    merged = next(one for one in facts if isinstance(one, TicketMerged))
    clocks = sorted(event.ticket_id for event in told if isinstance(event, SlaClockMoved))
    assert clocks == [ticket.id, merged.source.id]


def test_it_decides_without_a_broker_and_tells_when_it_is_back(
    ear: Ear, desk: SlaDesk, clock: SetClock
) -> None:
    nowhere = ConfirmingPublisher(f"amqp://guest:guest@127.0.0.1:{choose_port()}//")
    cut_off, relay = (
        Relay(desk.store.database, publisher, clock, outbox_meters("sla"))
        for publisher in (nowhere, ear.publisher)
    )
    desk.hears(TicketOpened, OPENED)

    clock.instant = at("12:00")
    with pytest.raises(PublishFailed):
        cut_off.run_once()
    desk.scans()
    desk.hears(AnswerDelivered, answered(OPENED, "12:10"))
    relay.run_once()

    told = ear.hear({"sla.breached.v1"})
    assert [event.event_id for event in told] == [one.event_id for one in desk.announced()]


def test_a_calendar_without_working_time_ends_the_process_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "desk.toml"
    desk = (ROOT / "support.toml").read_text(encoding="utf-8")
    file.write_text(desk.replace("[limits]", "[calendars.never]\n\n[limits]"), encoding="utf-8")

    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "services.sla"],
        env={"SUPPORT_CONFIG": str(file)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert ended.returncode == 2
    assert "calendar never: no weekday has a working window" in ended.stderr
    assert "Traceback" not in ended.stderr


def _handled(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(InboxRow)) or 0
