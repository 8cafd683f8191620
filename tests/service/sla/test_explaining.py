"""Why a deadline is what it is, asked of a database."""

from chassis.clock import SetClock
from chassis.storage.database import Database
from contracts.sla import CountedHolidays, CountedTerms, CountedWindow
from contracts.tickets import AnswerDelivered, TicketOpened, TicketPrioritised
from contracts.vocabulary import CycleState, Priority
from tests.support.sla_desk import SlaDesk, named
from tests.support.sla_story import answered, at, opened, prioritised, waiting

OPENED = opened("16:00", Priority.P2)


def test_a_deadline_is_explained_by_start_target_calendar_and_windows(desk: SlaDesk) -> None:
    desk.hears(TicketOpened, OPENED)

    (cycle,) = desk.explains(OPENED)

    assert (cycle.started_at, cycle.due_at) == (at("16:00"), at("25 16:00"))
    assert cycle.windows == [
        CountedWindow(since=at("16:00"), until=at("18:00")),
        CountedWindow(since=at("25 10:00"), until=at("25 16:00")),
    ]
    assert cycle.terms == [cycle.decisive]
    assert cycle.decisive == CountedTerms(
        since=at("16:00"),
        priority=Priority.P2,
        target_minutes=480,
        calendar="business",
        timezone="UTC",
        policy_version=2,
        policy_since=at("10:00"),
        due_at=at("25 16:00"),
        cause="late",
    )


def test_a_ticket_not_heard_of_is_explained_by_the_facts_sent_along(desk: SlaDesk) -> None:
    (cycle,) = desk.explains(answered(OPENED, "16:30"))

    assert (cycle.state, cycle.achieved_at) == (CycleState.ACHIEVED, at("16:30"))


def test_the_explanation_and_the_description_tell_the_same_deadline(
    desk: SlaDesk, clock: SetClock
) -> None:
    desk.hears(TicketOpened, OPENED)
    clock.instant = at("17:00")
    raised = prioritised(OPENED, "17:00", Priority.P1)
    desk.hears(TicketPrioritised, raised)

    (cycle,) = desk.explains(raised)

    assert cycle.cause is None
    assert [terms.brought_by for terms in cycle.terms] == [None, "reprioritised"]
    assert cycle.due_at == desk.describes(raised).first_response.due_at == at("18:00")
    assert [terms.due_at for terms in cycle.terms] == [at("25 16:00"), at("18:00")]


def test_terms_that_came_after_the_breach_are_told_apart(desk: SlaDesk, clock: SetClock) -> None:
    ticket = opened("10:00", Priority.P3)
    raised = prioritised(ticket, "13:00", Priority.P1)
    lowered = prioritised(raised, "13:05", Priority.P3)
    clock.instant = at("13:05")
    for kind, snapshot in ((TicketOpened, ticket), (TicketPrioritised, raised)):
        desk.hears(kind, snapshot)

    (cycle,) = desk.explains(lowered)

    assert (cycle.state, cycle.due_at) == (CycleState.BREACHING, at("12:00"))
    assert cycle.decisive == cycle.terms[1]
    assert cycle.cause == desk.cycle().cause == "reprioritised"
    assert [terms.is_after_breach for terms in cycle.terms] == [False, False, True]


def test_the_holidays_by_which_it_was_counted_are_named(
    database: Database, clock: SetClock
) -> None:
    """The version of the rules stays the same at every import."""
    desk = SlaDesk(database, clock, business={"country": "RU"})
    desk.hears(TicketOpened, OPENED)
    clock.instant = at("16:30")
    desk.imports()
    later = named(opened("16:45", Priority.P2), 43)
    clock.instant = at("17:00")

    (before,), (after,) = desk.explains(OPENED), desk.explains(later)

    assert before.decisive.holidays == CountedHolidays(country="RU", version=0)
    assert after.decisive.holidays == CountedHolidays(country="RU", version=1)
    assert before.decisive.policy_version == after.decisive.policy_version


def test_while_the_clock_stands_what_was_counted_and_what_is_left_are_the_target(
    database: Database, clock: SetClock
) -> None:
    desk = SlaDesk(database, clock, resolution_minutes=600)
    ticket = opened("10:00", Priority.P1)
    desk.hears(TicketOpened, ticket)
    clock.instant = at("12:00")
    waits = waiting(ticket, "11:30")

    desk.hears(AnswerDelivered, waits)

    resolution = desk.explains(waits)[-1]
    assert resolution.windows == [CountedWindow(since=at("10:00"), until=at("11:30"))]
    assert resolution.left_seconds == 600 * 60 - 90 * 60
