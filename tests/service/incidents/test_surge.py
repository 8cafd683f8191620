"""So many people write about one thing that agents are asked whether it is an incident."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from chassis.clock import SetClock
from chassis.settings import load
from chassis.storage.database import Database
from chassis.storage.store import Store
from chassis.storage.tables import OutboxRow
from contracts.errors import (
    IdempotencyKeyReused,
    Invalid,
    RecentIncidentOpen,
    SuspicionAnswered,
    SuspicionNotFound,
)
from contracts.event import rfc3339
from contracts.incidents import IncidentSuspected, SuspicionExample, SuspicionView
from contracts.tickets import LARGEST_ID, RequesterView
from contracts.vocabulary import Category, IncidentAction, SuspicionAnswer
from services.incidents.models import OpeningCount, Suspicion, TicketOpening
from services.incidents.openings import thin_out
from services.incidents.settings import Settings
from services.incidents.usecases.suspecting import hear_opening
from tests.support.crowd import Crowd, categorised, facts
from tests.support.incident_room import AGENT, IncidentRoom, new_id, refusal_changes_nothing
from tests.support.insisting import insist
from tests.support.migrated import KINDS, Migrated

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PAYMENT, ZOOM, OTHER = Category.PAYMENT, Category.ZOOM, Category.OTHER
BORIS = "tg:7002"
FILE = Path(__file__).parents[3] / "support.toml"
PRODUCT = load(Settings, {"SUPPORT_CONFIG": str(FILE)}).product


@pytest.fixture
def crowd(room: IncidentRoom, database_url: str) -> Iterator[Crowd]:
    """Three weeks have passed in which nobody wrote, and nothing was suspected yet."""
    database = Database(database_url)
    crowd = Crowd(room, database)
    crowd.lets_quiet_weeks_pass()
    room.suspected.clear()
    yield crowd
    crowd.close()
    database.close()


def suspects(crowd: Crowd, category: Category = PAYMENT) -> SuspicionView:
    """The suspicion that five people make."""
    crowd.opens(5, category)
    return crowd.suspicions_of(category)[-1]


def test_a_surge_is_told_once_with_its_figures_and_examples(
    crowd: Crowd, room: IncidentRoom
) -> None:
    calm = crowd.opens(4, PAYMENT)
    assert room.suspected == []
    last = crowd.opened(PAYMENT, subject="The card is refused")

    crowd.tells(last)

    (suspicion,) = crowd.suspicions_of(PAYMENT)
    assert (suspicion.count, suspicion.usual, suspicion.window_minutes) == (5, 0, 10)
    assert suspicion.components == ["payments"]
    assert suspicion.quiet_until - suspicion.suspected_at == timedelta(hours=1)
    assert suspicion.answer is None
    told = sorted([*calm, last], key=lambda event: event.ticket.created_at)
    assert suspicion.examples == [
        SuspicionExample(ticket_id=one.ticket.id, subject=one.ticket.subject) for one in told
    ]


def test_a_category_is_quiet_for_an_hour_and_others_are_not(
    crowd: Crowd, room: IncidentRoom
) -> None:
    crowd.opens(5, PAYMENT)
    room.time_passes(minutes=58)
    others = crowd.opens(9, PAYMENT)
    crowd.opens(5, ZOOM)
    assert [len(crowd.suspicions_of(one)) for one in (PAYMENT, ZOOM)] == [1, 1]
    room.time_passes(minutes=3)

    last = crowd.opens(1, PAYMENT)

    (again,) = crowd.suspicions_of(PAYMENT, since=1)
    assert again.count == 10
    newest = sorted([*others, *last], key=lambda event: event.ticket.created_at)[-5:]
    assert [one.ticket_id for one in again.examples] == [one.ticket.id for one in newest]


def test_what_is_heard_twice_and_in_any_order_counts_once(crowd: Crowd, room: IncidentRoom) -> None:
    openings = [crowd.opened(PAYMENT, minutes_ago=n) for n in range(4)]
    crowd.tells(*openings, *openings, *[categorised(one, PAYMENT) for one in openings])
    assert room.suspected == []

    crowd.tells(crowd.opened(PAYMENT, minutes_ago=5))

    assert [one.count for one in crowd.suspicions_of(PAYMENT)] == [5]


def test_one_person_who_writes_often_is_no_crowd(crowd: Crowd, room: IncidentRoom) -> None:
    crowd.opens(9, PAYMENT, requester=RequesterView(id="app-1", name="Maria"))

    assert room.suspected == []


def test_a_ticket_counts_where_its_newest_version_belongs(crowd: Crowd, room: IncidentRoom) -> None:
    openings = [crowd.opened(OTHER, minutes_ago=n) for n in range(4)]
    moved = [categorised(one, PAYMENT) for one in openings]
    crowd.tells(*moved[:2], *openings, *moved[2:])
    assert room.suspected == []

    crowd.opens(1, PAYMENT)
    crowd.opens(4, OTHER)

    assert [one.suspicion.category for one in room.suspected] == [PAYMENT]
    assert room.suspected[0].suspicion.count == 5


def test_news_of_an_hour_ago_raises_nothing(crowd: Crowd, room: IncidentRoom) -> None:
    crowd.tells(*[crowd.opened(PAYMENT, minutes_ago=61 + n) for n in range(6)])
    assert room.suspected == []

    crowd.tells(*[crowd.opened(PAYMENT, minutes_ago=40 + n) for n in range(6)])

    assert [one.count for one in crowd.suspicions_of(PAYMENT)] == [5]


def test_what_an_incident_explains_is_not_suspected(crowd: Crowd, room: IncidentRoom) -> None:
    incident = room.declares("Payments fail", components=["payments"])
    crowd.opens(6, PAYMENT)
    crowd.opens(6, OTHER)
    assert room.suspected == []

    crowd.opens(6, ZOOM)

    assert [one.suspicion.category for one in room.suspected] == [ZOOM]
    room.resolves(incident_id=incident.id)
    crowd.opens(6, PAYMENT)
    assert crowd.suspicions_of(PAYMENT) == []
    room.time_passes(minutes=11)
    crowd.opens(5, PAYMENT)
    assert len(crowd.suspicions_of(PAYMENT)) == 1


def test_an_incident_that_names_nothing_may_be_about_anything_for_an_hour(
    crowd: Crowd, room: IncidentRoom
) -> None:
    room.declares("Something is wrong")

    crowd.opens(9, ZOOM)

    assert room.suspected == []
    room.time_passes(minutes=61)
    crowd.opens(5, ZOOM)
    assert [one.suspicion.category for one in room.suspected] == [ZOOM]


def test_an_incident_that_names_nothing_explains_only_what_was_opened_before_its_end(
    crowd: Crowd, room: IncidentRoom
) -> None:
    room.declares("Something is wrong")
    crowd.opens(9, ZOOM)
    room.resolves("It was nothing")
    room.time_passes(minutes=1)

    crowd.opens(4, ZOOM)
    assert room.suspected == []
    crowd.opens(1, ZOOM)

    (suspicion,) = crowd.suspicions_of(ZOOM)
    assert suspicion.count == 5


def test_a_withdrawn_incident_explains_nothing(crowd: Crowd, room: IncidentRoom) -> None:
    room.withdraws(room.declares("Payments fail").id)

    crowd.opens(5, PAYMENT)

    assert len(crowd.suspicions_of(PAYMENT)) == 1


def test_after_a_dismissal_it_is_quiet_for_an_hour(crowd: Crowd, room: IncidentRoom) -> None:
    suspicion = suspects(crowd)
    room.time_passes(minutes=30)

    dismissed = room.dismisses(suspicion.id).result

    assert (dismissed.answer, dismissed.answered_by) == (SuspicionAnswer.DISMISSED, AGENT)
    assert dismissed.answered_at is not None
    assert dismissed.quiet_until == dismissed.answered_at + timedelta(hours=1)
    room.time_passes(minutes=58)
    crowd.opens(5, PAYMENT)
    assert len(crowd.suspicions_of(PAYMENT)) == 1
    room.time_passes(minutes=3)
    crowd.opens(1, PAYMENT)
    assert len(crowd.suspicions_of(PAYMENT)) == 2


def test_a_declaration_hits_the_components_of_the_category_and_answers(
    crowd: Crowd, room: IncidentRoom
) -> None:
    suspicion = suspects(crowd, ZOOM)

    incident = room.declares("Problems: Zoom", suspicion_id=suspicion.id)

    assert incident.components == ["video"]
    (act,) = room.trail_of(incident.id)
    assert act.action == IncidentAction.DECLARED
    assert act.details["suspicion"] == str(suspicion.id)
    refused = refusal_changes_nothing(room, lambda: room.dismisses(suspicion.id))
    assert isinstance(refused, SuspicionAnswered)
    assert refused.details == {
        "answer": "declared",
        "answered_by": AGENT,
        "answered_at": rfc3339(incident.started_at),
        "id": str(incident.id),
        "title": "Problems: Zoom",
    }
    room.withdraws(incident.id)
    room.time_passes(minutes=58)
    crowd.opens(6, ZOOM)
    assert len(crowd.suspicions_of(ZOOM)) == 1


def test_a_declaration_may_name_other_components(crowd: Crowd, room: IncidentRoom) -> None:
    suspicion = suspects(crowd)

    incident = room.declares(components=["app"], suspicion_id=suspicion.id)

    assert incident.components == ["app"]


def test_whoever_answers_second_is_told_what_was_answered(crowd: Crowd, room: IncidentRoom) -> None:
    suspicion = suspects(crowd)
    dismissed = room.dismisses(suspicion.id, dismissed_by=BORIS).result

    for late in (
        lambda: room.dismisses(suspicion.id),
        lambda: room.declares(suspicion_id=suspicion.id),
    ):
        refused = refusal_changes_nothing(room, late)

        assert isinstance(refused, SuspicionAnswered)
        assert refused.details == {
            "answer": "dismissed",
            "answered_by": BORIS,
            "answered_at": rfc3339(dismissed.answered_at or dismissed.suspected_at),
        }


def test_a_repeated_dismissal_is_the_same_one(crowd: Crowd, room: IncidentRoom) -> None:
    suspicion, command_id = suspects(crowd), new_id()

    first = room.dismisses(suspicion.id, command_id=command_id)
    again = room.dismisses(suspicion.id, command_id=command_id)

    assert (first.replayed, again.replayed) == (False, True)
    assert again.result == first.result
    with pytest.raises(IdempotencyKeyReused):
        room.dismisses(suspicion.id + 1, command_id=command_id)


def test_a_refused_declaration_leaves_the_suspicion_open(crowd: Crowd, room: IncidentRoom) -> None:
    suspicion = suspects(crowd)
    room.declares("Video is dark", components=["video"])
    wishes = {"suspicion_id": suspicion.id}

    recent = refusal_changes_nothing(room, lambda: room.declares(**wishes))
    wrong = refusal_changes_nothing(
        room, lambda: room.declares(components=["moon"], even_if_recent=True, **wishes)
    )

    assert isinstance(recent, RecentIncidentOpen)
    assert isinstance(wrong, Invalid)
    assert room.declares(even_if_recent=True, **wishes).components == ["payments"]


@pytest.mark.parametrize("suspicion_id", [0, -1, LARGEST_ID, LARGEST_ID + 1])
def test_an_unknown_suspicion_is_refused(room: IncidentRoom, suspicion_id: int) -> None:
    for attempt in (
        lambda: room.dismisses(suspicion_id),
        lambda: room.declares(suspicion_id=suspicion_id),
    ):
        assert isinstance(refusal_changes_nothing(room, attempt), SuspicionNotFound)


@pytest.fixture(params=KINDS)
def stores(
    request: pytest.FixtureRequest, migrated: Migrated, tmp_path: Path
) -> Iterator[list[Store]]:
    """Replicas on one database, at one moment; SQLite has but one."""
    clock = SetClock(NOON)
    number = 1 if request.param == "sqlite" else 3
    with migrated.database("incidents", request.param, tmp_path) as url:
        found = [Store(Database(url), clock) for _ in range(number)]
        yield found
        for store in found:
            store.database.close()


def test_of_many_heard_at_once_by_replicas_one_makes_the_suspicion(stores: list[Store]) -> None:
    tickets = [facts(PAYMENT, NOON - timedelta(seconds=n)) for n in range(24)]

    def hear(place: int) -> None:
        with stores[place % len(stores)].writing() as session:
            hear_opening(session, tickets[place], NOON, PRODUCT)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda place: insist(partial(hear, place)), range(24)))

    with stores[0].reading() as session:
        (suspicion,) = session.scalars(select(Suspicion))
        (told,) = session.scalars(select(OutboxRow.body))
        counted = sum(session.scalars(select(OpeningCount.count)))
    assert suspicion.count == 20
    assert IncidentSuspected.model_validate_json(told).suspicion.id == suspicion.id
    assert counted == 24


def test_old_openings_are_forgotten_and_history_is_kept(stores: list[Store]) -> None:
    (store, *_) = stores
    for ago in (timedelta(weeks=9), timedelta(weeks=8), timedelta(hours=25), timedelta()):
        with store.writing() as session:
            hear_opening(session, facts(PAYMENT, NOON - ago), NOON - ago, PRODUCT)
    with store.writing() as session:
        hear_opening(session, facts(PAYMENT, NOON - timedelta(hours=25)), NOON, PRODUCT)

    with store.writing() as session:
        thin_out(session, NOON, PRODUCT.rules.surge.history_weeks)

    with store.reading() as session:
        assert list(session.scalars(select(TicketOpening.opened_at))) == [NOON]
        counts = session.execute(select(OpeningCount.hour, OpeningCount.count)).all()
    assert sorted((NOON - hour, count) for hour, count in counts) == [
        (timedelta(), 1),
        (timedelta(hours=25), 1),
        (timedelta(weeks=8), 1),
    ]
