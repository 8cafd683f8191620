"""The rule table of the SLA clocks: what a changed priority does to a running clock."""

from contracts.vocabulary import CycleState, Metric, Priority
from services.sla.domain import (
    Breached,
    Cause,
    Edition,
    Policy,
    Target,
)
from tests.support.sla_story import (
    CALENDARS,
    Clock,
    answered,
    at,
    opened,
    prioritised,
)

P0, P1, P2, P3 = Priority


def test_a_raised_priority_keeps_the_time_that_has_passed() -> None:
    clock = Clock()
    ticket = opened("10:00", P3)
    clock.hears(ticket)

    clock.hears(prioritised(ticket, "11:00", P1))

    assert clock.now.due_at == at("12:00")
    assert clock.clock is not None
    assert clock.clock.next_due_at == at("12:00")


def test_a_raised_priority_whose_deadline_is_past_breaches_by_reprioritisation() -> None:
    clock = Clock()
    ticket = opened("10:00", P3)
    clock.hears(ticket)

    clock.hears(prioritised(ticket, "13:00", P1))

    breach = next(a for a in clock.announced if isinstance(a, Breached))
    assert breach.cause is Cause.REPRIORITISED
    assert (breach.breached_at, breach.due_at) == (at("13:00"), at("12:00"))


def test_a_raised_priority_after_the_warning_time_warns_at_once() -> None:
    clock = Clock()
    ticket = opened("10:00", P3)
    clock.hears(ticket)

    clock.hears(prioritised(ticket, "11:50", P1))

    assert clock.words == ["Warned"]


def test_a_lowered_priority_moves_the_deadline_away() -> None:
    clock = Clock()
    ticket = opened("10:00", P1)
    clock.hears(ticket)
    clock.ticks("11:36")

    clock.hears(prioritised(ticket, "11:50", P3))

    assert clock.now.state is CycleState.PENDING
    assert clock.now.due_at == at("25 10:00")


def test_a_priority_lowered_exactly_at_the_deadline_is_in_time() -> None:
    clock = Clock()
    ticket = opened("10:00", P1)
    clock.hears(ticket)

    clock.hears(prioritised(ticket, "12:00", P3))

    assert clock.words == []
    assert clock.now.state is CycleState.PENDING


def test_a_change_told_by_a_machine_that_is_ahead_is_looked_at_when_its_time_has_come() -> None:
    clock = Clock()
    ticket = opened("10:00", P3)
    clock.hears(ticket)

    clock.hears(prioritised(ticket, "13:00", P1), "12:59")

    assert clock.now.next_at == at("13:00")
    clock.ticks("13:00")
    assert clock.words == ["Breached"]


def test_a_threshold_warns_once_even_when_the_deadline_moves() -> None:
    clock = Clock()
    ticket = opened("10:00", P1)
    clock.hears(ticket)
    clock.ticks("11:36")
    clock.hears(prioritised(ticket, "11:50", P3))

    clock.ticks("25 05:12")

    assert clock.words == ["Warned"]
    assert clock.now.state is CycleState.IMMINENT_BREACH
    assert clock.now.next_at == at("25 07:36")


def test_a_lowered_priority_neither_erases_nor_repeats_a_breach() -> None:
    clock = Clock()
    ticket = opened("10:00", P1)
    clock.hears(ticket)
    clock.ticks("12:00")

    clock.hears(prioritised(ticket, "12:30", P3))
    clock.ticks("25 10:00")

    assert clock.words == ["Breached"]
    assert clock.now.state is CycleState.BREACHING
    assert clock.now.due_at == at("12:00")


def test_a_breach_under_an_earlier_priority_counts_even_when_heard_afterwards() -> None:
    clock = Clock()
    ticket = opened("10:00", P1)

    clock.hears(prioritised(ticket, "12:30", P3))
    clock.hears(ticket, "12:31")

    assert clock.words == ["Breached"]
    assert clock.now.breached_at == at("12:00")


def test_a_priority_changed_after_the_answer_changes_nothing() -> None:
    clock = Clock()
    ticket = answered(opened("10:00", P3), "13:00")
    clock.hears(ticket)

    clock.hears(prioritised(ticket, "14:00", P0))

    assert clock.now.state is CycleState.ACHIEVED
    assert clock.now.due_at == at("25 10:00")


def test_a_priority_of_the_same_target_is_the_one_that_counts_from_then_on() -> None:
    alike = Policy(
        1, {Metric.FIRST_RESPONSE: dict.fromkeys(Priority, Target(60, "24x7"))}, CALENDARS
    )
    clock = Clock((Edition(at("01 00:00"), alike),))
    ticket = opened("10:00", P3)
    clock.hears(ticket)

    clock.hears(prioritised(ticket, "10:30", P1))

    assert (clock.now.priority, clock.now.due_at) == (P1, at("11:00"))
