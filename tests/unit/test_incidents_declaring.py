"""When an incident may be declared, and how long the declaration may be taken back."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.errors import RecentIncidentOpen, UndoTooLate
from contracts.incidents import IncidentView
from contracts.vocabulary import IncidentImpact, IncidentStatus
from services.incidents.domain.declaring import refuse_if_recent, refuse_late_undo

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def declared(minutes_before_noon: float, id_: int = 1) -> IncidentView:
    return IncidentView(
        id=id_,
        title=f"Trouble {id_}",
        status=IncidentStatus.INVESTIGATING,
        impact=IncidentImpact.CRITICAL,
        started_at=NOON - timedelta(minutes=minutes_before_noon),
    )


@pytest.mark.parametrize("minutes", [0, 5, 10, -1])
def test_an_open_incident_of_the_last_ten_minutes_is_offered_instead(minutes: float) -> None:
    with pytest.raises(RecentIncidentOpen) as refusal:
        refuse_if_recent([declared(minutes)], NOON)

    assert refusal.value.details == {"id": "1", "title": "Trouble 1"}


def test_of_several_recent_ones_the_newest_is_offered() -> None:
    with pytest.raises(RecentIncidentOpen) as refusal:
        refuse_if_recent([declared(9, id_=1), declared(2, id_=2), declared(60, id_=3)], NOON)

    assert refusal.value.details["id"] == "2"


def test_older_open_incidents_stand_in_nobodys_way() -> None:
    refuse_if_recent([], NOON)
    refuse_if_recent([declared(10.001), declared(600)], NOON)


def test_a_declaration_can_be_undone_for_thirty_seconds() -> None:
    refuse_late_undo(NOON, NOON)
    refuse_late_undo(NOON, NOON + timedelta(seconds=30))
    with pytest.raises(UndoTooLate):
        refuse_late_undo(NOON, NOON + timedelta(seconds=30, milliseconds=1))
