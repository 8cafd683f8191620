"""An sla desk on each database, at ten o'clock of a Tuesday."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.clock import SetClock
from chassis.storage.migrate import upgrade
from tests.support.sla_desk import SlaDesk
from tests.support.sla_story import at


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database with sla's newest schema."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'sla.sqlite3'}" if is_sqlite else None
    url = url or str(request.getfixturevalue("postgres_url"))
    upgrade("sla", url)
    return url


@pytest.fixture
def clock() -> SetClock:
    return SetClock(at("10:00"))


@pytest.fixture
def desk(database_url: str, clock: SetClock) -> Iterator[SlaDesk]:
    desk = SlaDesk(database_url, clock)
    yield desk
    desk.close()
