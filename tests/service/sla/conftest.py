"""An sla desk on each database, at ten o'clock of a Tuesday."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chassis.clock import SetClock
from tests.support.holiday_desks import BY_RUSSIA, Starts
from tests.support.migrated import KINDS, Migrated
from tests.support.sla_desk import SlaDesk
from tests.support.sla_story import at


@pytest.fixture(params=KINDS)
def database_url(
    request: pytest.FixtureRequest, migrated: Migrated, tmp_path: Path
) -> Iterator[str]:
    """An empty database with sla's newest schema."""
    with migrated.database("sla", request.param, tmp_path) as url:
        yield url


@pytest.fixture
def clock() -> SetClock:
    return SetClock(at("10:00"))


@pytest.fixture
def desk(database_url: str, clock: SetClock) -> Iterator[SlaDesk]:
    desk = SlaDesk(database_url, clock)
    yield desk
    desk.close()


@pytest.fixture
def starts(database_url: str, clock: SetClock) -> Iterator[Starts]:
    """Starts a replica with that of the business calendar in its file."""
    clock.instant = at("03 12:00")
    started = list[SlaDesk]()

    def start(business: dict[str, Any] | None = BY_RUSSIA, **minutes: int) -> SlaDesk:
        started.append(SlaDesk(database_url, clock, business=business, **minutes))
        return started[-1]

    yield start
    for desk in started:
        desk.close()
