"""The rule table of the SLA clocks: what is owed after the first response."""

from contracts.vocabulary import CycleState, Metric
from services.sla.domain import Breached
from tests.support.sla_story import (
    WHOLE_EDITIONS,
    Clock,
    answered,
    asked,
    at,
    changed,
    opened,
    reopened,
    resolved,
    waiting,
)

NEXT = Metric.NEXT_RESPONSE
ANSWERED = waiting(opened("10:00"), "10:30")


def clock_after(*story: object) -> Clock:
    """A clock that has heard all that, each when it happened."""
    clock = Clock(WHOLE_EDITIONS)
    for ticket in story:
        clock.hears(ticket)  # type: ignore[arg-type]
    return clock


def test_before_the_first_response_there_is_no_next_one() -> None:
    clock = clock_after(opened("10:00"), asked(opened("10:00"), "10:10"))

    assert clock.clock is not None
    assert clock.clock.latest(NEXT) is None
    assert clock.now.duty.started_at == at("10:00")


def test_it_starts_at_the_oldest_unanswered_message() -> None:
    second = asked(ANSWERED, "11:00")

    clock = clock_after(ANSWERED, second, asked(second, "11:20"))

    assert clock.latest(NEXT).duty.started_at == at("11:00")
    assert clock.latest(NEXT).due_at == at("12:00")
    assert clock.clock is not None
    assert clock.clock.next_due_at == at("12:00")


def test_one_breach_comes_however_many_messages() -> None:
    second = asked(ANSWERED, "11:00")
    clock = clock_after(ANSWERED, second)
    clock.ticks("12:00")

    clock.hears(asked(second, "12:05"))
    clock.ticks("14:00")

    assert [a.n for a in clock.announced if isinstance(a, Breached) and a.metric is NEXT] == [1]


def test_an_answer_ends_it_and_the_next_message_starts_the_next() -> None:
    second = asked(ANSWERED, "11:00")
    third = answered(second, "11:30")
    clock = clock_after(ANSWERED, second)
    clock.hears(third, answer="11:30")

    assert clock.latest(NEXT).state is CycleState.ACHIEVED
    assert clock.latest(NEXT).achieved_at == at("11:30")

    clock.hears(asked(third, "13:00"))
    assert (clock.latest(NEXT).n, clock.latest(NEXT).due_at) == (2, at("14:00"))


def test_it_is_judged_by_when_the_answer_was_written_not_by_its_delivery() -> None:
    second = asked(ANSWERED, "11:00")
    clock = clock_after(ANSWERED, second)
    clock.ticks("12:00")

    clock.hears(answered(second, "12:10"), answer="11:59")

    assert clock.latest(NEXT).state is CycleState.ACHIEVED
    assert clock.words[-2:] == ["BreachWithdrawn", "Achieved"]


def test_a_message_behind_one_that_waits_is_known_when_that_is_answered_late() -> None:
    """Two answers overtake each other: that of 10:40 arrives after that of 11:40."""
    question = asked(ANSWERED, "10:35")
    second = changed(question, "11:00")
    clock = clock_after(ANSWERED, question)
    clock.hears(second, message="11:00")
    both = answered(second, "11:40")
    clock.hears(both, answer="11:40")

    clock.hears(changed(both, "11:50"), answer="10:40")

    assert clock.clock is not None
    owed = [cycle for cycle in clock.clock.cycles if cycle.metric is NEXT]
    assert [(cycle.duty.started_at, cycle.achieved_at) for cycle in owed] == [
        (at("10:35"), at("10:40")),
        (at("11:00"), at("11:40")),
    ]


def test_a_message_that_an_answer_overtook_does_not_hide_the_next_one() -> None:
    """tickets tells the message of 10:20 as unanswered, since it came after the answer of 10:30."""
    late = changed(ANSWERED, "10:40", unanswered_since=at("10:20"))
    clock = clock_after(ANSWERED)
    clock.hears(late, message="10:20")
    assert clock.clock is not None
    assert clock.clock.next_due_at is None

    clock.hears(changed(late, "11:00"), message="11:00")

    assert clock.latest(NEXT).duty.started_at == at("11:00")


def test_resolved_without_another_answer_it_is_cancelled() -> None:
    second = asked(ANSWERED, "11:00")

    clock = clock_after(ANSWERED, second, resolved(second, "11:30"))

    assert clock.latest(NEXT).state is CycleState.CANCELLED


def test_a_reopening_message_starts_it_and_not_the_first_response() -> None:
    done = resolved(ANSWERED, "11:00")

    clock = clock_after(ANSWERED, done, reopened(done, "15:00"))

    assert clock.latest(NEXT).due_at == at("16:00")
    assert (clock.now.n, clock.now.state) == (1, CycleState.ACHIEVED)


def test_a_word_after_the_end_counts_as_a_response_when_the_ticket_is_reopened() -> None:
    done = resolved(opened("10:00"), "11:00")
    spoken = answered(done, "12:30")

    clock = clock_after(done, spoken, reopened(spoken, "13:00"))

    assert (clock.now.n, clock.now.state) == (1, CycleState.CANCELLED)
    assert clock.latest(NEXT).due_at == at("14:00")
