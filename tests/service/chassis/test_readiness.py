"""Whether a service can do its work, told on its metrics port and by its ping."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import requests
from amqp.exceptions import PreconditionFailed

from chassis.broker.address import BrokerAddress
from chassis.clock import SystemClock
from chassis.rpc.client import RpcClient
from chassis.storage.tables import OutboxRow
from chassis.watchdog import STUCK_EXIT_CODE
from cli.ports import choose_port
from cli.postgres import PrivatePostgres
from contracts.errors import Unavailable
from tests.support.ledger.messages import TALLY
from tests.support.ledger.process import Ledger
from tests.support.ledger.rows import create_tables
from tests.support.measured import Tell
from tests.support.service_process import ServiceProcess
from tests.support.vital_signs import failing, is_ready, look
from tests.support.waiting import wait_until

CONSUMERLESS_SECONDS = 10
"""Promised in docs/guarantees.md."""
SLACK_SECONDS = 5


@pytest.fixture
def ledger(fresh_amqp_url: str, postgres_url: str, tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(fresh_amqp_url, postgres_url, tmp_path / "log")
    yield ledger
    ledger.close()


@pytest.fixture
def port() -> int:
    return choose_port()


@pytest.fixture
def process(ledger: Ledger, port: int) -> Iterator[ServiceProcess]:
    with ledger.running(SUPPORT_METRICS_PORT=str(port)) as process:
        yield process


@pytest.fixture
def client(ledger: Ledger) -> Iterator[RpcClient]:
    client = RpcClient(ledger.amqp_url, "tests")
    yield client
    client.close()


def ping(client: RpcClient) -> dict[str, object]:
    """What a ping is answered with, `{}` for silence."""
    try:
        answer: dict[str, object] = client.call("ledger", "ping", timeout=1)
    except Unavailable:
        return {}
    return answer


@pytest.mark.usefixtures("process")
def test_a_service_that_works_says_so_everywhere(client: RpcClient, port: int) -> None:
    wait_until(lambda: is_ready(port))

    checks = dict.fromkeys(["rpc", "events", "loops", "database", "relay"], "ok")
    assert look(port, "/ready")[1] == {"status": "ready", "checks": checks}
    assert look(port, "/live") == (200, {"status": "ok"})
    assert wait_until(lambda: ping(client)) == {"status": "ok"}
    assert requests.get(f"http://127.0.0.1:{port}/nothing", timeout=5).status_code == 404


def test_a_database_that_is_away_is_named_and_so_is_its_return(
    ledger: Ledger,
    process: ServiceProcess,
    client: RpcClient,
    *,
    port: int,
    postgres: PrivatePostgres,
) -> None:
    name = str(ledger.database.url.database)

    postgres.drop_database(name)

    wait_until(lambda: "database" in failing(port))
    wait_until(lambda: ping(client).get("status") == "not_ready")
    checks = ping(client)["checks"]
    assert isinstance(checks, dict)
    assert "rpc" not in checks
    assert checks["database"] == "the database does not answer in time"
    assert json.loads(process.wait_until_logged("not ready"))["level"] == "warning"
    assert look(port, "/live")[0] == 200

    postgres.create_database(name)
    ledger.database.engine.dispose()
    create_tables(ledger.database.engine)
    wait_until(lambda: is_ready(port))


@pytest.mark.usefixtures("process")
def test_an_event_that_waits_for_long_is_a_relay_behind(
    ledger: Ledger, client: RpcClient, port: int
) -> None:
    wait_until(lambda: is_ready(port))
    now = SystemClock().now()
    stuck = OutboxRow(
        event_id=uuid4(),
        type="ledger.booked.v1",
        body="{}",
        mandatory=True,
        created_at=now - timedelta(seconds=15),
        next_try_at=now + timedelta(seconds=60),  # as far off as the relay ever puts one
    )

    with ledger.database.writing() as session:
        session.add(stuck)

    wait_until(lambda: failing(port) == {"relay"})
    answer = ping(client)
    assert answer["status"] == "not_ready"
    assert "has waited for" in str(answer["checks"])


def test_a_service_that_cannot_consume_although_its_broker_is_there_ends_loudly(
    ledger: Ledger,
    process: ServiceProcess,
    client: RpcClient,
    port: int,
    *,
    record_property: Tell,
) -> None:
    wait_until(lambda: is_ready(port))

    replace_queue_by_another(ledger.amqp_url)
    replaced_at = time.monotonic()

    wait_until(lambda: failing(port) == {"events"})
    assert ping(client)["status"] == "not_ready"
    wait_until(lambda: not process.is_running(), CONSUMERLESS_SECONDS + SLACK_SECONDS)
    took = time.monotonic() - replaced_at
    assert took < CONSUMERLESS_SECONDS + SLACK_SECONDS
    record_property("ended", f"{took:.1f} s after it could not consume ({CONSUMERLESS_SECONDS})")
    assert process.process is not None
    assert process.process.returncode == STUCK_EXIT_CODE
    told = process.log.read_text(encoding="utf-8")
    assert "although the broker is there" in told
    assert "most recent call first" in told, "and where everything stood"


def replace_queue_by_another(url: str) -> None:
    """One with other arguments, which the service is refused when it declares its own."""
    connection = BrokerAddress.parse(url).connect()

    def is_replaced() -> bool:
        channel = connection.channel()
        channel.queue_delete(TALLY.queue)
        try:
            channel.queue_declare(
                TALLY.queue, durable=True, auto_delete=False, arguments={"x-max-length": 5}
            )
        except PreconditionFailed:  # the service was quicker
            return False
        return True

    wait_until(is_replaced)
    connection.close()
