"""A recount: what runs goes by newer promises from then on, what is decided does not."""

import pytest

from contracts.vocabulary import CycleState, Metric, Priority
from services.sla.domain import Breached, Cause, ClockMoved, Edition, Policy, Target, recount
from tests.support.sla_story import (
    CALENDARS,
    FIRST_RESPONSE,
    POLICY,
    Clock,
    answered,
    at,
    opened,
    prioritised,
    refused,
)

P0, P1, P2, P3 = Priority
FIRST = Metric.FIRST_RESPONSE
HOUR, HALF_AN_HOUR, DAY = (Target(minutes, "24x7") for minutes in (60, 30, 1440))


def editions(target: Target, since: str = "10:20") -> tuple[Edition, ...]:
    """The usual promises, and since then this one for every priority."""
    newer = Policy(2, {FIRST: dict.fromkeys(Priority, target)}, CALENDARS)
    return (Edition(at("01 00:00"), POLICY), Edition(at(since), newer))


def running(target: Target) -> Clock:
    """The clock of a P1 ticket opened at ten: due at noon, whatever was promised since."""
    clock = Clock(editions(target))
    clock.hears(opened("10:00"))
    return clock


def recounted(clock: Clock, when: str) -> None:
    assert clock.clock is not None
    (clock.clock, said), *_ = recount(clock.clock, clock.editions, at(when))
    clock.announced.extend(said)


def test_an_edited_promise_moves_what_runs_only_by_a_recount() -> None:
    clock = running(HOUR)
    assert (clock.now.due_at, clock.now.policy_version) == (at("12:00"), 1)

    recounted(clock, "10:30")

    assert (clock.now.due_at, clock.now.policy_version) == (at("11:00"), 2)
    assert [a.next_due_at for a in clock.announced if isinstance(a, ClockMoved)] == [
        at("12:00"),
        at("11:00"),
    ]


def test_a_recount_that_changes_nothing_leaves_no_trace() -> None:
    clock = running(HOUR)
    recounted(clock, "10:10")

    assert clock.clock is not None
    assert clock.clock.recounted_at == ()
    assert clock.words == []


def test_a_recount_takes_up_warnings_that_moved_while_the_deadline_stayed() -> None:
    """Also when nobody raised the version of the file."""
    earlier = Policy(1, {FIRST: dict.fromkeys(Priority, Target(120, "24x7", (0.5,)))}, CALENDARS)
    clock = Clock((Edition(at("01 00:00"), POLICY), Edition(at("10:20"), earlier)))
    clock.hears(opened("10:00"))
    assert clock.clock is not None

    planned = recount(clock.clock, clock.editions, at("10:30"))
    recounted(clock, "10:30")
    clock.ticks("11:00")

    assert (planned.moves, planned.has_changed) == ([], True)
    assert clock.words == ["Warned"]


def test_a_recount_holds_for_a_later_priority_even_when_it_moves_nothing_now() -> None:
    """The newer promises differ for P0 alone."""
    newer = Policy(2, {FIRST: FIRST_RESPONSE | {P0: Target(90, "24x7")}}, CALENDARS)
    clock = Clock((Edition(at("01 00:00"), POLICY), Edition(at("10:20"), newer)))
    clock.hears(opened("10:00"))

    recounted(clock, "10:30")
    assert (clock.now.due_at, clock.now.policy_version) == (at("12:00"), 2)
    clock.hears(prioritised(opened("10:00"), "10:40", P0))

    assert clock.now.due_at == at("11:30")


def test_a_deadline_that_a_recount_moves_into_the_past_is_missed_at_the_recount() -> None:
    clock = running(HALF_AN_HOUR)

    recounted(clock, "10:45")

    breach = next(a for a in clock.announced if isinstance(a, Breached))
    assert breach.cause is Cause.RECOUNTED
    assert (breach.breached_at, breach.due_at) == (at("10:45"), at("10:30"))


def test_what_is_late_stays_late() -> None:
    clock = running(DAY)
    clock.ticks("12:00")

    recounted(clock, "12:30")

    assert clock.now.state is CycleState.BREACHING
    assert (clock.now.due_at, clock.now.policy_version) == (at("12:00"), 1)
    assert clock.words == ["Breached"]


def test_what_is_late_by_now_was_not_saved_by_a_recount_that_came_before_the_scan() -> None:
    clock = running(DAY)

    recounted(clock, "12:30")

    assert clock.now.state is CycleState.BREACHING
    assert clock.words == ["Breached"]


def test_what_is_decided_is_frozen() -> None:
    clock = running(HALF_AN_HOUR)
    clock.hears(answered(opened("10:00"), "10:40"))

    recounted(clock, "10:45")

    assert (clock.now.state, clock.now.due_at) == (CycleState.ACHIEVED, at("12:00"))


def test_an_answer_from_before_the_recount_that_is_heard_after_it_goes_by_what_held_then() -> None:
    clock = running(HALF_AN_HOUR)
    recounted(clock, "10:45")

    clock.hears(answered(opened("10:00"), "10:40"), "10:46")

    assert (clock.now.state, clock.now.due_at) == (CycleState.ACHIEVED, at("12:00"))
    assert clock.words == ["Breached", "BreachWithdrawn", "Achieved"]


def test_a_recounted_clock_keeps_the_newer_promises_when_its_priority_changes() -> None:
    clock = running(HOUR)
    recounted(clock, "10:30")

    clock.hears(prioritised(opened("10:00"), "10:40", P3))

    assert clock.now.due_at == at("11:00")


@pytest.mark.parametrize("changed_at", ["10:25", "10:35"])
def test_a_change_heard_after_the_recount_comes_to_the_same(changed_at: str) -> None:
    """Raised to P0: due at 10:15 by the old promises, at eleven by the newer ones."""
    told, late = running(HOUR), running(HOUR)
    change = prioritised(opened("10:00"), changed_at, P0)
    if changed_at < "10:30":
        told.hears(change)
        recounted(told, "10:30")
    else:
        recounted(told, "10:30")
        told.hears(change)

    recounted(late, "10:30")
    late.hears(change, "10:50")
    told.ticks("10:50")

    assert late.now.verdict == told.now.verdict


def test_an_answer_refused_after_the_recount_opens_the_recounted_duty_again() -> None:
    clock = running(HOUR)
    recounted(clock, "10:30")
    ticket = answered(opened("10:00"), "10:40")
    clock.hears(ticket)

    clock.hears(refused(ticket, "10:50"))

    assert clock.now.due_at == at("11:00")


def test_a_metric_that_is_no_longer_promised_runs_out_as_it_was() -> None:
    whole = Policy(
        1, {FIRST: FIRST_RESPONSE, Metric.RESOLUTION: dict.fromkeys(Priority, DAY)}, CALENDARS
    )
    clock = Clock((Edition(at("01 00:00"), whole), Edition(at("10:20"), POLICY)))
    clock.hears(opened("10:00"))

    recounted(clock, "10:30")

    assert clock.latest(Metric.RESOLUTION).due_at == at("25 10:00")


def test_a_metric_that_is_promised_now_runs_from_the_begin_of_the_duty() -> None:
    whole = Policy(
        2, {FIRST: FIRST_RESPONSE, Metric.RESOLUTION: dict.fromkeys(Priority, DAY)}, CALENDARS
    )
    clock = Clock((Edition(at("01 00:00"), POLICY), Edition(at("10:20"), whole)))
    clock.hears(opened("10:00"))

    recounted(clock, "10:30")

    assert clock.latest(Metric.RESOLUTION).due_at == at("25 10:00")


def test_another_priority_promises_nothing_that_was_not_promised_at_the_begin() -> None:
    whole = Policy(
        2, {FIRST: FIRST_RESPONSE, Metric.RESOLUTION: dict.fromkeys(Priority, DAY)}, CALENDARS
    )
    clock = Clock((Edition(at("01 00:00"), POLICY), Edition(at("10:20"), whole)))
    clock.hears(opened("10:00"))

    clock.hears(prioritised(opened("10:00"), "10:30", P3))

    assert clock.clock is not None
    assert clock.clock.latest(Metric.RESOLUTION) is None
