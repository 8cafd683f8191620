"""The rule table of the SLA clocks: the resolution, and the time in which the user is waited for.

The target is eight hours of business time, 10:00 to 18:00 from Monday to Friday.
"""

from contracts.vocabulary import CycleState, Metric, Priority, TicketStatus
from services.sla.domain import Breached, Cause, Edition, Policy, Target
from tests.support.sla_story import (
    CALENDARS,
    WHOLE_EDITIONS,
    WHOLE_POLICY,
    Clock,
    Snapshot,
    asked,
    at,
    become,
    opened,
    prioritised,
    reopened,
    resolved,
    waiting,
)

RESOLUTION = Metric.RESOLUTION
OPENED = opened("10:00")
RESOLUTIONS = WHOLE_POLICY.targets[RESOLUTION] | {Priority.P0: Target(240, "business")}
WITH_FOUR_HOURS = Policy(1, {**WHOLE_POLICY.targets, RESOLUTION: RESOLUTIONS}, CALENDARS)


def clock_after(*story: Snapshot) -> Clock:
    """A clock that has heard all that, each when it happened."""
    clock = Clock(WHOLE_EDITIONS)
    for ticket in story:
        clock.hears(ticket)
    return clock


def test_it_is_due_by_business_time() -> None:
    assert clock_after(OPENED).latest(RESOLUTION).due_at == at("18:00")


def test_its_deadline_is_not_the_next_word_that_is_due() -> None:
    clock = clock_after(waiting(OPENED, "10:30"))

    assert clock.clock is not None
    assert clock.clock.next_due_at is None


def test_waiting_for_the_user_stops_the_clock() -> None:
    clock = clock_after(OPENED, waiting(OPENED, "12:00"))
    clock.ticks("25 12:00")

    cycle = clock.latest(RESOLUTION)
    assert (cycle.is_paused, cycle.state) == (True, CycleState.PENDING)
    assert (cycle.next_at, cycle.next_due_at) == (None, None)


def test_of_a_pause_only_the_business_time_is_left_out() -> None:
    """From Friday 17:00 to Monday 10:00 that is one hour."""
    friday = opened("27 10:00")
    pause = waiting(friday, "27 17:00")

    clock = clock_after(friday, pause, asked(pause, "30 10:00"))

    cycle = clock.latest(RESOLUTION)
    assert (cycle.is_paused, cycle.due_at) == (False, at("30 11:00"))


def test_two_pauses_are_both_left_out() -> None:
    first = waiting(OPENED, "11:00")
    second = waiting(asked(first, "12:00"), "13:00")

    clock = clock_after(OPENED, first, asked(first, "12:00"), second, asked(second, "15:00"))

    assert clock.latest(RESOLUTION).due_at == at("25 13:00")


def test_a_warning_is_counted_without_the_pause_too() -> None:
    pause = waiting(OPENED, "11:00")
    clock = clock_after(OPENED, pause, asked(pause, "12:00"))

    assert clock.latest(RESOLUTION).due_at == at("25 11:00")
    assert clock.latest(RESOLUTION).next_at == at("17:24")


def test_a_breach_that_came_before_the_pause_stays() -> None:
    clock = clock_after(OPENED)
    clock.ticks("18:00")

    clock.hears(waiting(OPENED, "25 11:00"))

    assert clock.latest(RESOLUTION).state is CycleState.BREACHING
    assert clock.words.count("Breached") == 2  # the first response was late as well


def test_a_pause_heard_of_late_withdraws_the_breach_within_it() -> None:
    clock = clock_after(OPENED)
    clock.ticks("18:00")

    clock.hears(waiting(OPENED, "17:59"), "18:10")

    assert clock.latest(RESOLUTION).state is CycleState.IMMINENT_BREACH
    assert clock.words[-1] == "BreachWithdrawn"


def test_a_priority_raised_during_a_pause_breaches_at_once_when_the_time_was_up_before() -> None:
    pause = waiting(OPENED, "15:00")
    clock = Clock((Edition(at("01 00:00"), WITH_FOUR_HOURS),))
    clock.hears(pause)

    clock.hears(prioritised(pause, "16:00", Priority.P0))

    breach = next(a for a in clock.announced if isinstance(a, Breached) and a.metric is RESOLUTION)
    assert (breach.breached_at, breach.due_at) == (at("16:00"), at("14:00"))
    assert breach.cause is Cause.REPRIORITISED


def test_a_priority_raised_during_a_pause_breaches_nothing_that_has_time_left() -> None:
    pause = waiting(OPENED, "13:00")
    clock = Clock((Edition(at("01 00:00"), WITH_FOUR_HOURS),))
    clock.hears(pause)

    clock.hears(prioritised(pause, "16:00", Priority.P0))

    assert clock.latest(RESOLUTION).state is CycleState.PENDING


def test_waiting_and_then_resolved_is_judged_without_the_pause() -> None:
    pause = waiting(OPENED, "17:00")

    clock = clock_after(OPENED, pause, resolved(pause, "26 12:00"))

    assert clock.latest(RESOLUTION).state is CycleState.ACHIEVED
    assert clock.latest(RESOLUTION).achieved_at == at("26 12:00")


def test_the_time_between_the_end_and_a_reopening_does_not_count() -> None:
    done = resolved(OPENED, "12:00")

    clock = clock_after(OPENED, done, reopened(done, "26 10:00"))

    cycle = clock.latest(RESOLUTION)
    assert (cycle.n, cycle.due_at) == (2, at("26 18:00"))


def test_a_message_from_before_the_end_that_is_worked_on_after_it_reopens_it_all_the_same() -> None:
    """The reopening is told of the moment of the end, since it cannot be told of an earlier one."""
    done = resolved(OPENED, "12:00")
    again = reopened(done, "12:00")

    clock = clock_after(done, again)
    other_way_round = clock_after(again, done)

    cycle = clock.latest(RESOLUTION)
    assert (cycle.n, cycle.duty.started_at) == (2, at("12:00"))
    assert clock.words == ["Achieved"]
    assert other_way_round.latest(RESOLUTION) == cycle


def test_closed_without_having_been_resolved_it_no_longer_applies() -> None:
    clock = clock_after(OPENED, become(OPENED, "12:00", TicketStatus.CLOSED))

    assert clock.latest(RESOLUTION).state is CycleState.CANCELLED


def test_closed_by_time_after_it_was_resolved_it_stays_achieved() -> None:
    done = resolved(OPENED, "12:00")

    clock = clock_after(OPENED, done, become(done, "30 12:00", TicketStatus.CLOSED))

    assert clock.latest(RESOLUTION).achieved_at == at("12:00")
