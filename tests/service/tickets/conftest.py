"""A tickets desk on each database, at nine o'clock of a Monday."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chassis.clock import SetClock
from tests.support.migrated import KINDS, Migrated
from tests.support.tickets_desk import TicketsDesk


@pytest.fixture(params=KINDS)
def database_url(
    request: pytest.FixtureRequest, migrated: Migrated, tmp_path: Path
) -> Iterator[str]:
    """An empty database with the newest schema of tickets."""
    with migrated.database("tickets", request.param, tmp_path) as url:
        yield url


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 3, 2, 9, 0, 0, 123_456, tzinfo=UTC))


@pytest.fixture
def desk(database_url: str, clock: SetClock) -> Iterator[TicketsDesk]:
    desk = TicketsDesk(database_url, clock)
    yield desk
    desk.close()
