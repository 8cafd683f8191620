"""An incident's way from investigating to resolved, and which one is meant on it."""

import pytest

from contracts.errors import (
    IncidentAlreadyResolved,
    IncidentStatusPassed,
    Invalid,
    NoOpenIncident,
    SeveralOpenIncidents,
)
from contracts.vocabulary import IncidentStatus
from services.incidents.domain.choice import the_only_open
from services.incidents.domain.progress import after_resolving, after_update

INVESTIGATING, IDENTIFIED = IncidentStatus.INVESTIGATING, IncidentStatus.IDENTIFIED
MONITORING, RESOLVED = IncidentStatus.MONITORING, IncidentStatus.RESOLVED
OPEN = (INVESTIGATING, IDENTIFIED, MONITORING)


@pytest.mark.parametrize("status", OPEN)
def test_an_update_without_a_status_keeps_it(status: IncidentStatus) -> None:
    assert after_update(status, None) == status


@pytest.mark.parametrize(
    ("status", "wished"),
    [
        (INVESTIGATING, INVESTIGATING),
        (INVESTIGATING, IDENTIFIED),
        (INVESTIGATING, MONITORING),
        (IDENTIFIED, MONITORING),
        (MONITORING, MONITORING),
    ],
)
def test_an_update_moves_on_and_may_leave_steps_out(
    status: IncidentStatus, wished: IncidentStatus
) -> None:
    assert after_update(status, wished) == wished


@pytest.mark.parametrize(
    ("status", "wished"),
    [(IDENTIFIED, INVESTIGATING), (MONITORING, INVESTIGATING), (MONITORING, IDENTIFIED)],
)
def test_no_update_goes_back(status: IncidentStatus, wished: IncidentStatus) -> None:
    with pytest.raises(IncidentStatusPassed) as refusal:
        after_update(status, wished)

    assert refusal.value.details == {"status": status}


@pytest.mark.parametrize("status", OPEN)
def test_an_update_does_not_resolve_but_resolving_does(status: IncidentStatus) -> None:
    with pytest.raises(Invalid):
        after_update(status, RESOLVED)

    assert after_resolving(status) == RESOLVED


@pytest.mark.parametrize("wished", [None, *IncidentStatus])
def test_what_is_resolved_is_over(wished: IncidentStatus | None) -> None:
    with pytest.raises(IncidentAlreadyResolved):
        after_update(RESOLVED, wished)
    with pytest.raises(IncidentAlreadyResolved):
        after_resolving(RESOLVED)


def test_the_only_open_incident_is_meant() -> None:
    assert the_only_open({7: "Payments fail"}) == 7


def test_with_none_open_none_is_meant() -> None:
    with pytest.raises(NoOpenIncident):
        the_only_open({})


def test_with_several_open_the_refusal_offers_the_choice() -> None:
    with pytest.raises(SeveralOpenIncidents) as refusal:
        the_only_open({7: "Payments fail", 9: "Video is dark"})

    assert refusal.value.details == {"7": "Payments fail", "9": "Video is dark"}
