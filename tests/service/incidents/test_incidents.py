"""What agents do with incidents, and what the public sees of it."""

from collections.abc import Callable
from concurrent.futures import Future

import pytest

from chassis.storage.database import Database
from contracts.errors import (
    IdempotencyKeyReused,
    IncidentAlreadyResolved,
    IncidentNotFound,
    IncidentStatusHolds,
    IncidentStatusPassed,
    Invalid,
    RecentIncidentOpen,
    UndoTooLate,
    WithdrawnIncident,
)
from contracts.event import Receipt
from contracts.incidents import DeclareIncident, IncidentView, ListIncidents, UpdateIncident
from contracts.vocabulary import ComponentStatus, IncidentStatus, OverallStatus
from services.incidents.models import Incident
from tests.support.incident_room import AGENT, IncidentRoom, new_id, refusal_changes_nothing

INVESTIGATING, IDENTIFIED = IncidentStatus.INVESTIGATING, IncidentStatus.IDENTIFIED
MONITORING, RESOLVED = IncidentStatus.MONITORING, IncidentStatus.RESOLVED


def test_a_declared_incident_is_public_at_once(room: IncidentRoom) -> None:
    version = room.status.version

    incident = room.declares("  Проблемы с оплатой 💳  ", components=["payments", "payments"])

    assert incident.title == "Проблемы с оплатой 💳"
    assert incident.components == ["payments"]
    assert [(update.status, update.message) for update in incident.updates] == [
        (INVESTIGATING, "Проблемы с оплатой 💳")
    ]
    status = room.status
    assert status.status == OverallStatus.OUTAGE
    assert status.incident == incident
    assert status.incidents == [incident]
    assert status.version == version + 1
    assert {one.id: (one.name, one.status) for one in status.components} == {
        "app": ("App", ComponentStatus.OPERATIONAL),
        "payments": ("Payments", ComponentStatus.MAJOR_OUTAGE),
        "video": ("Video calls", ComponentStatus.OPERATIONAL),
        "recordings": ("Lesson recordings", ComponentStatus.OPERATIONAL),
    }


@pytest.mark.parametrize(
    ("title", "components", "details"),
    [
        ("   ", [], {"title": "empty"}),
        ("Payments\0fail", [], {"title": "bad_characters"}),
        ("Payments fail", ["teapot"], {"components": "unknown"}),
    ],
)
def test_a_declaration_that_makes_no_sense_names_the_field(
    room: IncidentRoom, title: str, components: list[str], details: dict[str, str]
) -> None:
    refusal = refusal_changes_nothing(room, lambda: room.declares(title, components=components))

    assert isinstance(refusal, Invalid)
    assert refusal.details == details


def test_a_title_over_the_contracts_limit_is_refused_though_a_caller_sends_it(
    room: IncidentRoom,
) -> None:
    too_long = DeclareIncident.model_construct(
        command_id=new_id(), title="x" * 201, declared_by=AGENT, declared_at=room.clock.now()
    )

    refusal = refusal_changes_nothing(room, lambda: room.client.declare_incident(too_long))

    assert isinstance(refusal, Invalid)
    assert list(refusal.details) == ["title"]


def test_a_second_declaration_within_ten_minutes_is_asked_about(room: IncidentRoom) -> None:
    first = room.declares("Payments fail")
    room.time_passes(minutes=9)

    refusal = refusal_changes_nothing(room, lambda: room.declares("Cards are refused"))
    second = room.declares("Cards are refused", even_if_recent=True)

    assert isinstance(refusal, RecentIncidentOpen)
    assert refusal.details == {"id": str(first.id), "title": "Payments fail"}
    assert {incident.id for incident in room.status.incidents} == {first.id, second.id}


def test_a_declaration_long_after_an_open_one_is_not_asked_about(room: IncidentRoom) -> None:
    first = room.declares("Payments fail")
    room.time_passes(minutes=11)

    second = room.declares("Video is dark")

    assert [incident.id for incident in room.history(only_open=True)] == [second.id, first.id]


def test_of_two_agents_who_declare_at_once_one_is_asked(room: IncidentRoom) -> None:
    version = room.status.version
    declarations = [room.declaration("Payments fail"), room.declaration("Cards are refused")]
    answers = [
        room.rpc.call_async("incidents", "declare_incident", one, timeout=10)
        for one in declarations
    ]

    refusals = [refusal for answer in answers if (refusal := outcome(answer)) is not None]

    assert [type(refusal) for refusal in refusals] == [RecentIncidentOpen]
    assert room.status.version == version + 1


def outcome(answer: "Future[object]") -> BaseException | None:
    return answer.exception(timeout=10)


def test_an_update_keeps_the_status_or_moves_it_on(room: IncidentRoom) -> None:
    room.declares()

    room.updates("Still looking")
    room.updates("The bank it is", status=IDENTIFIED)
    incident = room.updates("Watching", status=MONITORING)

    assert incident.status == MONITORING
    assert [(update.status, update.message) for update in incident.updates] == [
        (INVESTIGATING, "Payments fail"),
        (INVESTIGATING, "Still looking"),
        (IDENTIFIED, "The bank it is"),
        (MONITORING, "Watching"),
    ]
    assert room.status.incident == incident


def test_an_update_neither_goes_back_nor_resolves(room: IncidentRoom) -> None:
    room.declares()
    room.updates(status=MONITORING)

    back = refusal_changes_nothing(room, lambda: room.updates(status=IDENTIFIED))
    end = refusal_changes_nothing(room, lambda: room.updates(status=RESOLVED))

    assert isinstance(back, IncidentStatusPassed)
    assert back.details == {"status": "monitoring"}
    assert isinstance(end, Invalid)
    assert list(end.details) == ["status"]


def test_of_two_agents_who_say_the_same_status_at_once_one_publishes(room: IncidentRoom) -> None:
    incident = room.declares()
    updates = [
        UpdateIncident(
            command_id=new_id(),
            incident_id=incident.id,
            message="The bank it is",
            status=IDENTIFIED,
            updated_by=agent,
            updated_at=room.clock.now(),
        )
        for agent in ("tg:7001", "tg:7002")
    ]
    answers = [
        room.rpc.call_async("incidents", "update_incident", one, timeout=10) for one in updates
    ]

    refusals = [refusal for answer in answers if (refusal := outcome(answer)) is not None]

    assert [type(refusal) for refusal in refusals] == [IncidentStatusHolds]
    (open_one,) = room.status.incidents
    assert [update.status for update in open_one.updates] == [INVESTIGATING, IDENTIFIED]
    assert len(room.updates("Words alone").updates) == 3


def test_resolving_tells_the_last_word_and_clears_the_status(room: IncidentRoom) -> None:
    declared = room.declares()
    room.time_passes(minutes=30)

    incident = room.resolves("Payments work")

    assert incident.status == RESOLVED
    assert incident.resolved_at is not None
    assert (incident.resolved_at - declared.started_at).total_seconds() >= 1800
    assert (incident.updates[-1].status, incident.updates[-1].message) == (
        RESOLVED,
        "Payments work",
    )
    status = room.status
    assert (status.status, status.incident) == (OverallStatus.OPERATIONAL, None)
    assert {one.status for one in status.components} == {ComponentStatus.OPERATIONAL}
    assert room.history(limit=1) == [incident]


def test_what_was_written_earlier_and_heard_later_is_the_last_word(room: IncidentRoom) -> None:
    room.declares()
    room.time_passes(minutes=5)
    written_at = room.clock.now()
    room.time_passes(seconds=10)
    word = room.updates("Watching", status=MONITORING).updates[-1]

    incident = room.resolves("Payments work", resolved_at=written_at)

    assert [update.message for update in incident.updates[-2:]] == ["Watching", "Payments work"]
    assert incident.updates[-1].created_at == incident.resolved_at == word.created_at


def test_what_is_resolved_stays_as_it_is(room: IncidentRoom) -> None:
    incident = room.declares()
    room.resolves()

    attempts = [
        lambda: room.resolves(incident_id=incident.id),
        lambda: room.updates(incident_id=incident.id),
        lambda: room.withdraws(incident.id),
    ]

    for attempt in attempts:
        refusal = refusal_changes_nothing(room, attempt)
        assert isinstance(refusal, IncidentAlreadyResolved)


@pytest.mark.parametrize("act", [IncidentRoom.updates, IncidentRoom.resolves])
def test_a_last_word_must_say_something(
    room: IncidentRoom, act: Callable[..., IncidentView]
) -> None:
    room.declares()

    refusal = refusal_changes_nothing(room, lambda: act(room, " \n "))

    assert isinstance(refusal, Invalid)
    assert refusal.details == {"message": "empty"}


@pytest.mark.parametrize("incident_id", [0, -1, 1_000_000, 2**63, 2**80])
def test_an_incident_that_does_not_exist_is_not_found(room: IncidentRoom, incident_id: int) -> None:
    attempts = [
        lambda: room.updates(incident_id=incident_id),
        lambda: room.resolves(incident_id=incident_id),
        lambda: room.withdraws(incident_id),
    ]

    for attempt in attempts:
        refusal = refusal_changes_nothing(room, attempt)
        assert isinstance(refusal, IncidentNotFound)


def test_a_declaration_withdrawn_in_time_was_never_seen(room: IncidentRoom) -> None:
    before = room.figures(minutes=30)
    incident = room.declares("Oops")
    room.time_passes(seconds=25)

    withdrawn = room.withdraws(incident.id).result

    assert withdrawn.title == "Oops"
    assert room.status.status == OverallStatus.OPERATIONAL
    assert incident.id not in {one.id for one in room.history()}
    assert room.figures(minutes=30) == before


def test_whatever_is_wished_of_a_withdrawn_incident_is_told_that_it_was(room: IncidentRoom) -> None:
    incident_id = room.declares("Oops").id
    room.withdraws(incident_id)
    attempts = [
        lambda: room.updates(incident_id=incident_id),
        lambda: room.resolves(incident_id=incident_id),
        lambda: room.reopens(incident_id),
        lambda: room.explains(incident_id),
        lambda: room.withdraws(incident_id),
    ]

    for attempt in attempts:
        assert isinstance(refusal_changes_nothing(room, attempt), WithdrawnIncident)


def test_a_withdrawn_incident_stays_in_the_table(room: IncidentRoom, database_url: str) -> None:
    withdrawn = room.withdraws(room.declares("Oops").id).result
    database = Database(database_url)

    with database.reading() as session:
        row = session.get_one(Incident, withdrawn.id)
    database.close()

    assert (row.title, row.withdrawn_by) == ("Oops", AGENT)
    assert row.withdrawn_at is not None


def test_half_a_minute_later_an_incident_cannot_be_withdrawn(room: IncidentRoom) -> None:
    incident = room.declares()
    room.time_passes(seconds=31)

    refusal = refusal_changes_nothing(room, lambda: room.withdraws(incident.id))

    assert isinstance(refusal, UndoTooLate)


def test_a_withdrawn_incident_does_not_stand_in_the_way_of_the_next(room: IncidentRoom) -> None:
    room.withdraws(room.declares("Oops").id)

    assert room.declares("Payments fail").title == "Payments fail"


def test_a_repeated_command_answers_what_it_answered_first(room: IncidentRoom) -> None:
    declaration = room.declaration("Payments fail")
    first = room.client.declare_incident(declaration)
    room.updates("The bank it is", status=IDENTIFIED)
    status = room.status

    again = room.client.declare_incident(declaration)

    assert (first.replayed, again.replayed) == (False, True)
    assert again == Receipt[IncidentView](result=first.result, replayed=True)
    assert room.status == status


def test_a_command_id_used_for_another_wish_is_refused(room: IncidentRoom) -> None:
    declaration = room.declaration("Payments fail")
    room.client.declare_incident(declaration)
    other = declaration.model_copy(update={"title": "Video is dark"})

    refusal = refusal_changes_nothing(room, lambda: room.client.declare_incident(other))

    assert isinstance(refusal, IdempotencyKeyReused)


def test_the_history_is_newest_first_and_as_long_as_asked(room: IncidentRoom) -> None:
    titles = ["Payments fail", "Video is dark", "Lessons are lost"]
    for title in titles:
        room.declares(title)
        room.resolves()
        room.time_passes(minutes=1)

    assert [incident.title for incident in room.history(limit=2)] == titles[:0:-1]
    for limit in (0, -1, 201):
        with pytest.raises(Invalid):
            room.call("incidents", "list_incidents", ListIncidents.model_construct(limit=limit))


def test_figures_count_what_was_declared_and_ended_in_the_period(room: IncidentRoom) -> None:
    room.declares("Payments fail")
    room.time_passes(minutes=10)
    room.resolves()
    room.declares("Video is dark")
    room.time_passes(minutes=20)
    room.resolves()
    room.declares("Lessons are lost")

    recent = room.figures(minutes=31)
    since_the_second = room.figures(minutes=21)

    assert (recent.declared, recent.resolved) == (3, 2)
    assert recent.average_seconds_to_resolve == pytest.approx(900, abs=10)
    assert (since_the_second.declared, since_the_second.resolved) == (2, 2)
    assert room.figures(seconds=0).average_seconds_to_resolve is None
