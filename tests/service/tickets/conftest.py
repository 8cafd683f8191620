"""A tickets desk on each database, at nine o'clock of a Monday."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chassis.clock import SetClock
from chassis.storage.migrate import upgrade
from tests.support.tickets_desk import TicketsDesk


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database with the newest schema of tickets."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'tickets.sqlite3'}" if is_sqlite else None
    url = url or str(request.getfixturevalue("postgres_url"))
    upgrade("tickets", url)
    return url


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 3, 2, 9, 0, 0, 123_456, tzinfo=UTC))


@pytest.fixture
def desk(database_url: str, clock: SetClock) -> Iterator[TicketsDesk]:
    desk = TicketsDesk(database_url, clock)
    yield desk
    desk.close()
