"""A changed file is for what begins after it; what runs keeps the promises of its begin."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from chassis.clock import SetClock
from chassis.storage.database import Database
from contracts.desk import Desk
from contracts.sla import PlanRecount
from contracts.tickets import AnswerDelivered, TicketOpened, UserMessageAdded
from contracts.vocabulary import CycleState, Priority
from services.sla.editions import Editions
from services.sla.models import EditionRow
from services.sla.promises import Rules
from tests.support.sla_desk import SlaDesk, named
from tests.support.sla_story import asked, at, opened, prioritised, waiting

OPENED = opened("10:00")
LATER = named(opened("10:10"), 43)


@pytest.fixture
def starts(replicas_database: Database, clock: SetClock) -> Callable[..., SlaDesk]:
    """Starts another replica, with a changed file if minutes are given."""
    return partial(SlaDesk, replicas_database, clock)


def editions(desk: SlaDesk) -> int:
    with desk.store.reading() as session:
        return session.scalar(select(func.count()).select_from(EditionRow)) or 0


def changed_between(desk: SlaDesk, starts: Callable[..., SlaDesk], clock: SetClock) -> SlaDesk:
    """A replica that started with a changed file after the first ticket, and heard of the second;
    the other heard of the first alone."""
    desk.hears(TicketOpened, OPENED)
    clock.instant = at("10:05")
    restarted = starts(first_response_minutes=5)
    restarted.hears(TicketOpened, LATER)
    return restarted


def test_a_changed_file_moves_no_running_clock(
    desk: SlaDesk, starts: Callable[..., SlaDesk], clock: SetClock
) -> None:
    restarted = changed_between(desk, starts, clock)

    assert restarted.describes(OPENED).first_response.due_at == at("12:00")
    assert restarted.describes(LATER).first_response.due_at == at("10:15")
    raised = prioritised(OPENED, "10:20", Priority.P0)
    assert restarted.describes(raised).first_response.due_at == at("10:15")


def test_the_other_replicas_follow_the_one_that_started_with_the_changed_file(
    desk: SlaDesk, starts: Callable[..., SlaDesk], clock: SetClock
) -> None:
    desk.hears(TicketOpened, OPENED)
    clock.instant = at("10:05")
    starts(first_response_minutes=5).hears(TicketOpened, named(OPENED, 44))

    desk.hears(TicketOpened, LATER)

    assert desk.describes(LATER).first_response.due_at == at("10:15")
    assert desk.forecasts(Priority.P3, at("10:10")).first_response.due_at == at("10:15")
    assert editions(desk) == 2


def test_a_replica_that_has_heard_nothing_since_describes_by_what_another_has_added(
    desk: SlaDesk, starts: Callable[..., SlaDesk], clock: SetClock
) -> None:
    restarted = changed_between(desk, starts, clock)
    raised = prioritised(LATER, "10:20", Priority.P0)

    assert desk.describes(raised) == restarted.describes(raised)
    assert desk.describes(raised).first_response.due_at == at("10:15")


def test_a_start_with_the_same_file_adds_nothing(
    desk: SlaDesk, starts: Callable[..., SlaDesk]
) -> None:
    desk.hears(TicketOpened, OPENED)
    starts().hears(TicketOpened, LATER)

    assert editions(desk) == 1


def test_before_anything_was_heard_the_file_answers(desk: SlaDesk) -> None:
    assert desk.describes(OPENED).first_response.due_at == at("12:00")
    assert editions(desk) == 0


def test_a_file_that_promises_more_measures_more(
    starts: Callable[..., SlaDesk], clock: SetClock
) -> None:
    desk = starts(next_response_minutes=60, resolution_minutes=600)
    answered = waiting(OPENED, "10:30")
    again = asked(answered, "11:00")

    assert desk.forecasts(Priority.P1, at("10:00")).resolution is not None
    desk.hears(TicketOpened, OPENED)
    desk.hears(AnswerDelivered, answered)
    assert desk.describes(answered).resolution is not None
    assert desk.describes(answered).resolution.paused  # type: ignore[union-attr]

    desk.hears(UserMessageAdded, again)
    clock.instant = at("12:00")
    desk.scans()

    told = desk.describes(again)
    assert told.next_response is not None
    assert told.next_response.state is CycleState.BREACHING
    assert [one.metric for one in desk.urgent()] == ["next_response"]
    assert desk.words() == ["SlaAchieved", "SlaBreached"]
    assert desk.stats("01 00:00", "30 00:00").breached == 0  # the headline is the first response


def test_an_edition_of_a_transaction_that_failed_is_forgotten(
    desk: SlaDesk, starts: Callable[..., SlaDesk], clock: SetClock
) -> None:
    restarted = starts(first_response_minutes=5)
    with suppress(ZeroDivisionError), restarted.store.writing() as session:
        for _ in range(2):  # as `hear` does when another fact about the ticket came first
            restarted.service.editions.noted_in(session, clock.now())
            session.flush()
        raise ZeroDivisionError
    desk.hears(TicketOpened, OPENED)

    with restarted.store.reading() as session:
        known = restarted.service.editions.known_to(session)

    assert editions(desk) == len(known) == 1
    assert restarted.describes(OPENED).first_response.due_at == at("12:00")


@pytest.mark.parametrize(("number", "warnings"), [(2, 1), (3, 0)])
def test_a_start_with_other_promises_under_the_same_number_is_warned_of_and_goes_by_them(
    desk: SlaDesk, starts: Callable[..., SlaDesk], number: int, warnings: int
) -> None:
    desk.hears(TicketOpened, OPENED)
    changed = starts(first_response_minutes=5)
    file = changed.file.model_copy(update={"policy_version": number})
    changed.service.editions = Editions(Rules.of(file), changed.store.now())

    with capture_logs() as logged:
        changed.service.editions.keep_up(changed.store)
        changed.service.editions.keep_up(changed.store)

    told = [line for line in logged if line["event"].startswith("policy_version was not raised")]
    assert [line["policy_version"] for line in told] == [number] * warnings
    assert changed.forecasts(Priority.P3, at("10:10")).first_response.due_at == at("10:15")


def test_a_plan_tells_whether_the_number_of_the_file_was_raised(
    desk: SlaDesk, starts: Callable[..., SlaDesk]
) -> None:
    desk.hears(TicketOpened, OPENED)
    changed = starts(first_response_minutes=5).file

    def is_told(file: Desk | None) -> bool:
        return desk.service.plan_recount(PlanRecount(desk=file)).has_number_of_others

    assert is_told(changed)
    assert not is_told(changed.model_copy(update={"policy_version": 3}))
    assert not is_told(desk.file)
    assert not is_told(None)
