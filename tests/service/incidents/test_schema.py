"""The database as the migrations make it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from chassis.storage.database import Database
from chassis.storage.migrate import differences, is_current, upgrade
from contracts.vocabulary import ComponentStatus, OverallStatus
from services.incidents.models import Base
from services.incidents.views import status_view
from tests.support.migrated import KINDS

NAMES = {"payments": "Payments", "video": "Video"}
INCIDENT = """
INSERT INTO incidents (title, status, impact, components, started_at, public_since, declared_by,
                       resolved_at)
VALUES (:title, :status, :impact, :components, :started_at, :started_at, 'tg:7001', :resolved_at)
"""


def test_migrations_make_what_the_models_say(database_url: str) -> None:
    assert is_current("incidents", database_url)
    assert differences(database_url, Base.metadata) == []


def test_before_the_first_incident_all_is_well(database_url: str) -> None:
    database = Database(database_url)
    with database.reading() as session:
        status = status_view(session, {"app": "App"}, datetime.now(UTC))
    database.close()

    assert status.status == OverallStatus.OPERATIONAL
    assert status.version == 0
    assert [component.status for component in status.components] == ["operational"]


@pytest.fixture(params=KINDS)
def older_url(
    request: pytest.FixtureRequest, tmp_path: Path, new_postgres_url: Callable[[], str]
) -> str:
    """A database of the version that kept components as names alone."""
    url = f"sqlite:///{tmp_path}/old.sqlite3" if request.param == "sqlite" else new_postgres_url()
    upgrade("incidents", url, "0002")
    return url


def test_what_older_incidents_named_was_hit_as_their_impact_says(older_url: str) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    began, ended = now - timedelta(hours=2), now - timedelta(hours=1)
    common = {"title": "Сбой", "started_at": began}
    database = Database(older_url)
    with database.writing() as session:
        for told in (
            {"status": "resolved", "impact": "major", "resolved_at": ended},
            {"status": "monitoring", "impact": "critical", "resolved_at": None},
        ):
            components = '["payments"]' if told["resolved_at"] else '["video", "payments"]'
            session.execute(text(INCIDENT), common | told | {"components": components})
    database.close()

    upgrade("incidents", older_url)

    database = Database(older_url)
    with database.reading() as session:
        status = status_view(session, NAMES, now)
    database.close()
    assert differences(older_url, Base.metadata) == []
    assert {one.id: one.status for one in status.components} == {
        "payments": ComponentStatus.MAJOR_OUTAGE,
        "video": ComponentStatus.MAJOR_OUTAGE,
    }
    assert status.incident is not None
    assert status.incident.components == ["video", "payments"]
    (was,) = status.recent
    assert [(one.status, one.from_at, one.until_at) for one in was.stretches] == [
        (ComponentStatus.PARTIAL_OUTAGE, began, ended)
    ]
