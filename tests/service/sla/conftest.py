"""An sla desk on each database, at ten o'clock of a Tuesday."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chassis.clock import SetClock
from chassis.storage.database import Database
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


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, migrated: Migrated) -> Database:
    """The same for a desk without a process."""
    return migrated.emptied("sla", request.param)


@pytest.fixture
def replicas_database(database: Database, migrated: Migrated) -> Database:
    """As another replica has it."""
    return migrated.as_replica(database)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(at("10:00"))


@pytest.fixture
def desk(database: Database, clock: SetClock) -> SlaDesk:
    return SlaDesk(database, clock)


@pytest.fixture
def starts(database: Database, clock: SetClock) -> Starts:
    """Starts a replica with that of the business calendar in its file."""
    clock.instant = at("03 12:00")

    def start(business: dict[str, Any] | None = BY_RUSSIA, **minutes: int) -> SlaDesk:
        return SlaDesk(database, clock, business=business, **minutes)

    return start
