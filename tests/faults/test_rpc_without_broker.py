"""What RPC does while its broker is dead, deaf or full, and how soon it is back."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chassis.rpc.client import RpcClient
from cli.broker import PrivateBroker
from contracts.errors import Unavailable
from tests.support.breaking import alarm
from tests.support.echo_messages import Nap, Words
from tests.support.service_process import ServiceProcess
from tests.support.waiting import wait_until

ECHO = "tests.support.echo_service"


@pytest.fixture(scope="module")
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateBroker]:
    """Whoever breaks it mends it."""
    broker = PrivateBroker(tmp_path_factory.mktemp("broker"))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def echo(own_broker: PrivateBroker, tmp_path: Path) -> Iterator[ServiceProcess]:
    url = own_broker.node.amqp_url
    with ServiceProcess("echo", ECHO, tmp_path / "log", AMQP_URL=url) as process:
        yield process


@pytest.fixture
def client(own_broker: PrivateBroker, echo: ServiceProcess) -> Iterator[RpcClient]:
    client = RpcClient(own_broker.node.amqp_url, "tests")
    client.call("echo", "ping", timeout=5)
    yield client
    client.close()


def seconds_taken(act: Callable[[], object]) -> float:
    started = time.monotonic()
    act()
    return time.monotonic() - started


def fails_as_unavailable(client: RpcClient, timeout: float) -> None:
    with pytest.raises(Unavailable):
        client.call("echo", "echo", Words(text="anyone?"), timeout=timeout)


def answers(client: RpcClient) -> bool:
    try:
        return bool(client.call("echo", "ping", timeout=0.5) == {"status": "ok"})
    except Unavailable:
        return False


def test_a_killed_broker_fails_calls_at_once_and_both_sides_come_back_with_it(
    own_broker: PrivateBroker, echo: ServiceProcess, client: RpcClient
) -> None:
    caught_out = client.call_async("echo", "nap", Nap(seconds=1), timeout=20)
    echo.wait_until_logged("napping")

    own_broker.kill()

    assert isinstance(caught_out.exception(timeout=2), Unavailable)
    assert seconds_taken(lambda: fails_as_unavailable(client, 5)) < 1.5
    assert seconds_taken(lambda: fails_as_unavailable(client, 5)) < 0.5
    echo.wait_until_logged("a reply was lost")

    gone_until = time.monotonic() + 12
    wait_until(lambda: time.monotonic() > gone_until, 13)
    own_broker.start()

    assert seconds_taken(lambda: wait_until(lambda: answers(client), 5)) < 5
    assert echo.is_running()
    assert echo.stop() == 0


def test_while_its_broker_is_away_a_service_stops_soon_and_another_starts(
    own_broker: PrivateBroker, echo: ServiceProcess
) -> None:
    own_broker.kill()
    echo.wait_until_logged("the broker is away")

    assert echo.stop(seconds=5) == 0
    echo.log.unlink()
    echo.start()
    echo.wait_until_logged("the broker is away")

    own_broker.start()
    echo.wait_until_logged("ready")
    assert echo.stop() == 0


def test_a_service_told_to_stop_while_its_broker_is_frozen_stops_soon(
    own_broker: PrivateBroker, echo: ServiceProcess
) -> None:
    server, _epmd = own_broker._running
    os.kill(server.pid, signal.SIGSTOP)
    try:
        assert echo.stop(seconds=12) == 0
    finally:
        os.kill(server.pid, signal.SIGCONT)


def test_a_broker_that_does_not_answer_hangs_nobody(
    own_broker: PrivateBroker, client: RpcClient
) -> None:
    server, _epmd = own_broker._running
    os.kill(server.pid, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(16) as threads:
            callers = [threads.submit(fails_as_unavailable, client, 1) for _ in range(16)]
            assert seconds_taken(lambda: [caller.result() for caller in callers]) < 2
    finally:
        os.kill(server.pid, signal.SIGCONT)

    wait_until(lambda: answers(client), 5)


def test_an_alarm_of_the_broker_makes_calls_unavailable_and_its_end_lets_them_through(
    own_broker: PrivateBroker, client: RpcClient
) -> None:
    big = Words(text="x" * 1_000_000)

    def call_with_much_to_say() -> None:
        with pytest.raises(Unavailable):
            client.call("echo", "echo", big, timeout=1)

    with alarm(own_broker, "memory"):
        for _ in range(8):
            assert seconds_taken(call_with_much_to_say) < 1.5

    wait_until(lambda: answers(client), 5)


def test_an_alarm_that_lasts_makes_nobody_wait_for_it(
    monkeypatch: pytest.MonkeyPatch, own_broker: PrivateBroker, client: RpcClient
) -> None:
    with alarm(own_broker, "memory"):
        wait_until(lambda: seconds_taken(lambda: fails_as_unavailable(client, 2)) < 0.5)

        monkeypatch.setattr("chassis.rpc.publisher.TRUSTED_SECONDS", 0)

        assert seconds_taken(lambda: fails_as_unavailable(client, 5)) < 0.9

    wait_until(lambda: answers(client), 5)
