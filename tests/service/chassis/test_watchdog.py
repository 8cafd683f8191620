"""A service whose loop is stuck ends loudly; one that was merely stopped for a while goes on."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.rpc.client import RpcClient
from chassis.watchdog import STUCK_EXIT_CODE
from cli.ports import choose_port
from contracts.errors import Unavailable
from tests.support.echo_messages import Nap
from tests.support.service_process import ServiceProcess
from tests.support.starting import ROOT
from tests.support.vital_signs import is_ready, look
from tests.support.waiting import wait_until

ECHO = "tests.support.echo_service"
STOPPED_SECONDS = 15


@pytest.fixture
def port() -> int:
    return choose_port()


@pytest.fixture
def echo(fresh_amqp_url: str, port: int, tmp_path: Path) -> Iterator[ServiceProcess]:
    settings = {"AMQP_URL": fresh_amqp_url, "SUPPORT_METRICS_PORT": str(port)}
    with ServiceProcess("echo", ECHO, tmp_path / "log", **settings) as process:
        yield process


@pytest.fixture
def client(fresh_amqp_url: str) -> Iterator[RpcClient]:
    client = RpcClient(fresh_amqp_url, "tests")
    yield client
    client.close()


def answers(client: RpcClient) -> bool:
    try:
        return bool(client.call("echo", "ping", timeout=1) == {"status": "ok"})
    except Unavailable:
        return False


def test_a_stuck_loop_ends_the_process_with_a_critical_line_and_all_stacks(
    echo: ServiceProcess, client: RpcClient, port: int
) -> None:
    wait_until(lambda: answers(client))
    assert echo.process is not None

    client.call_async("echo", "block_the_hub", Nap(seconds=120), timeout=120)

    wait_until(lambda: look(port, "/live")[0] == 503 or not echo.is_running(), 30)
    assert echo.process.wait(30) == STUCK_EXIT_CODE
    told = echo.log.read_text(encoding="utf-8")
    (line,) = [line for line in told.splitlines() if '"critical"' in line]
    assert json.loads(line)["event"] == "the loop has been stuck for 10 s"
    assert json.loads(line)["process"] == "echo"
    assert "in block_the_hub" in told


def test_a_process_without_eventlet_is_watched_too() -> None:
    watched = "from chassis.watchdog import Pulse, Watchdog; Watchdog('plain', Pulse()).start()"
    stuck = "time.sleep(120)"  # for longer than it is let: nothing beats the pulse

    ended = subprocess.run(
        [sys.executable, "-c", f"import time; {watched}; {stuck}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == STUCK_EXIT_CODE
    assert json.loads(ended.stderr.splitlines()[0])["level"] == "critical"
    assert "most recent call first" in ended.stderr


def test_a_process_that_was_stopped_goes_on_where_it_was(
    echo: ServiceProcess, client: RpcClient, port: int
) -> None:
    wait_until(lambda: answers(client))
    assert echo.process is not None

    echo.process.send_signal(signal.SIGSTOP)
    stopped_until = time.monotonic() + STOPPED_SECONDS
    wait_until(lambda: time.monotonic() > stopped_until, STOPPED_SECONDS + 5)
    echo.process.send_signal(signal.SIGCONT)

    wait_until(lambda: answers(client), 40, lambda: echo.log.read_text(encoding="utf-8"))
    assert client.call("echo", "nap", Nap(seconds=3), timeout=10)["text"] == "slept"
    wait_until(lambda: is_ready(port))
    assert look(port, "/live")[0] == 200
    assert "critical" not in echo.log.read_text(encoding="utf-8")
