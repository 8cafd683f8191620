"""A ledger on each database, and for each test a broker with the ledger's queues, empty."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chassis.broker.publishing import ConfirmingPublisher
from chassis.broker.topology import DEAD, declare, rung
from chassis.clock import SetClock
from chassis.storage.database import Database
from chassis.storage.store import Store
from tests.support.ledger.messages import TALLY
from tests.support.ledger.rows import create_tables
from tests.support.queues import delete_queue


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """One with the ledger's tables."""
    database = Database(database_url)
    create_tables(database.engine)
    yield database
    database.close()


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


@pytest.fixture
def store(database: Database, clock: SetClock) -> Store:
    return Store(database, clock)


@pytest.fixture(scope="package")
def ledger_broker(new_amqp_url: Callable[[], str]) -> str:
    """A virtual host; making one takes seconds, so the tests share it in turns."""
    return new_amqp_url()


@pytest.fixture
def url(ledger_broker: str) -> str:
    """A broker on which all is declared and nothing waits."""
    for queue in (TALLY.queue, DEAD, rung(1)):
        delete_queue(ledger_broker, queue)
    declare(ledger_broker, [TALLY])
    return ledger_broker


@pytest.fixture
def publisher_to() -> Iterator[Callable[[str], ConfirmingPublisher]]:
    """Makes publishers and closes them in the end."""
    made: list[ConfirmingPublisher] = []

    def make(url: str) -> ConfirmingPublisher:
        made.append(ConfirmingPublisher(url))
        return made[-1]

    yield make
    for publisher in made:
        publisher.close()
