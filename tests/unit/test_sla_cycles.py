"""The rule table of the SLA clocks: closing, reopening, and what is kept of a cycle."""

from dataclasses import replace

from pydantic import TypeAdapter

from contracts.vocabulary import CycleState, Metric, Priority
from services.sla.domain import (
    Breached,
    BreachWithdrawn,
    Edition,
    Policy,
    Target,
    TicketClock,
)
from tests.support.sla_story import (
    CALENDARS,
    WHOLE_EDITIONS,
    Clock,
    answered,
    at,
    opened,
    prioritised,
    reopened,
    resolved,
    waiting,
)

HALF_AN_HOUR = dict.fromkeys(Priority, Target(30, "24x7"))
STRICTER = Edition(at("10:05"), Policy(2, {Metric.FIRST_RESPONSE: HALF_AN_HOUR}, CALENDARS))


def test_resolved_without_an_answer_is_cancelled() -> None:
    clock = Clock()
    ticket = opened("10:00")
    clock.hears(ticket)

    clock.hears(resolved(ticket, "11:00"))
    clock.ticks("12:00")

    assert clock.now.state is CycleState.CANCELLED
    assert clock.now.next_due_at is None
    assert clock.words == []


def test_resolved_after_a_breach_without_an_answer_keeps_the_breach_in_its_history() -> None:
    clock = Clock()
    ticket = opened("10:00")
    clock.hears(ticket)
    clock.ticks("12:00")

    clock.hears(resolved(ticket, "13:00"))

    assert clock.now.state is CycleState.CANCELLED
    assert clock.now.breached_at == at("12:00")
    assert clock.words == ["Breached"]


def test_an_answer_to_a_ticket_already_closed_does_not_revive_its_clock() -> None:
    clock = Clock()
    ticket = resolved(opened("10:00"), "11:00")
    clock.hears(ticket)

    clock.hears(answered(ticket, "25 10:00"))

    assert clock.now.state is CycleState.CANCELLED
    assert clock.words == []


def test_an_answer_at_the_moment_of_the_question_is_in_time() -> None:
    clock = Clock()
    ticket = opened("10:00")
    clock.hears(ticket)

    clock.hears(answered(ticket, "10:00"))

    assert clock.now.state is CycleState.ACHIEVED


def test_an_answer_while_closed_is_no_late_answer_once_the_ticket_is_reopened() -> None:
    clock = Clock()
    ticket = resolved(opened("10:00"), "11:00")
    clock.hears(ticket)
    ticket = answered(ticket, "12:30")
    clock.hears(ticket)

    clock.hears(reopened(ticket, "13:00"))

    assert clock.now.state is CycleState.CANCELLED
    assert clock.words == []


def test_reopened_unanswered_starts_the_next_cycle_at_the_reopening_message() -> None:
    clock = Clock()
    ticket = resolved(opened("10:00"), "11:00")
    clock.hears(ticket)

    clock.hears(reopened(ticket, "15:00"))
    clock.ticks("16:36")
    clock.ticks("17:00")

    assert (clock.now.n, clock.now.due_at) == (2, at("17:00"))
    assert clock.words == ["Warned", "Breached"]


def test_an_answer_after_the_reopening_is_judged_by_the_new_cycle() -> None:
    clock = Clock()
    ticket = resolved(opened("10:00"), "11:00")
    clock.hears(ticket)
    ticket = reopened(ticket, "15:00")
    clock.hears(ticket)

    clock.hears(answered(ticket, "16:00"))

    assert (clock.now.n, clock.now.state) == (2, CycleState.ACHIEVED)


def test_reopened_after_an_answer_does_not_restart_the_first_response() -> None:
    clock = Clock()
    ticket = resolved(answered(opened("10:00"), "10:30"), "11:00")
    clock.hears(ticket)

    clock.hears(reopened(ticket, "15:00"))
    clock.ticks("17:00")

    assert (clock.now.n, clock.now.state) == (1, CycleState.ACHIEVED)
    assert clock.words == ["Achieved"]


def test_reopened_and_resolved_within_a_millisecond_nothing_is_owed() -> None:
    """Whether the reopening itself was heard of or not."""
    reopening = reopened(resolved(answered(opened("10:00"), "10:30"), "11:00"), "15:00")
    end = resolved(reopening, "15:00")
    for heard in ([reopening, end], [end, reopening], [end]):
        clock = Clock(WHOLE_EDITIONS)
        clock.hears(answered(opened("10:00"), "10:30"))
        clock.hears(resolved(answered(opened("10:00"), "10:30"), "11:00"))

        for ticket in heard:
            clock.hears(ticket)
        clock.ticks("25 23:00")

        for metric in (Metric.NEXT_RESPONSE, Metric.RESOLUTION):
            assert clock.latest(metric).state in {CycleState.CANCELLED, CycleState.ACHIEVED}
        assert "Breached" not in clock.words


def test_a_breach_of_the_cancelled_cycle_does_not_silence_the_next_one() -> None:
    clock = Clock()
    ticket = opened("10:00")
    clock.hears(ticket)
    clock.ticks("12:00")
    ticket = resolved(ticket, "13:00")
    clock.hears(ticket)

    clock.hears(reopened(ticket, "15:00"))
    clock.ticks("17:00")

    assert [a.n for a in clock.announced if isinstance(a, Breached)] == [1, 2]


def test_a_breach_of_what_was_never_owed_is_withdrawn() -> None:
    """Reopened, as it seemed unanswered, and late; but the answer had only been long on its way."""
    clock = Clock(WHOLE_EDITIONS)
    ticket = resolved(opened("10:00"), "11:00")
    ticket = reopened(ticket, "12:00")
    clock.hears(ticket)
    clock.ticks("14:00")
    assert clock.words.count("Breached") == 1

    arrived = answered(ticket, "14:30")
    clock.hears(replace(arrived, first_response_at=at("10:30"), unanswered_since=at("12:00")))

    withdrawn = next(a for a in clock.announced if isinstance(a, BreachWithdrawn))
    assert (withdrawn.metric, withdrawn.n, withdrawn.achieved_at) == (
        Metric.FIRST_RESPONSE,
        2,
        None,
    )
    assert (clock.now.n, clock.now.state) == (1, CycleState.ACHIEVED)


def test_an_older_snapshot_turns_nothing_back() -> None:
    clock = Clock()
    ticket = opened("10:00")
    clock.hears(answered(ticket, "11:00"))

    clock.hears(ticket, "12:30")

    assert clock.now.state is CycleState.ACHIEVED
    assert clock.words == ["Achieved"]


def test_hearing_the_same_again_changes_nothing() -> None:
    clock = Clock()
    clock.hears(opened("10:00"))
    kept = clock.now

    clock.hears(opened("10:00"), "10:05")
    clock.ticks("10:06")

    assert clock.now is kept


def test_a_lagging_machine_does_not_take_a_breach_back() -> None:
    clock = Clock()
    clock.hears(opened("10:00"))
    clock.ticks("12:00")

    clock.ticks("11:59")
    clock.hears(opened("10:00"), "11:58")

    assert clock.words == ["Breached"]
    assert clock.now.state is CycleState.BREACHING


def test_a_running_cycle_keeps_the_deadline_it_was_given() -> None:
    clock = Clock()
    ticket = opened("10:00")
    clock.hears(ticket)
    clock.editions = (*clock.editions, STRICTER)

    clock.hears(prioritised(ticket, "10:10", Priority.P2))

    assert (clock.now.due_at, clock.now.policy_version) == (at("18:00"), 1)


def test_a_cycle_that_begins_later_goes_by_the_new_policy() -> None:
    clock = Clock()
    ticket = resolved(opened("10:00"), "10:02")
    clock.hears(ticket)
    clock.editions = (*clock.editions, STRICTER)

    clock.hears(reopened(ticket, "11:00"))

    assert (clock.now.due_at, clock.now.policy_version) == (at("11:30"), 2)


def test_a_clock_can_be_stored_as_json_and_read_back() -> None:
    clock = Clock(WHOLE_EDITIONS)
    ticket = prioritised(opened("10:00", Priority.P3), "11:50", Priority.P1)
    clock.hears(ticket)
    ticket = waiting(ticket, "12:10")
    clock.hears(ticket, answer="12:10")
    json = TypeAdapter(TicketClock)

    assert json.validate_json(json.dump_json(clock.clock)) == clock.clock
