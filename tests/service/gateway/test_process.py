"""The gateway as a process, on a real broker: the wire, restarts, and life without neighbours."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from chassis.broker.address import CONNECT_SECONDS
from chassis.broker.publishing import ConfirmingPublisher, Letter
from chassis.broker.topology import EVENTS
from cli.broker import PrivateBroker
from cli.ports import choose_port
from contracts.errors import TicketClosed
from contracts.incidents import IncidentDeclared, IncidentView, StatusView
from services.gateway.server import WORKERS
from services.gateway.turnstile import PLACES
from tests.support.gateway import FakeServices, token
from tests.support.gateway_process import GatewayProcess, wait_until
from tests.support.responder import Responder


@pytest.fixture(scope="module")
def url(new_amqp_url: Callable[[], str]) -> str:
    return new_amqp_url()


@pytest.fixture(scope="module")
def services(url: str) -> Iterator[Responder]:
    played = FakeServices()
    played.answers["incidents.get_status"] = lambda _: calm()
    with Responder(url, played) as responder:
        yield responder


@pytest.fixture(scope="module")
def metrics_port() -> int:
    return choose_port()


@pytest.fixture(scope="module")
def gateway(
    url: str, services: Responder, metrics_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[GatewayProcess]:
    settings = {"SUPPORT_METRICS_PORT": str(metrics_port)}
    with GatewayProcess(tmp_path_factory.mktemp("gateway"), url, **settings) as process:
        wait_until(lambda: process.asks("GET", "/health/").status_code == 200)
        yield process


def told(gateway: GatewayProcess) -> str:
    return gateway.log.read_text(encoding="utf-8")


def calm() -> StatusView:
    return StatusView(status="operational", updated_at=datetime.now(UTC), version=1)


def declared(version: int) -> IncidentDeclared:
    now = datetime.now(UTC)
    incident = IncidentView(
        id=7, title="Не вхожу", status="investigating", impact="critical", started_at=now
    )
    status = StatusView(
        status="outage", incident=incident, incidents=[incident], updated_at=now, version=version
    )
    return IncidentDeclared(
        event_id=uuid4(), occurred_at=now, version=version, incident=incident, status=status
    )


def is_told_by_all(status: str, gateway: GatewayProcess) -> bool:
    """By chance each worker answers one of so many requests, and has heard for itself."""
    return all(gateway.asks("GET", "/status/").json()["status"] == status for _ in range(20))


def announce(url: str, event: IncidentDeclared) -> None:
    publisher = ConfirmingPublisher(url)
    body = event.model_dump_json().encode()
    publisher.publish(Letter(event.type, body, str(event.event_id), EVENTS, mandatory=False))
    publisher.close()


def test_a_ticket_goes_over_the_wire_with_its_request_id(
    gateway: GatewayProcess, services: Responder
) -> None:
    answer = gateway.opens_ticket(headers={"X-Request-ID": "trace-me"})

    assert answer.status_code == 201, answer.text
    assert answer.json()["sla"]["first_response"]["state"] == "pending"
    assert answer.headers["X-Request-ID"] == "trace-me"
    assert "trace-me" in services.request_ids


def test_a_refusal_comes_back_as_the_contracts_error(gateway: GatewayProcess) -> None:
    answer = gateway.as_user("GET", "/tickets/77/")

    assert answer.status_code == 404
    assert answer.json()["code"] == "ticket_not_found"


def test_a_merged_ticket_is_refused_with_the_number_of_the_one_that_goes_on(
    gateway: GatewayProcess, services: Responder
) -> None:
    merged = TicketClosed("closed", {"ticket_id": "42", "merged_into": "40"})
    services.services.answers["tickets.add_user_message"] = merged

    answer = gateway.as_user("POST", "/tickets/42/add_message/", json={"message": "Ещё"})

    assert (answer.status_code, answer.json()["code"]) == (409, "ticket_closed")
    assert "№40" in answer.json()["detail"]
    assert answer.json()["details"] == {"merged_into": 40}


def test_no_token_and_no_text_is_ever_logged(gateway: GatewayProcess) -> None:
    secret = token("somebody")
    gateway.asks("GET", "/tickets/?q=secret", headers={"Authorization": f"Bearer {secret}"})
    gateway.asks("GET", "/tickets/", headers={"Authorization": f"Bearer {secret}x"})

    log = gateway.log.read_text(encoding="utf-8")
    assert secret.split(".")[1] not in log
    assert "secret" not in log


def test_an_incident_is_on_every_worker_at_once_and_looks_the_same(
    gateway: GatewayProcess, services: Responder, url: str
) -> None:
    event = declared(version=5)
    services.services.answers["incidents.get_status"] = lambda _: event.status

    announce(url, event)

    def told_everywhere() -> set[str] | None:
        """The ETags, once so many answers tell the outage that no worker can be behind."""
        answers = [gateway.asks("GET", "/status/") for _ in range(24)]
        is_told = {each.json()["status"] for each in answers} == {"outage"}
        return {each.headers["ETag"] for each in answers} if is_told else None

    assert len(wait_until(told_everywhere, seconds=5)) == 1


def test_numbers_of_all_workers_are_served_together(
    gateway: GatewayProcess, metrics_port: int
) -> None:
    for _ in range(6):
        gateway.asks("GET", "/nothing/")

    told = requests.get(f"http://127.0.0.1:{metrics_port}/metrics", timeout=5).text

    line = 'gateway_requests_total{method="GET",route="unknown",status="404"} '
    assert float(told.split(line)[1].split("\n")[0]) >= 6
    assert f"gateway_window {float(WORKERS * PLACES)}" in told


@pytest.mark.parametrize(
    ("request_bytes", "words"),
    [
        (b"NONSENSE\r\n\r\n", "did not understand"),
        (b"GET / HTTP/1.1\r\nHost x\r\n\r\n", "did not understand"),
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n", "address is too long"),
        (b"GET / HTTP/1.1\r\nAuthorization: " + b"x" * 9000 + b"\r\n\r\n", "headers are too long"),
    ],
)
def test_what_is_not_http_gets_a_problem_too(
    gateway: GatewayProcess, request_bytes: bytes, words: str
) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=10) as connection:
        connection.sendall(request_bytes)
        answer = connection.recv(65536).decode()

    assert answer.startswith("HTTP/1.1 4")
    assert "X-Request-ID" in answer
    assert '"code": "bad_request"' in answer
    assert words in answer


def test_a_body_far_over_the_limit_is_told_so(gateway: GatewayProcess) -> None:
    answer = gateway.as_user(
        "POST",
        "/tickets/",
        data=b"x" * 5_000_000,
        headers={"Content-Type": "application/json"},
    )

    assert answer.status_code == 413
    assert answer.json()["code"] == "payload_too_large"


def test_a_graceful_restart_drops_no_request(gateway: GatewayProcess) -> None:
    statuses: list[int] = []
    is_over = threading.Event()

    def keep_asking() -> None:
        with requests.Session() as session:
            session.headers["Authorization"] = f"Bearer {token()}"
            address = f"http://127.0.0.1:{gateway.port}/api/support/tickets/"
            while not is_over.is_set():
                answer = session.post(address, json={"description": "x"}, timeout=15)
                statuses.append(answer.status_code)

    clients = [threading.Thread(target=keep_asking) for _ in range(4)]
    for client in clients:
        client.start()
    for _ in range(3):
        booted = told(gateway).count("Booting worker")
        gateway.signals(signal.SIGHUP)
        wait_until(
            lambda before=booted: (  # type: ignore[misc]
                told(gateway).count("Worker exiting") >= before
            )
        )
    is_over.set()
    for client in clients:
        client.join()

    assert len(statuses) > 10
    assert set(statuses) == {201}


def test_at_a_reload_the_old_workers_serve_until_the_new_ones_do(tmp_path: Path) -> None:
    """A broker that takes connections and says nothing keeps a new worker busy for a while."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"amqp://guest:guest@127.0.0.1:{silent.getsockname()[1]}//"
        with GatewayProcess(tmp_path, url) as gateway:
            gateway.signals(signal.SIGHUP)
            waits = []
            while told(gateway).count("Worker exiting") < WORKERS:
                began = time.monotonic()
                assert gateway.asks("GET", "/status/").status_code == 200
                waits.append(time.monotonic() - began)

    assert max(waits) < CONNECT_SECONDS / 2


def test_a_stop_answers_what_is_in_flight_and_takes_no_ten_seconds(
    url: str, services: Responder, tmp_path: Path
) -> None:
    with GatewayProcess(tmp_path, url) as gateway:
        wait_until(lambda: gateway.asks("GET", "/health/").status_code == 200)
        services.may_open.clear()
        answers: list[int] = []
        headers = {"X-Request-ID": "in-flight"}
        client = threading.Thread(
            target=lambda: answers.append(gateway.opens_ticket(headers=headers).status_code)
        )
        client.start()
        wait_until(lambda: "in-flight" in services.request_ids)

        began = time.monotonic()
        gateway.signals(signal.SIGTERM)
        services.may_open.set()
        assert gateway.process is not None
        gateway.process.wait(10)

        client.join()
        assert answers == [201]
        assert time.monotonic() - began < 10


def test_a_killed_master_leaves_its_port_to_the_next_and_what_was_begun_is_answered(
    url: str, services: Responder, tmp_path: Path
) -> None:
    metrics = {"SUPPORT_METRICS_PORT": str(choose_port())}
    with GatewayProcess(tmp_path, url, **metrics) as gateway, ThreadPoolExecutor(1) as thread:
        wait_until(lambda: gateway.asks("GET", "/health/").status_code == 200)
        services.may_open.clear()
        headers = {"X-Request-ID": "of-an-orphan"}
        in_flight = thread.submit(gateway.opens_ticket, headers=headers)
        wait_until(lambda: "of-an-orphan" in services.request_ids)

        gateway.signals(signal.SIGKILL)
        assert gateway.process is not None
        gateway.process.wait()
        gateway.start()
        wait_until(lambda: gateway.is_live() and told(gateway).count("Listening at") == 2)
        is_begun = not in_flight.done()
        services.may_open.set()

        assert "Connection in use" not in told(gateway)
        assert is_begun
        assert in_flight.result().status_code == 201


def test_the_status_outlives_broker_and_restart(broker: PrivateBroker, tmp_path: Path) -> None:
    name = f"doomed-{os.getpid()}"
    doomed = broker.add_vhost(name)
    services = FakeServices()
    event = declared(version=9)
    services.answers["incidents.get_status"] = lambda _: event.status
    with Responder(doomed, services), GatewayProcess(tmp_path, doomed) as gateway:
        wait_until(lambda: is_told_by_all("outage", gateway))
        broker.delete_vhost(name)

        assert gateway.asks("GET", "/status/").json()["status"] == "outage"
        wait_until(lambda: gateway.asks("GET", "/health/").status_code == 503)
        refused = gateway.opens_ticket()
        assert refused.status_code == 503
        assert int(refused.headers["Retry-After"]) >= 1

    with GatewayProcess(tmp_path, doomed) as gateway:
        told = gateway.asks("GET", "/status/").json()
        assert (told["status"], told["incident"]["id"]) == ("outage", 7)
        assert told["age_seconds"] > 0


def test_limits_are_shared_by_the_workers(url: str, services: Responder, tmp_path: Path) -> None:
    with GatewayProcess(tmp_path, url, SUPPORT_RATE_LIMITS="on") as gateway:
        wait_until(lambda: gateway.asks("GET", "/health/").status_code == 200)

        statuses = [gateway.opens_ticket().status_code for _ in range(64)]

    assert statuses == [201] * 60 + [429] * 4


def test_wrong_settings_stop_it_with_every_fault(tmp_path: Path) -> None:
    gateway = GatewayProcess(tmp_path, "amqp://localhost", SUPPORT_JWT_SECRET="short")

    with pytest.raises(AssertionError, match="SUPPORT_JWT_SECRET must have at least 32 bytes"):
        gateway.__enter__()

    assert gateway.process is not None
    assert gateway.process.wait(5) == 2
