"""The rule table of the SLA clocks: start, warning, breach, answer, refusal."""

import pytest

from contracts.vocabulary import CycleState, Metric, Priority
from services.sla.domain import (
    Achieved,
    BreachWithdrawn,
    ClockMoved,
    Edition,
    Policy,
    Target,
    Warned,
)
from tests.support.sla_story import (
    CALENDARS,
    FIRST_RESPONSE,
    Clock,
    answered,
    at,
    opened,
    refused,
    resolved,
)

P0, P1, P2, P3 = Priority


@pytest.mark.parametrize(
    ("priority", "opened_at", "due_at"),
    [
        (P0, "10:00", "10:15"),
        (P1, "10:00", "12:00"),
        (P2, "10:00", "18:00"),
        (P2, "20:00", "25 18:00"),
        (P2, "28 12:00", "30 18:00"),
        (P3, "10:00", "25 10:00"),
    ],
)
def test_each_priority_is_due_when_the_guide_promises(
    priority: Priority, opened_at: str, due_at: str
) -> None:
    clock = Clock()

    clock.hears(opened(opened_at, priority))

    assert clock.now.due_at == at(due_at)


def test_the_clock_starts_when_the_system_received_the_request() -> None:
    clock = Clock()

    clock.hears(opened("10:00"), "10:03")

    assert clock.now.due_at == at("12:00")
    assert clock.announced == [
        ClockMoved(
            ticket_id=42,
            revision=1,
            next_due_at=at("12:00"),
        )
    ]


def test_one_warning_comes_at_80_percent() -> None:
    clock = Clock()
    clock.hears(opened("10:00"))

    assert clock.now.next_at == at("11:36")
    clock.ticks("11:35")
    assert clock.words == []
    clock.ticks("11:36")
    clock.ticks("11:40")

    assert clock.words == ["Warned"]
    assert clock.now.state is CycleState.IMMINENT_BREACH
    assert clock.now.next_at == at("11:48")


def test_one_breach_comes_at_the_deadline() -> None:
    clock = Clock()
    clock.hears(opened("10:00"))

    clock.ticks("11:36")
    clock.ticks("12:00")
    clock.ticks("12:01")

    assert clock.words == ["Warned", "Breached"]
    assert clock.now.state is CycleState.BREACHING
    assert clock.now.breached_at == at("12:00")
    assert clock.now.next_at is None


def test_after_a_late_scan_there_is_the_breach_and_no_warning() -> None:
    clock = Clock()
    clock.hears(opened("10:00"))

    clock.ticks("15:00")

    assert clock.words == ["Breached"]
    assert clock.now.breached_at == at("12:00")


def test_of_several_thresholds_passed_at_once_only_the_gravest_warns() -> None:
    first_response = {**FIRST_RESPONSE, P1: Target(120, "24x7", (0.5, 0.8))}
    patient = Policy(1, {Metric.FIRST_RESPONSE: first_response}, CALENDARS)
    clock = Clock((Edition(at("01 00:00"), patient),))
    clock.hears(opened("10:00"))
    assert clock.now.next_at == at("11:00")

    clock.ticks("11:50")
    clock.ticks("11:55")

    assert [a.threshold for a in clock.announced if isinstance(a, Warned)] == [0.8]


def test_an_answer_stops_the_clock() -> None:
    clock = Clock()
    ticket = opened("10:00")
    clock.hears(ticket)

    clock.hears(answered(ticket, "11:00"))
    clock.ticks("12:00")

    assert clock.words == ["Achieved"]
    assert clock.now.state is CycleState.ACHIEVED
    assert clock.now.next_due_at is None


def test_an_answer_exactly_at_the_deadline_is_in_time() -> None:
    clock = Clock()

    clock.hears(answered(opened("10:00"), "12:00"))

    assert clock.now.state is CycleState.ACHIEVED
    assert clock.words == ["Achieved"]


def test_a_late_answer_ends_in_breached() -> None:
    clock = Clock()
    ticket = opened("10:00")
    clock.hears(ticket)
    clock.ticks("12:00")

    clock.hears(answered(ticket, "13:00"))

    assert clock.now.state is CycleState.BREACHED
    assert (clock.now.breached_at, clock.now.achieved_at) == (at("12:00"), at("13:00"))
    assert clock.words == ["Breached"]
    assert clock.clock is not None
    assert clock.clock.next_due_at is None


def test_a_late_answer_heard_before_any_scan_still_tells_the_breach() -> None:
    clock = Clock()

    clock.hears(answered(opened("10:00"), "13:00"))

    assert clock.words == ["Breached"]
    assert clock.now.state is CycleState.BREACHED


def test_a_breach_refuted_by_an_answer_heard_late_is_withdrawn() -> None:
    clock = Clock()
    ticket = opened("10:00")
    clock.hears(ticket)
    clock.ticks("12:00")

    clock.hears(answered(ticket, "11:59"), "12:30")

    assert clock.words == ["Breached", "BreachWithdrawn", "Achieved"]
    assert clock.now.state is CycleState.ACHIEVED
    assert clock.now.breached_at is None
    withdrawn = next(a for a in clock.announced if isinstance(a, BreachWithdrawn))
    assert withdrawn.achieved_at == at("11:59")


def test_a_breach_refuted_by_a_closing_heard_late_is_withdrawn() -> None:
    clock = Clock()
    ticket = opened("10:00")
    clock.hears(ticket)
    clock.ticks("12:00")

    clock.hears(resolved(ticket, "11:00"), "12:30")

    assert clock.words == ["Breached", "BreachWithdrawn"]
    assert clock.now.state is CycleState.CANCELLED


def test_a_delivery_that_telegram_refused_reopens_the_duty() -> None:
    clock = Clock()
    ticket = answered(opened("10:00"), "10:30")
    clock.hears(ticket)

    clock.hears(refused(ticket, "10:31"))

    assert clock.now.state is CycleState.PENDING
    assert clock.now.next_due_at == at("12:00")


def test_a_refusal_after_the_deadline_is_a_breach() -> None:
    clock = Clock()
    ticket = answered(opened("10:00"), "11:30")
    clock.hears(ticket)

    clock.hears(refused(ticket, "12:30"))

    assert clock.words == ["Achieved", "Breached"]
    assert clock.now.state is CycleState.BREACHING
    assert clock.now.breached_at == at("12:00")


def test_a_second_answer_after_a_refusal_is_told_again() -> None:
    clock = Clock()
    ticket = answered(opened("10:00"), "10:30")
    clock.hears(ticket)
    ticket = refused(ticket, "10:31")
    clock.hears(ticket)

    clock.hears(answered(ticket, "10:40"))

    assert [a.achieved_at for a in clock.announced if isinstance(a, Achieved)] == [
        at("10:30"),
        at("10:40"),
    ]
