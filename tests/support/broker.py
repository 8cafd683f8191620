"""A real RabbitMQ for a test session: the one `./support test` started, or one of our own."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from cli.broker import PrivateBroker

ADDRESS = "SUPPORT_TEST_AMQP_URL"
DIRECTORY = "SUPPORT_TEST_BROKER_DIR"
_numbers = count(1)


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateBroker]:
    """The node itself, for tests that need more of it than its address."""
    if directory := os.environ.get(DIRECTORY):
        yield PrivateBroker.joined(Path(directory))
        return
    node = PrivateBroker(tmp_path_factory.mktemp("broker"))
    node.start()
    yield node
    node.stop()


@pytest.fixture(scope="session")
def amqp_url(request: pytest.FixtureRequest) -> str:
    """A broker's address, shared by the whole session."""
    if address := os.environ.get(ADDRESS):
        return address
    return str(request.getfixturevalue("broker").node.amqp_url)


@pytest.fixture(scope="session")
def new_amqp_url(broker: PrivateBroker) -> Callable[[], str]:
    """Makes an empty virtual host whenever asked, for fixtures of a wider scope."""
    return lambda: broker.add_vhost(f"test-{os.getpid()}-{next(_numbers)}")


@pytest.fixture
def fresh_amqp_url(new_amqp_url: Callable[[], str]) -> str:
    """An empty virtual host for one test: its queues are nobody else's."""
    return new_amqp_url()
