"""What other processes hear of incidents."""

from contracts.incidents import (
    IncidentDeclared,
    IncidentResolved,
    IncidentUpdated,
    IncidentWithdrawn,
)
from contracts.vocabulary import IncidentStatus
from tests.support.incident_room import IncidentRoom, refusal_changes_nothing


def test_every_change_is_published_once_with_the_whole_status_after_it(room: IncidentRoom) -> None:
    start = room.status.version
    statuses = []
    room.declares("Payments fail")
    statuses.append(room.status)
    room.updates("The bank it is", status=IncidentStatus.IDENTIFIED)
    statuses.append(room.status)
    room.resolves()
    statuses.append(room.status)
    room.withdraws(room.declares("Oops").id)
    statuses.append(room.status)

    heard = [event for event in room.events_up_to(start + 5) if event.version > start]

    assert [(type(event), event.version) for event in heard] == [
        (IncidentDeclared, start + 1),
        (IncidentUpdated, start + 2),
        (IncidentResolved, start + 3),
        (IncidentDeclared, start + 4),
        (IncidentWithdrawn, start + 5),
    ]
    assert [event.status for event in heard if event.version != start + 4] == statuses
    assert all(event.version == event.status.version for event in heard)
    assert [event.incident.title for event in heard] == ["Payments fail"] * 3 + ["Oops"] * 2
    assert len({event.event_id for event in heard}) == 5


def test_neither_a_refusal_nor_a_repeat_is_published(room: IncidentRoom) -> None:
    start = room.status.version
    declaration = room.declaration("Payments fail")
    for _ in range(2):
        room.client.declare_incident(declaration)
    refusal_changes_nothing(room, lambda: room.declares("Cards are refused"))
    room.resolves()

    heard = [event for event in room.events_up_to(start + 2) if event.version > start]

    assert [type(event) for event in heard] == [IncidentDeclared, IncidentResolved]


def test_the_status_changed_last_when_the_event_happened(room: IncidentRoom) -> None:
    room.declares()
    room.time_passes(minutes=5)
    room.updates()
    status = room.status

    event = room.events_up_to(status.version)[-1]

    assert status.updated_at == event.occurred_at
