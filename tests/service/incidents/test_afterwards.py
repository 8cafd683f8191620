"""Reopening, post-mortems, updates of an earlier moment, the audit trail."""

from datetime import timedelta

import pytest

from contracts.errors import IncidentNotAhead, IncidentNotFound, IncidentStillOpen, Invalid
from contracts.incidents import IncidentExplained, IncidentReopened
from contracts.vocabulary import IncidentAction, IncidentImpact, IncidentStatus, OverallStatus
from tests.support.incident_room import AGENT, IncidentRoom, refusal_changes_nothing


def test_what_was_over_can_be_reopened_with_a_word(room: IncidentRoom) -> None:
    incident = room.declares()
    room.resolves()
    version = room.status.version

    reopened = room.reopens(incident.id, "Payments fail again")

    assert reopened.status == IncidentStatus.INVESTIGATING
    assert reopened.updates[-1].message == "Payments fail again"
    assert room.status.status == OverallStatus.OUTAGE
    assert isinstance(room.events_up_to(version + 1)[-1], IncidentReopened)


def test_an_open_one_can_go_back_to_its_begin_and_no_further(room: IncidentRoom) -> None:
    incident = room.declares()
    room.updates(status=IncidentStatus.MONITORING)

    assert room.reopens(incident.id).status == IncidentStatus.INVESTIGATING

    refusal = refusal_changes_nothing(room, lambda: room.reopens(incident.id))
    assert isinstance(refusal, IncidentNotAhead)


def test_a_post_mortem_comes_after_the_end_and_can_be_written_anew(room: IncidentRoom) -> None:
    incident = room.declares()
    refusal = refusal_changes_nothing(room, lambda: room.explains(incident.id))
    assert isinstance(refusal, IncidentStillOpen)
    room.resolves()
    version = room.status.version

    room.explains(incident.id, "It was the bank")
    explained = room.explains(incident.id, "It was us after all")

    assert explained.postmortem is not None
    assert explained.postmortem.text == "It was us after all"
    assert room.status.recent[0].postmortem == explained.postmortem
    told = room.events_up_to(version + 2)[-2:]
    assert [type(one) for one in told] == [IncidentExplained] * 2


@pytest.mark.parametrize("text", ["  ", "a\0b"])
def test_an_empty_post_mortem_changes_nothing(room: IncidentRoom, text: str) -> None:
    incident = room.declares()
    room.resolves()

    refusal = refusal_changes_nothing(room, lambda: room.explains(incident.id, text))

    assert isinstance(refusal, Invalid)


def test_an_update_can_be_of_an_earlier_moment(room: IncidentRoom) -> None:
    started = room.declares().started_at
    room.time_passes(minutes=20)

    updated = room.updates("Mended at once", display_at=started)

    assert updated.updates[-1].display_at == started
    assert updated.updates[-1].shown_at == started < updated.updates[-1].created_at


def test_of_an_earlier_moment_it_tells_the_status_of_then_and_changes_none(
    room: IncidentRoom,
) -> None:
    started = room.declares().started_at
    room.time_passes(minutes=20)
    room.updates("Watching", status=IncidentStatus.MONITORING)

    updated = room.updates("The bank did not answer", display_at=started + timedelta(minutes=5))

    assert updated.status == IncidentStatus.MONITORING
    assert [(one.status, one.message) for one in updated.shown_updates] == [
        (IncidentStatus.INVESTIGATING, "Payments fail"),
        (IncidentStatus.INVESTIGATING, "The bank did not answer"),
        (IncidentStatus.MONITORING, "Watching"),
    ]
    assert room.updates("Still watching").updates[-1].status == IncidentStatus.MONITORING


def test_and_moves_nothing(room: IncidentRoom) -> None:
    started = room.declares().started_at
    room.time_passes(minutes=20)

    refusal = refusal_changes_nothing(
        room, lambda: room.updates(status=IncidentStatus.MONITORING, display_at=started)
    )

    assert isinstance(refusal, Invalid)
    assert refusal.details == {"status": "of_before"}


def test_but_not_of_before_the_incident(room: IncidentRoom) -> None:
    started = room.declares().started_at
    room.time_passes(minutes=20)

    refusal = refusal_changes_nothing(
        room, lambda: room.updates(display_at=started.replace(year=2020))
    )

    assert isinstance(refusal, Invalid)


def test_the_trail_tells_who_did_what_from_where(room: IncidentRoom) -> None:
    incident = room.declares("Payments fail", components=["payments"], origin="telegram:7001")
    room.assesses(impact=IncidentImpact.MAJOR, origin="telegram:-100500", assessed_by="tg:7002")
    room.updates("The bank it is", status=IncidentStatus.IDENTIFIED)
    room.links(42)
    room.resolves("Mended")
    room.reopens(incident.id, "Not so")
    room.resolves("Mended now")
    room.explains(incident.id, "A certificate")

    trail = room.trail_of(incident.id)

    assert [one.action for one in trail] == [
        IncidentAction.DECLARED,
        IncidentAction.ASSESSED,
        IncidentAction.UPDATED,
        IncidentAction.TICKET_LINKED,
        IncidentAction.RESOLVED,
        IncidentAction.REOPENED,
        IncidentAction.RESOLVED,
        IncidentAction.EXPLAINED,
    ]
    assert (trail[0].actor, trail[0].origin) == (AGENT, "telegram:7001")
    assert trail[0].details == {
        "title": "Payments fail",
        "impact": "critical",
        "components": "payments",
    }
    assert (trail[1].actor, trail[1].origin) == ("tg:7002", "telegram:-100500")
    assert trail[1].details == {"impact": "major"}
    assert trail[2].details == {"message": "The bank it is", "status": "identified"}
    assert trail[3].details == {"ticket_id": "42"}


def test_the_trail_remembers_also_what_was_withdrawn(room: IncidentRoom) -> None:
    incident = room.declares("Oops")
    room.withdraws(incident.id)

    actions = [one.action for one in room.trail_of(incident.id)]

    assert actions == [IncidentAction.DECLARED, IncidentAction.WITHDRAWN]


def test_neither_a_refusal_nor_a_repeat_leaves_a_trace(room: IncidentRoom) -> None:
    declaration = room.declaration()
    incident = room.client.declare_incident(declaration).result
    room.client.declare_incident(declaration)
    refusal_changes_nothing(room, lambda: room.explains(incident.id))

    assert len(room.trail_of(incident.id)) == 1


def test_what_never_was_has_no_trail(room: IncidentRoom) -> None:
    for incident_id in (0, 999_999_999, 2**63, -1):
        with pytest.raises(IncidentNotFound):
            room.trail_of(incident_id)
