"""A deadline explains itself: what was counted adds up to the target, and the rest is named."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.vocabulary import CycleStart, CycleState, Metric, Priority
from services.sla.domain import Cause, Edition, Explanation, Policy, Target, explain, recount
from tests.support.sla_story import (
    CALENDARS,
    POLICY,
    WHOLE_EDITIONS,
    Clock,
    answered,
    asked,
    at,
    opened,
    prioritised,
    reopened,
    resolved,
    waiting,
)

P0, P1, P2, P3 = Priority
RESOLUTION = Metric.RESOLUTION


def explanation(
    clock: Clock, metric: Metric = Metric.FIRST_RESPONSE, now: str = "10:00"
) -> Explanation:
    """Of the last cycle of that metric; the time told by the clock's last look, or later."""
    assert clock.clock is not None
    explained = explain(clock.clock, clock.editions, at(now))
    return [one for one in explained if one.cycle.metric is metric][-1]


def windows(explained: Explanation) -> list[tuple[datetime, datetime]]:
    return [(window.since, window.until) for window in explained.windows]


def test_a_business_deadline_names_the_windows_it_was_counted_in() -> None:
    clock = Clock()
    clock.hears(opened("16:00", P2))

    explained = explanation(clock)

    assert explained.cycle.due_at == at("25 16:00")
    assert windows(explained) == [(at("16:00"), at("18:00")), (at("25 10:00"), at("25 16:00"))]
    assert explained.pauses == []


def test_round_the_clock_is_one_window_whatever_midnights_lie_in_it() -> None:
    clock = Clock()
    clock.hears(opened("10:00", P3))

    assert windows(explanation(clock)) == [(at("10:00"), at("25 10:00"))]


def test_a_wait_for_the_user_is_left_out_by_its_working_time() -> None:
    """Waiting from 17:00 until eleven the next day: an hour today and one tomorrow."""
    clock = Clock(WHOLE_EDITIONS)
    ticket = opened("16:00", P2)
    clock.hears(ticket)
    answer = waiting(ticket, "17:00")
    clock.hears(answer)
    clock.hears(asked(answer, "25 11:00"))

    explained = explanation(clock, RESOLUTION)

    assert windows(explained) == [(at("16:00"), at("17:00")), (at("25 11:00"), at("25 18:00"))]
    assert [(p.since, p.until, p.working) for p in explained.pauses] == [
        (at("17:00"), at("25 11:00"), timedelta(hours=2))
    ]


def test_while_a_wait_lasts_the_counting_ends_with_its_begin_and_the_rest_is_left() -> None:
    clock = Clock(WHOLE_EDITIONS)
    ticket = opened("10:00", P2)
    clock.hears(ticket)
    clock.hears(waiting(ticket, "11:00"))

    explained = explanation(clock, RESOLUTION, now="11:30")

    assert windows(explained) == [(at("10:00"), at("11:00"))]
    assert [(p.since, p.until, p.working) for p in explained.pauses] == [
        (at("11:00"), None, timedelta(minutes=30))
    ]
    assert explained.left == timedelta(hours=7)


def test_a_clock_that_was_late_before_it_stood_has_nothing_left() -> None:
    clock = Clock(WHOLE_EDITIONS)
    ticket = opened("10:00", P2)
    clock.hears(ticket)
    clock.ticks("25 10:00")
    clock.hears(waiting(ticket, "25 11:00"))

    explained = explanation(clock, RESOLUTION, now="25 11:30")

    assert (windows(explained), explained.left) == ([(at("10:00"), at("18:00"))], None)


def test_a_changed_priority_shows_as_terms_that_followed_each_other() -> None:
    clock = Clock()
    ticket = opened("10:00", P3)
    clock.hears(ticket)
    clock.hears(prioritised(ticket, "10:30", P1))

    explained = explanation(clock)

    told = [(s.terms.since, s.terms.priority, s.terms.cause) for s in explained.stretches]
    assert told == [
        (at("10:00"), P3, Cause.LATE),
        (at("10:30"), P1, Cause.REPRIORITISED),
    ]
    assert explained.decisive is explained.stretches[-1]


def test_a_breach_is_explained_by_the_terms_that_were_broken() -> None:
    clock = Clock()
    ticket = opened("10:00", P0)
    clock.hears(ticket)
    clock.ticks("10:15")

    clock.hears(prioritised(ticket, "10:30", P3))

    explained = explanation(clock)
    assert explained.decisive.terms.priority is P0
    assert windows(explained) == [(at("10:00"), at("10:15"))]


def test_a_breach_stays_when_the_priority_is_lowered_again_and_that_is_told() -> None:
    """Raised so that it is late at once, then set back."""
    clock = Clock()
    ticket = opened("10:00", P3)
    clock.hears(ticket)
    raised = prioritised(ticket, "13:00", P1)
    clock.hears(raised)

    clock.hears(prioritised(raised, "13:05", P3))

    explained = explanation(clock, now="13:05")
    assert explained.cycle.state is CycleState.BREACHING
    told = [(s.terms.priority, explained.is_after_breach(s)) for s in explained.stretches]
    assert told == [(P3, False), (P1, False), (P3, True)]


def test_the_cause_told_is_the_breach_s_own_and_none_without_one() -> None:
    """Raised while the new deadline lay ahead, then missed: late, as it was announced."""
    clock = Clock()
    ticket = opened("10:00", P3)
    clock.hears(ticket)
    clock.hears(prioritised(ticket, "10:30", P1))

    assert explanation(clock, now="11:59").cycle.cause is None
    assert explanation(clock, now="12:01").cycle.cause is Cause.LATE


def test_a_recount_shows_the_edition_that_it_went_by() -> None:
    newer = Policy(
        7, {Metric.FIRST_RESPONSE: dict.fromkeys(Priority, Target(60, "24x7"))}, CALENDARS
    )
    clock = Clock((Edition(at("01 00:00"), POLICY), Edition(at("10:05"), newer)))
    clock.hears(opened("10:00"))
    assert clock.clock is not None
    (clock.clock, _), *_ = recount(clock.clock, clock.editions, at("10:10"))

    explained = explanation(clock)

    edition = explained.decisive.terms.edition
    assert (edition.policy.version, edition.since) == (7, at("10:05"))
    assert explained.decisive.terms.cause is Cause.RECOUNTED


def test_each_clock_says_what_it_counts_from() -> None:
    """Answered, asked again, answered, resolved and reopened."""
    clock = Clock(WHOLE_EDITIONS)
    first = opened("10:00")
    again = asked(waiting(first, "10:10"), "10:20")
    last = reopened(resolved(answered(again, "10:30"), "10:40"), "11:00")
    for told in (first, waiting(first, "10:10"), again):
        clock.hears(told)
    clock.hears(answered(again, "10:30"), answer="10:30")
    clock.hears(last)

    assert clock.clock is not None
    told = [
        (explained.cycle.metric, explained.cycle.duty.started_at, explained.started_by)
        for explained in explain(clock.clock, clock.editions, at("11:00"))
    ]
    assert told == [
        (Metric.FIRST_RESPONSE, at("10:00"), CycleStart.OPENED),
        (Metric.NEXT_RESPONSE, at("10:20"), CycleStart.MESSAGE),
        (Metric.NEXT_RESPONSE, at("11:00"), CycleStart.REOPENED),
        (Metric.RESOLUTION, at("10:00"), CycleStart.OPENED),
        (Metric.RESOLUTION, at("11:00"), CycleStart.REOPENED),
    ]


@pytest.mark.parametrize("priority", list(Priority))
@settings(max_examples=60, derandomize=True, database=None)
@given(waits=st.lists(st.integers(1, 3000), max_size=6))
def test_what_was_counted_adds_up_to_the_target(priority: Priority, waits: list[int]) -> None:
    """The user is waited for and writes again, so many minutes apart."""
    clock = Clock(WHOLE_EDITIONS)
    ticket = opened("20 09:00", priority)
    clock.hears(ticket)
    moment = at("20 09:00")
    for number, minutes in enumerate(waits):
        moment += timedelta(minutes=minutes)
        deed = waiting if number % 2 == 0 else asked
        ticket = deed(ticket, f"{moment:%d %H:%M}") if moment < at("30 00:00") else ticket
        clock.hears(ticket)

    assert clock.clock is not None
    for explained in explain(clock.clock, clock.editions, moment):
        counted = sum((until - since for since, until in windows(explained)), timedelta())
        assert all(until <= explained.cycle.due_at for _, until in windows(explained))
        assert counted + (explained.left or timedelta()) == explained.decisive.terms.target.working
