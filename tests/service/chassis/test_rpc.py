"""The RPC half of the chassis: a real service process, a real broker, an ordinary client."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from amqp import Message as AmqpMessage

from chassis.broker.address import BrokerAddress
from chassis.rpc.client import RpcClient
from chassis.rpc.ping import PingResponder
from cli.ports import choose_port
from contracts.errors import ContractError, Invalid, TicketNotFound, Unavailable
from tests.support.echo_messages import Nap, Words
from tests.support.service_process import ServiceProcess
from tests.support.waiting import wait_until

ECHO = "tests.support.echo_service"


@pytest.fixture(scope="module")
def url(new_amqp_url: Callable[[], str]) -> str:
    return new_amqp_url()


@pytest.fixture(scope="module")
def metrics_port() -> int:
    return choose_port()


@pytest.fixture(scope="module")
def echo(
    url: str, metrics_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServiceProcess]:
    log = tmp_path_factory.mktemp("echo") / "log"
    settings = {"AMQP_URL": url, "SUPPORT_METRICS_PORT": str(metrics_port)}
    with ServiceProcess("echo", ECHO, log, **settings) as process:
        yield process


@pytest.fixture
def client(url: str, echo: ServiceProcess) -> Iterator[RpcClient]:
    client = RpcClient(url, "tests")
    yield client
    client.close()


def test_a_message_goes_there_and_back(client: RpcClient) -> None:
    words = Words(text="привет", said_at="2026-03-01T09:00:00.123Z")

    answer = client.call("echo", "echo", words, timeout=5)

    assert Words.model_validate(answer) == words
    assert answer["said_at"] == "2026-03-01T09:00:00.123Z"


def test_lists_and_nothing_are_results_too(client: RpcClient) -> None:
    split = client.call("echo", "split", Words(text="one two"), timeout=5)

    assert [words["text"] for words in split] == ["one", "two"]
    assert client.call("echo", "nothing", timeout=5) is None


def test_a_contract_error_is_rebuilt_for_the_caller(client: RpcClient) -> None:
    with pytest.raises(TicketNotFound) as refusal:
        client.call("echo", "refuse", Words(text="42"), timeout=5)

    assert refusal.value.message == "no such ticket"
    assert refusal.value.details == {"id": "42"}


def test_an_argument_of_the_wrong_shape_is_invalid_and_names_the_field(client: RpcClient) -> None:
    with pytest.raises(Invalid) as refusal:
        client.call("echo", "nap", Words(text="not a nap"), timeout=5)

    assert list(refusal.value.details) == ["seconds"]


def test_a_bug_is_answered_without_internals_and_logged_with_its_traceback(
    client: RpcClient, echo: ServiceProcess
) -> None:
    with pytest.raises(ContractError) as failure:
        client.call("echo", "stumble", Words(text="password"), timeout=5)

    assert failure.value.code == "error"
    assert "password" not in str(failure.value)
    line = json.loads(echo.wait_until_logged("failed"))
    assert line["level"] == "error"
    assert "secret internals: password" in line["exception"]


def test_an_unknown_method_is_an_error_and_not_a_silence(client: RpcClient) -> None:
    with pytest.raises(ContractError) as failure:
        client.call("echo", "no_such_method", timeout=5)

    assert failure.value.code == "error"


def test_every_service_answers_a_ping(client: RpcClient) -> None:
    assert client.call("echo", "ping", timeout=5) == {"status": "ok"}


def test_a_process_without_nameko_answers_a_ping_in_its_own_words(
    client: RpcClient, url: str
) -> None:
    responder = PingResponder(url, "plain", lambda: {"status": "idle"})
    responder.start()
    client.call("echo", "ping", timeout=5)

    wait_until(lambda: ping(client, "plain") == {"status": "idle"})
    responder.close()

    assert ping(client, "plain") is None


def ping(client: RpcClient, process: str) -> object:
    try:
        return client.call(process, "ping", timeout=0.3)
    except Unavailable:
        return None


def test_the_request_id_reaches_the_workers_log_lines(
    client: RpcClient, echo: ServiceProcess
) -> None:
    assert client.call("echo", "request_id", timeout=5, request_id="abc-1") == "abc-1"

    line = json.loads(echo.wait_until_logged("asked for the request id"))
    assert line["request_id"] == "abc-1"
    assert line["process"] == "echo"
    assert line["timestamp"].endswith("Z")


def test_silence_is_unavailable_at_the_deadline(client: RpcClient) -> None:
    naps = client.call("echo", "naps", timeout=5)
    started = time.monotonic()

    with pytest.raises(Unavailable):
        client.call("echo", "nap", Nap(seconds=1), timeout=0.3)

    assert 0.25 < time.monotonic() - started < 0.6
    wait_until(
        lambda: bool(client.call("echo", "naps", timeout=5) > naps)
    )  # or it would count in the next test


def test_a_late_reply_is_dropped_and_disturbs_nobody(client: RpcClient) -> None:
    naps = client.call("echo", "naps", timeout=5)
    with pytest.raises(Unavailable):
        client.call("echo", "nap", Nap(seconds=0.4), timeout=0.1)

    wait_until(lambda: bool(client.call("echo", "naps", timeout=5) > naps))

    assert client.call("echo", "echo", Words(text="still here"), timeout=5)["text"] == "still here"


def test_a_request_whose_deadline_has_passed_is_not_done(client: RpcClient, url: str) -> None:
    naps = client.call("echo", "naps", timeout=5)
    connection = BrokerAddress.parse(url).connect()
    expired = AmqpMessage(
        json.dumps({"args": [{"seconds": 0}], "kwargs": {}}),
        content_type="application/json",
        content_encoding="utf-8",
        application_headers={"nameko.deadline_ms": int(time.time() * 1000) - 1},
    )

    connection.channel().basic_publish(expired, exchange="nameko-rpc", routing_key="echo.nap")
    connection.close()
    client.call("echo", "nap", Nap(seconds=0), timeout=5)

    assert client.call("echo", "naps", timeout=5) == naps + 1


def test_sixteen_threads_share_a_client_and_lose_nothing(client: RpcClient) -> None:
    def say(number: int) -> str:
        return str(client.call("echo", "echo", Words(text=str(number)), timeout=20)["text"])

    assert client.start(20)  # a call by itself waits a second for its broker

    with ThreadPoolExecutor(16) as threads:
        said = list(threads.map(say, range(2000)))

    assert said == [str(number) for number in range(2000)]


def test_a_future_is_settled_with_the_answer_the_error_or_the_timeout(client: RpcClient) -> None:
    answer = client.call_async("echo", "echo", Words(text="later"), timeout=5)
    refusal = client.call_async("echo", "refuse", Words(text="7"), timeout=5)
    silence = client.call_async("echo", "nap", Nap(seconds=1.5), timeout=0.2)

    assert answer.result(timeout=5)["text"] == "later"
    assert isinstance(refusal.exception(timeout=5), TicketNotFound)
    assert isinstance(silence.exception(timeout=3), Unavailable)


def test_nobody_at_home_is_unavailable_and_soon_told_without_asking(client: RpcClient) -> None:
    def refusal() -> str:
        with pytest.raises(Unavailable) as refused:
            client.call("nobody", "anything", timeout=0.05)
        return refused.value.message

    first = refusal()

    assert "for a while" not in first
    wait_until(lambda: refusal() == "nobody has not answered for a while")  # but for a trial
    assert client.call("echo", "ping", timeout=5) == {"status": "ok"}


def test_a_background_loop_outlives_its_errors(client: RpcClient) -> None:
    wait_until(lambda: bool(client.call("echo", "ticks", timeout=5) > 3))


def test_metrics_answer_while_the_event_loop_is_stuck(client: RpcClient, metrics_port: int) -> None:
    client.call("echo", "ping", timeout=5)
    stuck = client.call_async("echo", "block_the_hub", Nap(seconds=4), timeout=10)
    wait_until(lambda: hub_lag(metrics_port) > 1)
    assert not stuck.done()

    stuck.result(timeout=10)

    wait_until(lambda: hub_lag(metrics_port) < 0.5)
    assert 'echo_rpc_calls_total{method="ping",outcome="ok"}' in scrape(metrics_port)


def scrape(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=3) as response:
        return str(response.read().decode())


def hub_lag(port: int) -> float:
    lines = [line for line in scrape(port).splitlines() if line.startswith("echo_hub_lag_seconds ")]
    return float(lines[0].split()[1])


def test_a_stop_finishes_what_is_in_flight(url: str, tmp_path: Path) -> None:
    client = RpcClient(url, "tests")
    with ServiceProcess("parting", ECHO, tmp_path / "log", AMQP_URL=url) as service:
        answer = client.call_async("parting", "nap", Nap(seconds=1), timeout=5)
        service.wait_until_logged("napping")

        assert service.stop() == 0

    assert answer.result(timeout=1) == {"text": "slept", "said_at": None}
    client.close()
