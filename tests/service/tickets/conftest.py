"""A tickets desk on each database, at nine o'clock of a Monday."""

from datetime import UTC, datetime

import pytest

from chassis.clock import SetClock
from chassis.storage.database import Database
from tests.support.migrated import KINDS, Migrated
from tests.support.tickets_desk import TicketsDesk


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, migrated: Migrated) -> Database:
    """An empty database with the newest schema of tickets."""
    return migrated.emptied("tickets", request.param)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 3, 2, 9, 0, 0, 123_456, tzinfo=UTC))


@pytest.fixture
def desk(database: Database, clock: SetClock) -> TicketsDesk:
    return TicketsDesk(database, clock)
