"""The rule table of the SLA clocks: a question that a merge brings from another ticket."""

from dataclasses import replace

import pytest

from contracts.vocabulary import CycleState, Metric, TicketStatus
from services.sla.domain import Breached, Cause, explain
from tests.support.sla_story import (
    WHOLE_EDITIONS,
    Clock,
    Snapshot,
    answered,
    asked,
    at,
    become,
    opened,
    reopened,
    resolved,
    waiting,
)

FIRST, NEXT = Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE


def merged(survivor: Snapshot, clock: str, since: str | None) -> Snapshot:
    """Another ticket was merged into this one; there a question had waited since then, or none."""
    inherited = at(since) if since else None
    told = replace(
        survivor,
        version=survivor.version + 1,
        updated_at=at(clock),
        merged_at=at(clock),
        inherited_since=inherited,
    )
    if inherited is None:
        return told
    waits = [moment for moment in (survivor.unanswered_since, inherited) if moment]
    return replace(told, unanswered_since=min(waits))


def test_the_source_s_cycle_is_cancelled() -> None:
    clock = Clock()
    ticket = opened("10:00")
    clock.hears(ticket)

    clock.hears(become(ticket, "10:30", TicketStatus.CLOSED, unanswered_since=None))
    clock.ticks("13:00")

    assert clock.now.state is CycleState.CANCELLED
    assert clock.words == []


def test_a_question_that_waited_longer_takes_the_place_of_the_survivor_s_own() -> None:
    clock = Clock()
    survivor = opened("11:00")
    clock.hears(survivor)

    clock.hears(merged(survivor, "11:30", since="10:00"))

    assert clock.clock is not None
    states = [(cycle.n, cycle.state, cycle.due_at) for cycle in clock.clock.cycles]
    assert states == [
        (1, CycleState.CANCELLED, at("13:00")),
        (2, CycleState.PENDING, at("12:00")),
    ]


def test_a_question_that_waited_less_changes_nothing() -> None:
    clock = Clock()
    survivor = opened("10:00")
    clock.hears(survivor)

    clock.hears(merged(survivor, "11:30", since="11:00"))

    assert (clock.now.n, clock.now.due_at) == (1, at("12:00"))


def test_a_source_without_a_question_brings_none() -> None:
    clock = Clock(WHOLE_EDITIONS)
    survivor = waiting(opened("10:00"), "10:30")
    clock.hears(survivor)

    clock.hears(merged(survivor, "11:30", since=None))

    assert clock.clock is not None
    assert clock.clock.latest(NEXT) is None


def test_a_question_that_is_late_already_is_late_from_the_merge_on() -> None:
    """So a merge does not wash a breach away: the source's no longer counts, this one does."""
    clock = Clock()
    survivor = opened("12:00")
    clock.hears(survivor)

    clock.hears(merged(survivor, "12:30", since="10:00"))

    breach = next(a for a in clock.announced if isinstance(a, Breached))
    assert (breach.n, breach.breached_at, breach.due_at) == (2, at("12:30"), at("12:00"))
    assert breach.cause is Cause.LATE


def test_an_answer_in_the_survivor_before_the_merge_does_not_answer_the_source() -> None:
    clock = Clock(WHOLE_EDITIONS)
    survivor = waiting(opened("10:00"), "10:40")
    clock.hears(survivor)

    clock.hears(merged(survivor, "11:00", since="10:20"))

    owed = clock.latest(NEXT)
    assert (owed.n, owed.duty.started_at, owed.due_at) == (1, at("10:20"), at("11:20"))


@pytest.mark.parametrize("since", ["11:20", None])
def test_what_a_merge_brought_stays_so_after_another_merge(since: str | None) -> None:
    """tickets tells what came with the last merge alone; the question of 10:20 still waits."""
    clock = Clock(WHOLE_EDITIONS)
    survivor = answered(answered(opened("10:00"), "10:10"), "10:40")
    clock.hears(survivor, answer="10:40")
    once = merged(survivor, "11:00", since="10:20")
    clock.hears(once)

    clock.hears(merged(once, "11:30", since=since))

    owed = clock.latest(NEXT)
    assert (owed.n, owed.duty.started_at, owed.duty.owed_from) == (1, at("10:20"), at("11:00"))


def test_one_answer_after_the_merge_answers_both() -> None:
    clock = Clock()
    survivor = opened("11:00")
    clock.hears(survivor)
    both = merged(survivor, "11:30", since="10:00")
    clock.hears(both)

    clock.hears(answered(both, "11:59"))

    assert clock.clock is not None
    states = [cycle.state for cycle in clock.clock.cycles]
    assert states == [CycleState.CANCELLED, CycleState.ACHIEVED]
    assert clock.words.count("Achieved") == 1


def test_the_survivor_s_waits_before_the_merge_do_not_stop_what_waited_elsewhere() -> None:
    clock = Clock(WHOLE_EDITIONS)
    survivor = waiting(opened("09:00"), "10:00")
    clock.hears(survivor)
    taken_up = replace(
        merged(survivor, "10:50", since="10:10"),
        status=TicketStatus.IN_PROGRESS,
        status_since=at("10:50"),
    )

    clock.hears(taken_up)

    assert clock.latest(NEXT).due_at == at("11:10")


def test_a_resolved_survivor_goes_on_with_the_question_that_waited_longer() -> None:
    clock = Clock()
    ended = resolved(opened("09:00"), "09:30")
    clock.hears(ended)
    again = reopened(ended, "11:00")

    clock.hears(
        replace(
            again, merged_at=at("11:00"), inherited_since=at("10:00"), unanswered_since=at("10:00")
        )
    )

    assert (clock.now.n, clock.now.due_at) == (2, at("12:00"))


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1), (1, 3, 0, 2)])
def test_whatever_order_they_are_heard_in(order: tuple[int, ...]) -> None:
    first = opened("11:00")
    second = asked(first, "11:10")
    third = merged(second, "11:30", since="10:00")
    told = [first, second, third, answered(third, "11:50")]
    clock = Clock()

    for place in (*order, *order):
        clock.hears(told[place], "12:30")

    assert clock.clock is not None
    states = [(cycle.n, cycle.state) for cycle in clock.clock.cycles]
    assert states == [(1, CycleState.CANCELLED), (2, CycleState.ACHIEVED)]


def test_what_it_was_counted_by_is_told_from_the_beginning_elsewhere() -> None:
    clock = Clock()
    survivor = opened("11:00")
    clock.hears(survivor)
    clock.hears(merged(survivor, "11:30", since="10:00"))

    assert clock.clock is not None
    explained = explain(clock.clock, clock.editions, at("11:40"))[-1]
    assert [(w.since, w.until) for w in explained.windows] == [(at("10:00"), at("12:00"))]
