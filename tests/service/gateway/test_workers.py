"""The gateway's workers: a stuck one is replaced, a busy one is not; the master tells of them."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.ports import choose_port
from services.gateway.server import HUNG_WORKER_SECONDS, WORKERS
from tests.support.gateway import token
from tests.support.gateway_process import GatewayProcess
from tests.support.vital_signs import is_ready, look
from tests.support.waiting import wait_until


@pytest.fixture
def port() -> int:
    return choose_port()


@pytest.fixture
def gateway(tmp_path: Path, port: int) -> Iterator[GatewayProcess]:
    """One whose broker has never been there."""
    nowhere = f"amqp://guest:guest@127.0.0.1:{choose_port()}//"
    with GatewayProcess(tmp_path, nowhere, SUPPORT_METRICS_PORT=str(port)) as process:
        wait_until(lambda: len(workers_of(process)) == WORKERS)
        yield process


def workers_of(gateway: GatewayProcess) -> set[int]:
    assert gateway.process is not None
    children = Path(f"/proc/{gateway.process.pid}/task/{gateway.process.pid}/children")
    return {int(pid) for pid in children.read_text().split()}


def wait_out(seconds: float) -> None:
    """Let a time pass that only the clock can end."""
    until = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() > until, seconds + 5)


def test_it_is_ready_and_alive_with_no_broker_at_all(gateway: GatewayProcess, port: int) -> None:
    wait_until(lambda: is_ready(port))

    assert look(port, "/ready")[1] == {"status": "ready", "checks": {"workers": "ok"}}
    assert look(port, "/live") == (200, {"status": "ok"})
    assert gateway.asks("GET", "/status/").status_code == 200


def test_a_stuck_worker_is_replaced_and_the_other_serves_meanwhile(
    gateway: GatewayProcess, port: int
) -> None:
    stuck, other = sorted(workers_of(gateway))

    os.kill(stuck, signal.SIGSTOP)

    wait_until(lambda: stuck not in workers_of(gateway), HUNG_WORKER_SECONDS + 20)
    wait_until(lambda: len(workers_of(gateway)) == WORKERS)
    assert other in workers_of(gateway)
    assert "WORKER TIMEOUT" in gateway.log.read_text(encoding="utf-8")
    wait_until(lambda: is_ready(port))
    assert gateway.is_live()


def test_a_worker_that_is_stuck_before_its_first_beat_is_replaced_too(
    gateway: GatewayProcess,
) -> None:
    first, second = sorted(workers_of(gateway))
    os.kill(first, signal.SIGKILL)
    born: set[int] = wait_until(lambda: workers_of(gateway) - {first, second})

    for pid in born:
        os.kill(pid, signal.SIGSTOP)

    wait_until(lambda: not born & workers_of(gateway), HUNG_WORKER_SECONDS + 20)


def test_without_an_answering_worker_it_is_not_ready_but_alive(
    gateway: GatewayProcess, port: int
) -> None:
    wait_until(lambda: is_ready(port))
    for pid in workers_of(gateway):
        os.kill(pid, signal.SIGSTOP)

    status, told = look(port, "/ready")

    assert status == 503
    assert told["checks"]["workers"].startswith("do not answer")
    assert look(port, "/live")[0] == 200


def test_a_worker_that_is_busy_for_longer_is_left_alone(gateway: GatewayProcess) -> None:
    before = workers_of(gateway)
    head = (
        "POST /api/support/tickets/ HTTP/1.1\r\nHost: desk\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token()}\r\nContent-Length: 100\r\n\r\n{{"
    )
    slow = [socket.create_connection(("127.0.0.1", gateway.port)) for _ in range(8)]
    for client in slow:
        client.sendall(head.encode())

    wait_out(HUNG_WORKER_SECONDS + 4)

    assert workers_of(gateway) == before
    for client in slow:
        client.sendall(b"x" * 99)
        assert client.recv(100).startswith(b"HTTP/1.1 400 ")
        client.close()


def test_a_gateway_that_was_stopped_as_a_whole_keeps_its_workers(gateway: GatewayProcess) -> None:
    before = workers_of(gateway)
    assert gateway.process is not None
    everybody = {gateway.process.pid, *before}

    for pid in everybody:
        os.kill(pid, signal.SIGSTOP)
    wait_out(HUNG_WORKER_SECONDS + 4)
    os.kill(gateway.process.pid, signal.SIGCONT)
    for pid in before:
        os.kill(pid, signal.SIGCONT)

    wait_until(gateway.is_live)
    wait_out(5)
    assert workers_of(gateway) == before
