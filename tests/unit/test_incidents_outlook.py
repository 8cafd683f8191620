"""What the open incidents mean together."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.incidents import IncidentView
from contracts.vocabulary import ComponentStatus, IncidentImpact, IncidentStatus, OverallStatus
from services.incidents.domain.outlook import component_views, gravest_first, overall_status

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINOR, MAJOR, CRITICAL = IncidentImpact
NAMES = {"app": "App", "payments": "Payments", "video": "Video"}


def incident(
    impact: IncidentImpact, *components: str, minutes_ago: int = 0, id_: int = 1
) -> IncidentView:
    return IncidentView(
        id=id_,
        title="Trouble",
        status=IncidentStatus.INVESTIGATING,
        impact=impact,
        started_at=NOON - timedelta(minutes=minutes_ago),
        components=list(components),
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


@pytest.mark.parametrize(
    ("impact", "status"),
    [
        (MINOR, ComponentStatus.DEGRADED_PERFORMANCE),
        (MAJOR, ComponentStatus.PARTIAL_OUTAGE),
        (CRITICAL, ComponentStatus.MAJOR_OUTAGE),
    ],
)
def test_a_component_is_as_badly_off_as_the_incidents_impact(
    impact: IncidentImpact, status: ComponentStatus
) -> None:
    views = component_views([incident(impact, "video")], NAMES)

    assert [(view.id, view.name) for view in views] == list(NAMES.items())
    assert [view.status for view in views] == [
        ComponentStatus.OPERATIONAL,
        ComponentStatus.OPERATIONAL,
        status,
    ]


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_incidents_the_gravest_decides_for_a_component(order: int) -> None:
    incidents = [incident(MINOR, "app", "video"), incident(CRITICAL, "video", id_=2)][::order]

    statuses = {view.id: view.status for view in component_views(incidents, NAMES)}

    assert statuses["app"] == ComponentStatus.DEGRADED_PERFORMANCE
    assert statuses["video"] == ComponentStatus.MAJOR_OUTAGE


def test_an_incident_without_components_touches_none() -> None:
    views = component_views([incident(CRITICAL)], NAMES)

    assert {view.status for view in views} == {ComponentStatus.OPERATIONAL}


def test_a_component_that_the_product_no_longer_has_is_not_shown() -> None:
    views = component_views([incident(CRITICAL, "fax")], NAMES)

    assert [view.id for view in views] == list(NAMES)
