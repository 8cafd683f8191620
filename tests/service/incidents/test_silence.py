"""An open incident owes the public a word now and then."""

from datetime import timedelta

from contracts.vocabulary import IncidentImpact
from tests.support.incident_room import AGENT, IncidentRoom


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def test_the_next_word_is_promised_with_every_word(room: IncidentRoom) -> None:
    declared = room.declares()
    assert declared.next_update_by == declared.started_at + minutes(15)
    room.time_passes(minutes=3)

    updated = room.updates()

    assert updated.next_update_by == updated.updates[-1].created_at + minutes(30)
    assessed = room.assesses(impact=IncidentImpact.MAJOR).result
    assert assessed.next_update_by == updated.updates[-1].created_at + minutes(60)
    assert room.resolves().next_update_by is None


def test_a_silence_is_told_to_the_declarer_then_to_all_then_once_an_interval(
    room: IncidentRoom,
) -> None:
    incident = room.declares()
    for count, waited in enumerate([15, 5, 30], start=1):
        room.time_passes(minutes=waited)
        room.silences_of(incident.id, count)

    told = room.silences_of(incident.id, 3)

    assert [one.reminder for one in told] == [1, 2, 3]
    assert {(one.declared_by, one.due_at) for one in told} == {(AGENT, incident.next_update_by)}


def test_a_word_begins_the_count_anew_and_an_end_ends_it(room: IncidentRoom) -> None:
    incident = room.declares()
    room.time_passes(minutes=15)
    room.silences_of(incident.id, 1)
    updated = room.updates()
    room.time_passes(minutes=30)

    again = room.silences_of(incident.id, 2)[-1]

    assert (again.reminder, again.due_at) == (1, updated.next_update_by)
    room.resolves()
    other = room.declares("Video is dark", even_if_recent=True)
    room.time_passes(minutes=20)
    room.silences_of(other.id, 1)
    assert len(room.silences_of(incident.id, 2)) == 2
