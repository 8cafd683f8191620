"""What an incident hits, how badly and for how long; told without a public word."""

import pytest

from contracts.errors import IncidentAlreadyResolved, Invalid, NoOpenIncident
from contracts.incidents import IncidentAssessed
from contracts.vocabulary import ComponentStatus, IncidentImpact, IncidentStatus, OverallStatus
from tests.support.incident_room import IncidentRoom, refusal_changes_nothing

OPERATIONAL, MAINTENANCE, DEGRADED, PARTIAL, OUTAGE = ComponentStatus


def statuses(room: IncidentRoom) -> dict[str, ComponentStatus]:
    """Of those that are not well."""
    return {one.id: one.status for one in room.status.components if one.status is not OPERATIONAL}


def test_an_assessment_changes_what_everybody_sees_and_adds_no_word(room: IncidentRoom) -> None:
    incident = room.declares(components=["payments"])
    version = room.status.version

    assessed = room.assesses(impact=IncidentImpact.MAJOR, components={"app": DEGRADED}).result

    assert assessed.impact == IncidentImpact.MAJOR
    assert assessed.components == ["payments", "app"]
    assert assessed.updates == incident.updates
    assert statuses(room) == {"payments": PARTIAL, "app": DEGRADED}
    assert room.status.status == OverallStatus.DEGRADED
    told = room.events_up_to(version + 1)[-1]
    assert isinstance(told, IncidentAssessed)
    assert told.status == room.status


def test_what_is_so_already_is_told_to_nobody(room: IncidentRoom) -> None:
    room.declares(components=["payments"])
    version = room.status.version

    room.assesses(impact=IncidentImpact.CRITICAL, components={"payments": OUTAGE})

    assert room.status.version == version


def test_every_change_ends_one_stretch_and_begins_the_next(room: IncidentRoom) -> None:
    started = room.declares(components=["payments"]).started_at
    room.time_passes(minutes=10)
    room.assesses(components={"payments": DEGRADED})
    room.time_passes(minutes=10)
    ended = room.resolves()

    told = [
        (one.status, round((one.from_at - started).total_seconds() / 60)) for one in ended.stretches
    ]

    assert told == [(OUTAGE, 0), (DEGRADED, 10)]
    assert ended.stretches[0].until_at == ended.stretches[1].from_at
    assert ended.stretches[1].until_at == ended.resolved_at
    assert ended.components == ["payments"]
    payments = next(one for one in room.status.components if one.id == "payments")
    assert (payments.status, payments.since) == (OPERATIONAL, ended.resolved_at)
    assert [one for one in room.status.stretches if one in ended.stretches] == ended.stretches


def test_one_that_was_taken_out_is_well(room: IncidentRoom) -> None:
    room.declares(components=["payments", "video"])

    assessed = room.assesses(components={"video": OPERATIONAL}).result

    assert assessed.components == ["payments"]
    assert statuses(room) == {"payments": OUTAGE}


def test_of_several_incidents_the_gravest_decides_for_a_component(room: IncidentRoom) -> None:
    room.declares(components=["app", "video"], impact=IncidentImpact.MINOR)
    room.declares(components=["video"], even_if_recent=True)

    assert statuses(room) == {"app": DEGRADED, "video": OUTAGE}


@pytest.mark.parametrize(
    "components", [{"teapot": OUTAGE}, {"payments": MAINTENANCE}], ids=["teapot", "maintenance"]
)
def test_a_wrong_assessment_changes_nothing(
    room: IncidentRoom, components: dict[str, ComponentStatus]
) -> None:
    room.declares(components=["payments"])

    refusal = refusal_changes_nothing(room, lambda: room.assesses(components=components))

    assert isinstance(refusal, Invalid)


def test_only_what_is_open_can_be_assessed(room: IncidentRoom) -> None:
    wish = {"payments": OUTAGE}
    refusal = refusal_changes_nothing(room, lambda: room.assesses(components=wish))
    assert isinstance(refusal, NoOpenIncident)

    incident = room.declares()
    room.resolves()
    refusal = refusal_changes_nothing(
        room, lambda: room.assesses(incident_id=incident.id, components=wish)
    )
    assert isinstance(refusal, IncidentAlreadyResolved)


def test_a_withdrawn_incident_has_hit_nothing(room: IncidentRoom) -> None:
    before = room.status.stretches
    room.withdraws(room.declares(components=["video"]).id)

    assert statuses(room) == {}
    assert room.status.stretches == before


def test_reopened_it_hits_again_what_its_end_had_healed(room: IncidentRoom) -> None:
    incident = room.declares(components=["payments", "video"])
    room.assesses(components={"video": OPERATIONAL, "payments": PARTIAL})
    room.time_passes(minutes=5)
    room.resolves()
    room.time_passes(minutes=5)

    reopened = room.reopens(incident.id)

    assert reopened.status == IncidentStatus.INVESTIGATING
    assert reopened.resolved_at is None
    assert statuses(room) == {"payments": PARTIAL}
    assert [one.component for one in reopened.stretches if one.until_at is None] == ["payments"]
