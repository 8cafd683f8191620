"""A recount on a database: planned without a trace, done once, page by page."""

import pytest
from structlog.testing import capture_logs

from chassis.clock import SetClock
from chassis.storage.database import Database
from contracts.desk import Desk
from contracts.errors import Invalid
from contracts.sla import PlanRecount, Recount, RecountClocks, SlaBreached, SlaClockMoved
from contracts.tickets import AnswerDelivered, TicketOpened
from contracts.vocabulary import Priority
from tests.support.sla_desk import SlaDesk, named
from tests.support.sla_story import answered, at, opened

OPENED = opened("10:00")


@pytest.fixture
def restarted(replicas_database: Database, clock: SetClock, desk: SlaDesk) -> SlaDesk:
    """The desk's other replica, started at twenty past ten with an hour for every priority, after
    tickets 1 (answered), 2 and 3 had been opened."""
    for ticket_id in (1, 2, 3):
        desk.hears(TicketOpened, named(OPENED, ticket_id))
    desk.hears(AnswerDelivered, named(answered(OPENED, "10:10"), 1))
    clock.instant = at("10:20")
    restarted = SlaDesk(replicas_database, clock, first_response_minutes=60)
    restarted.hears(TicketOpened, named(opened("10:20"), 4))
    return restarted


def due_at_of(desk: SlaDesk, *ticket_ids: int) -> list[str]:
    return [f"{desk.cycle(ticket_id).due_at:%H:%M}" for ticket_id in ticket_ids]


def recounts(desk: SlaDesk, command_id: str = "cli:1", after: int = 0, limit: int = 100) -> Recount:
    command = RecountClocks(command_id=command_id, after=after, limit=limit)
    return desk.service.recount_clocks(command).result


def test_a_plan_tells_what_a_recount_would_do_and_does_nothing(
    restarted: SlaDesk, clock: SetClock
) -> None:
    clock.instant = at("10:30")
    announced = len(restarted.announced())

    plan = restarted.service.plan_recount(PlanRecount())

    assert (plan.tickets, plan.next) == (3, None)
    assert [(move.ticket_id, move.cycle, move.priority) for move in plan.moves] == [
        (2, 1, Priority.P1),
        (3, 1, Priority.P1),
    ]
    move = plan.moves[0]
    assert (move.old_due_at, move.new_due_at, move.is_missed) == (at("12:00"), at("11:00"), False)
    assert due_at_of(restarted, 1, 2, 3, 4) == ["12:00", "12:00", "12:00", "11:20"]
    assert len(restarted.announced()) == announced


def test_a_recount_moves_what_was_planned_and_tells_it(restarted: SlaDesk, clock: SetClock) -> None:
    clock.instant = at("10:30")
    plan = restarted.service.plan_recount(PlanRecount())

    done = recounts(restarted)

    assert done == plan
    assert due_at_of(restarted, 1, 2, 3, 4) == ["12:00", "11:00", "11:00", "11:20"]
    told = [event for event in restarted.announced() if isinstance(event, SlaClockMoved)][-2:]
    assert [(event.ticket_id, event.next_due_at) for event in told] == [
        (2, at("11:00")),
        (3, at("11:00")),
    ]


def test_a_second_recount_finds_nothing_to_move(restarted: SlaDesk) -> None:
    recounts(restarted)
    announced = len(restarted.announced())

    assert recounts(restarted, "cli:2").moves == []
    assert len(restarted.announced()) == announced


def test_a_repeated_command_answers_as_at_first(restarted: SlaDesk, clock: SetClock) -> None:
    first = recounts(restarted)
    clock.instant = at("10:50")

    assert recounts(restarted) == first


def test_it_goes_on_page_by_page(restarted: SlaDesk) -> None:
    first = recounts(restarted, "cli:1", limit=2)
    second = recounts(restarted, "cli:2", after=3, limit=2)

    assert (first.next, [move.ticket_id for move in first.moves]) == (3, [2, 3])
    assert (second.next, second.tickets, second.moves) == (None, 1, [])


def test_what_a_recount_makes_late_is_found_late_once(restarted: SlaDesk, clock: SetClock) -> None:
    clock.instant = at("11:10")

    done = recounts(restarted)

    assert [move.is_missed for move in done.moves] == [True, True]
    while restarted.scans():
        pass
    causes = [(e.ticket_id, e.cause) for e in restarted.announced() if isinstance(e, SlaBreached)]
    assert causes == [(2, "recounted"), (3, "recounted")]
    assert restarted.stats("10:00", "12:00").recounted == 2


def test_the_other_replica_goes_by_the_recount_too(
    desk: SlaDesk, restarted: SlaDesk, clock: SetClock
) -> None:
    recounts(restarted)

    clock.instant = at("11:00")
    desk.scans()

    assert [cycle.ticket_id for cycle in desk.urgent()] == [2, 3]
    assert desk.describes(named(OPENED, 2)).first_response.due_at == at("11:00")


def test_another_file_can_be_planned_before_it_is_used(
    desk: SlaDesk, restarted: SlaDesk, clock: SetClock
) -> None:
    clock.instant = at("10:30")
    usual: Desk = desk.file

    plan = restarted.service.plan_recount(PlanRecount(desk=usual))

    assert [(move.ticket_id, move.old_due_at, move.new_due_at) for move in plan.moves] == [
        (4, at("11:20"), at("12:20"))
    ]


def test_a_file_that_cannot_be_kept_is_refused_with_the_reason(restarted: SlaDesk) -> None:
    usual: Desk = restarted.file
    closed = usual.calendars["business"].model_copy(
        update={day: [] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
    )
    calendars = {**usual.calendars, "business": closed}

    with (
        capture_logs() as logged,
        pytest.raises(Invalid, match="calendar business: no weekday has a working window"),
    ):
        restarted.service.plan_recount(
            PlanRecount(desk=usual.model_copy(update={"calendars": calendars}))
        )
    assert [line for line in logged if "holidays" in line["event"]] == []
