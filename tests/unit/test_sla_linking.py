"""The rule table of the SLA clocks: a ticket linked to an incident."""

from dataclasses import replace

import pytest

from contracts.vocabulary import CycleState, Metric, SatisfiedBy, TicketStatus
from tests.support.sla_story import (
    WHOLE_EDITIONS,
    Clock,
    Snapshot,
    answered,
    asked,
    at,
    become,
    changed,
    opened,
    reopened,
    resolved,
)

NEXT, RESOLUTION = Metric.NEXT_RESPONSE, Metric.RESOLUTION
OPENED = opened("10:00")


def noticed(ticket: Snapshot, clock: str) -> Snapshot:
    """The notice of an incident reached the requester."""
    return changed(ticket, clock, noticed_at=at(clock), unanswered_since=None)


def unlinked(ticket: Snapshot, clock: str) -> Snapshot:
    """The incident was declared by mistake."""
    return changed(
        ticket, clock, noticed_at=None, unlinked_at=at(clock), unanswered_since=ticket.created_at
    )


def clock_of(*story: Snapshot) -> Clock:
    clock = Clock(WHOLE_EDITIONS)
    for ticket in story:
        clock.hears(ticket)
    return clock


def test_the_notice_that_was_delivered_is_the_first_response() -> None:
    clock = clock_of(OPENED, noticed(OPENED, "10:30"))

    assert (clock.now.state, clock.now.achieved_at) == (CycleState.ACHIEVED, at("10:30"))
    assert clock.now.satisfied_by is SatisfiedBy.INCIDENT
    assert clock.words == ["Achieved"]


def test_an_agent_s_answer_before_it_stays_the_first_response() -> None:
    answer = answered(OPENED, "10:20")

    clock = clock_of(noticed(answer, "10:30"))

    assert (clock.now.achieved_at, clock.now.satisfied_by) == (at("10:20"), None)


def test_a_later_message_of_the_user_starts_the_next_response() -> None:
    notice = noticed(OPENED, "10:30")

    clock = clock_of(OPENED, notice, asked(notice, "11:00"))

    assert (clock.latest(NEXT).duty.started_at, clock.latest(NEXT).due_at) == (
        at("11:00"),
        at("12:00"),
    )


def test_also_when_tickets_tells_that_an_older_one_still_waits_for_an_agent() -> None:
    notice = changed(OPENED, "10:30", noticed_at=at("10:30"))
    clock = clock_of(OPENED, notice)

    clock.hears(changed(notice, "11:00"), message="11:00")

    assert clock.latest(NEXT).duty.started_at == at("11:00")


def test_a_notice_is_no_next_response() -> None:
    answer = answered(OPENED, "10:20")
    question = asked(answer, "10:25")

    clock = clock_of(OPENED, answer, question, changed(question, "10:30", noticed_at=at("10:30")))

    assert clock.latest(NEXT).state is CycleState.PENDING


def test_a_notice_after_the_deadline_is_a_late_response() -> None:
    clock = clock_of(OPENED)
    clock.ticks("12:00")

    clock.hears(noticed(OPENED, "12:30"))

    assert (clock.now.state, clock.now.satisfied_by) == (
        CycleState.BREACHED,
        SatisfiedBy.INCIDENT,
    )


def test_a_notice_in_time_that_is_heard_late_withdraws_the_breach() -> None:
    clock = clock_of(OPENED)
    clock.ticks("12:00")

    clock.hears(noticed(OPENED, "11:59"), "12:10")

    assert clock.words == ["Breached", "BreachWithdrawn", "Achieved"]


def test_a_ticket_that_only_got_a_notice_is_not_owed_a_first_response_when_it_reopens() -> None:
    notice = noticed(OPENED, "10:30")
    ended = resolved(notice, "11:00")

    clock = clock_of(OPENED, notice, ended, reopened(ended, "12:00"))

    assert clock.now.state is CycleState.ACHIEVED
    assert clock.latest(NEXT).duty.started_at == at("12:00")


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_whatever_order_it_is_heard_in(order: tuple[int, ...]) -> None:
    notice = noticed(OPENED, "10:30")
    told = [OPENED, notice, replace(answered(notice, "10:40"), version=3)]
    clock = Clock(WHOLE_EDITIONS)

    for place in (*order, *order):
        clock.hears(told[place], "11:00")

    assert (clock.now.achieved_at, clock.now.satisfied_by) == (at("10:30"), SatisfiedBy.INCIDENT)


def test_a_notice_of_a_withdrawn_incident_is_no_response_and_the_first_clock_runs_on() -> None:
    notice = noticed(OPENED, "10:01")
    question = asked(notice, "10:02")

    clock = clock_of(OPENED, notice, question, unlinked(question, "10:03"))
    clock.ticks("12:00")

    assert (clock.now.state, clock.now.due_at) == (CycleState.BREACHING, at("12:00"))
    assert clock.now.satisfied_by is None
    assert clock.clock is not None
    assert clock.clock.latest(NEXT) is None
    assert clock.words == ["Achieved", "Breached"]


def test_what_an_agent_answered_stays_answered_when_the_incident_is_withdrawn() -> None:
    answer = answered(noticed(OPENED, "10:01"), "10:02")

    clock = clock_of(OPENED, answer, unlinked(answer, "10:03"))

    assert (clock.now.achieved_at, clock.now.satisfied_by) == (at("10:02"), None)


def test_the_notice_of_another_incident_after_it_counts() -> None:
    mistaken = unlinked(noticed(OPENED, "10:01"), "10:03")

    clock = clock_of(OPENED, mistaken, noticed(mistaken, "10:30"))

    assert (clock.now.achieved_at, clock.now.satisfied_by) == (at("10:30"), SatisfiedBy.INCIDENT)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_a_withdrawal_heard_before_the_notice_is_the_same(order: tuple[int, ...]) -> None:
    notice = noticed(OPENED, "10:01")
    told = [OPENED, notice, unlinked(notice, "10:03")]
    clock = Clock(WHOLE_EDITIONS)

    for place in (*order, *order):
        clock.hears(told[place], "11:00")

    assert (clock.now.state, clock.now.due_at) == (CycleState.PENDING, at("12:00"))


def test_a_ticket_that_is_back_with_its_incident_is_owed_a_resolution_and_no_word() -> None:
    notice = noticed(OPENED, "10:30")
    ended = resolved(notice, "11:00")
    back = become(ended, "12:00", TicketStatus.OPEN, resolved_at=None)

    clock = clock_of(OPENED, notice, ended, back)

    assert clock.now.satisfied_by is SatisfiedBy.INCIDENT
    assert clock.clock is not None
    assert clock.clock.latest(NEXT) is None
    resolution = clock.latest(RESOLUTION)
    assert (resolution.n, resolution.duty.started_at) == (2, at("12:00"))
