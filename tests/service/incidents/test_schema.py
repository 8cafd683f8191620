"""The database as the migrations make it."""

from chassis.storage.database import Database
from chassis.storage.migrate import differences, is_current
from contracts.vocabulary import OverallStatus
from services.incidents.models import Base
from services.incidents.views import status_view


def test_migrations_make_what_the_models_say(database_url: str) -> None:
    assert is_current("incidents", database_url)
    assert differences(database_url, Base.metadata) == []


def test_before_the_first_incident_all_is_well(database_url: str) -> None:
    database = Database(database_url)
    with database.reading() as session:
        status = status_view(session, {"app": "App"})
    database.close()

    assert status.status == OverallStatus.OPERATIONAL
    assert status.version == 0
    assert [component.status for component in status.components] == ["operational"]
