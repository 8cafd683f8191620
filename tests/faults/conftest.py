"""A desk on PostgreSQL with a broker of its own, so that a test may break any part of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from cli.broker import PrivateBroker
from tests.support.botapi import running_telegram
from tests.support.running_desk import DATABASES, RunningDesk


@dataclass(frozen=True)
class BreakableDesk:
    """The desk, and the broker it stands on."""

    desk: RunningDesk
    broker: PrivateBroker

    def break_and_mend(self, victim: str) -> None:
        """`kill -9` a process or the broker, then start it again as a supervisor does."""
        if victim == "broker":
            self.broker.kill()
            self.broker.start()
        else:
            self.desk.kill(victim)
            self.desk.start(victim)


@pytest.fixture(scope="module")
def breakable(
    tmp_path_factory: pytest.TempPathFactory, new_postgres_url: Callable[[], str]
) -> Iterator[BreakableDesk]:
    """Up and healthy."""
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
