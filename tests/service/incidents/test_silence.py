"""An open incident owes the public a word now and then."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chassis.storage.database import Database
from contracts.desk import IncidentRules
from contracts.errors import Unavailable
from contracts.incidents import DeclareIncident, UpdateIncident
from contracts.vocabulary import IncidentImpact
from services.incidents.announcing import wait_for_turn
from services.incidents.finding import find_meant
from services.incidents.models import Incident
from services.incidents.product import Product
from services.incidents.usecases.declaring import declare_incident
from services.incidents.usecases.reminding import remind_silent
from services.incidents.usecases.telling import update_incident
from tests.support.incident_room import AGENT, IncidentRoom
from tests.support.migrated import Migrated

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


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


@pytest.fixture
def database(migrated: Migrated, tmp_path: Path) -> Iterator[Database]:
    """One that lets several write at once."""
    with migrated.database("incidents", "postgresql", tmp_path) as url:
        database = Database(url)
        yield database
        database.close()


def test_nobody_is_reminded_while_the_word_is_being_given(database: Database) -> None:
    """Else the reminder of before the word would count as the first of after it."""
    product = Product({}, [], IncidentRules(), ZoneInfo("UTC"))
    due = NOON + minutes(15)
    declaration = DeclareIncident(
        command_id="c1", title="Payments fail", declared_by=AGENT, declared_at=NOON
    )
    word = UpdateIncident(command_id="c2", message="We know", updated_by=AGENT, updated_at=due)
    with database.writing() as session:
        incident_id = declare_incident(session, declaration, NOON, product).id

    with database.writing() as speaking:
        wait_for_turn(speaking)
        find_meant(speaking, incident_id)
        with pytest.raises(Unavailable), database.writing() as reminding:
            remind_silent(reminding, product.rules, due)
        update_incident(speaking, word, due, product)

    with database.reading() as session:
        incident = session.get_one(Incident, incident_id)
    assert (incident.reminders, incident.remind_at) == (0, incident.next_update_by)
