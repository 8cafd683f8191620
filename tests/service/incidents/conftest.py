"""The incidents process on a real broker, once on SQLite and once on PostgreSQL."""

from collections.abc import Callable, Iterator

import pytest

from tests.support.incident_room import IncidentRoom
from tests.support.migrated import KINDS, Migrated
from tests.support.service_process import ServiceProcess


@pytest.fixture(scope="module", params=KINDS)
def database_url(
    request: pytest.FixtureRequest, migrated: Migrated, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A migrated database that nothing has happened in."""
    directory = tmp_path_factory.mktemp("database")
    with migrated.database("incidents", request.param, directory) as url:
        yield url


@pytest.fixture(scope="module")
def running_room(
    database_url: str, new_amqp_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[IncidentRoom]:
    directory = tmp_path_factory.mktemp("incidents")
    clock_file, amqp_url = directory / "clock", new_amqp_url()
    room = IncidentRoom(amqp_url, clock_file)
    environment = {
        "AMQP_URL": amqp_url,
        "INCIDENTS_DATABASE_URL": database_url,
        "SUPPORT_CLOCK_FILE": str(clock_file),
        "SUPPORT_LOCALE": "en",
    }
    with ServiceProcess(
        "incidents", "services.incidents.service", directory / "log", **environment
    ):
        yield room
    room.close()


@pytest.fixture
def room(running_room: IncidentRoom) -> IncidentRoom:
    """No incident is open, and none was declared within the hour."""
    running_room.calms_down()
    return running_room
