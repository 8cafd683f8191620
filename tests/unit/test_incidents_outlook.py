"""What the open incidents mean together."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.incidents import IncidentView
from contracts.vocabulary import IncidentImpact, IncidentStatus, OverallStatus
from services.incidents.domain.outlook import gravest_first, overall_status

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINOR, MAJOR, CRITICAL = IncidentImpact


def incident(impact: IncidentImpact, minutes_ago: int = 0, id_: int = 1) -> IncidentView:
    return IncidentView(
        id=id_,
        title="Trouble",
        status=IncidentStatus.INVESTIGATING,
        impact=impact,
        started_at=NOON - timedelta(minutes=minutes_ago),
    )


@pytest.mark.parametrize(
    ("impacts", "status"),
    [
        ([], OverallStatus.OPERATIONAL),
        ([MINOR], OverallStatus.DEGRADED),
        ([MAJOR, MINOR], OverallStatus.DEGRADED),
        ([MINOR, CRITICAL], OverallStatus.OUTAGE),
    ],
)
def test_the_overall_status_follows_the_gravest_impact(
    impacts: list[IncidentImpact], status: OverallStatus
) -> None:
    assert overall_status([incident(impact) for impact in impacts]) == status


def test_the_gravest_comes_first_and_among_equals_the_oldest() -> None:
    minor = incident(MINOR, minutes_ago=60, id_=1)
    young = incident(CRITICAL, minutes_ago=1, id_=2)
    old = incident(CRITICAL, minutes_ago=9, id_=4)
    twin = incident(CRITICAL, minutes_ago=9, id_=3)

    assert [one.id for one in gravest_first([minor, young, old, twin])] == [3, 4, 2, 1]
