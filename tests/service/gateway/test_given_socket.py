"""A socket that outlives the gateway, as that of `deploy/systemd/support_gateway.socket` does."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
import requests

from contracts.incidents import StatusView
from tests.support.gateway import API, FakeServices, token
from tests.support.gateway_process import GatewayOnSocket
from tests.support.responder import Responder
from tests.support.waiting import wait_until


@pytest.fixture
def url(new_amqp_url: Callable[[], str]) -> Iterator[str]:
    """A broker on which the services are played."""
    url, services = new_amqp_url(), FakeServices()
    services.answers["incidents.get_status"] = lambda _: StatusView(
        status="operational", updated_at=datetime.now(UTC), version=1
    )
    with Responder(url, services):
        yield url


@pytest.fixture
def given() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as given:
        yield given


def test_a_gateway_is_replaced_by_another_and_refuses_nobody(
    url: str, given: socket.socket, tmp_path: Path
) -> None:
    """With new code, say: whoever comes meanwhile waits for the other to come."""
    statuses: list[int] = []
    is_over = threading.Event()

    def keep_asking(ask: requests.Session | ModuleType) -> None:
        address = f"http://127.0.0.1:{given.getsockname()[1]}{API}/tickets/"
        headers = {"Authorization": f"Bearer {token()}"}
        while not is_over.is_set():
            answer = ask.post(address, json={"description": "x"}, headers=headers, timeout=15)
            statuses.append(answer.status_code)

    def wait_for_some() -> None:
        until = len(statuses) + 10
        wait_until(lambda: len(statuses) >= until, 15, "nobody is answered")

    with GatewayOnSocket(tmp_path, url, given) as gateway, ThreadPoolExecutor(4) as clients:
        keepers_and_others = [requests.Session(), requests.Session(), requests, requests]
        asking = [clients.submit(keep_asking, one) for one in keepers_and_others]
        try:
            wait_for_some()
            for _ in range(2):
                assert gateway.process is not None
                gateway.signals(signal.SIGTERM)
                assert gateway.process.wait(15) == 0
                gateway.__enter__()
                wait_for_some()
        finally:
            is_over.set()
        for one in asking:
            one.result()

    assert set(statuses) == {201}


@pytest.mark.parametrize(
    ("other", "named"),
    [({"SUPPORT_PORT": "8080"}, "127.0.0.1:8080"), ({"SUPPORT_HOST": "0.0.0.0"}, "0.0.0.0:{port}")],
)
def test_an_address_that_is_not_the_sockets_is_told(
    given: socket.socket, tmp_path: Path, other: dict[str, str], named: str
) -> None:
    port = given.getsockname()[1]
    gateway = GatewayOnSocket(tmp_path, "amqp://localhost", given, **other)

    assert gateway.start().wait(10) == 2
    said = gateway.log.read_text(encoding="utf-8")
    assert f"listens at 127.0.0.1:{port}, " in said
    assert f"name {named.format(port=port)}: name one address in both" in said
