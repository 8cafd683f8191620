"""A desk that a test may break."""

from collections.abc import Callable, Iterator

import pytest

from cli.broker import PrivateBroker
from tests.support.botapi import running_telegram
from tests.support.breaking import BreakableDesk
from tests.support.running_desk import DATABASES, RunningDesk
from tests.support.wired_desk import WiredDesk, wired_desk


@pytest.fixture(scope="module")
def breakable(
    tmp_path_factory: pytest.TempPathFactory, new_postgres_url: Callable[[], str]
) -> Iterator[BreakableDesk]:
    """Up and healthy, on the PostgreSQL of the session."""
    directory = tmp_path_factory.mktemp("breakable")
    databases = {name: new_postgres_url() for name in DATABASES}
    broker = PrivateBroker(directory / "broker")
    with broker as amqp_url, running_telegram() as telegram:
        desk = RunningDesk(directory, amqp_url, telegram, databases)
        try:
            desk.up()
            yield BreakableDesk(desk, broker)
        finally:
            desk.down()


@pytest.fixture(scope="module")
def wired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WiredDesk]:
    """Up and healthy, with every connection on a wire that can be broken."""
    with wired_desk(tmp_path_factory.mktemp("wired")) as desk:
        yield desk
