"""The table of a ticket's status, row by row."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.errors import TicketAlreadyResolved, TicketClosed
from contracts.vocabulary import TicketStatus
from services.tickets.domain.status import (
    after_answer,
    after_refused_delivery,
    after_resolving,
    after_taking,
    after_user_message,
    is_time_to_close,
    refuse_closed,
)

OPEN, IN_PROGRESS, WAITING, RESOLVED, CLOSED = TicketStatus
WEEK = timedelta(days=7)
NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "after"),
    [(OPEN, IN_PROGRESS), (IN_PROGRESS, IN_PROGRESS), (WAITING, WAITING), (RESOLVED, RESOLVED)],
)
def test_taking_moves_an_open_ticket_only(before: TicketStatus, after: TicketStatus) -> None:
    assert after_taking(before) == after


@pytest.mark.parametrize("before", [OPEN, IN_PROGRESS, WAITING])
def test_what_an_agent_keeps_working_on_waits_for_nobody(before: TicketStatus) -> None:
    assert after_taking(before, keep_working=True) == IN_PROGRESS


def test_nobody_keeps_working_on_what_is_resolved() -> None:
    with pytest.raises(TicketAlreadyResolved):
        after_taking(RESOLVED, keep_working=True)


@pytest.mark.parametrize(
    ("before", "after"),
    [(OPEN, WAITING), (IN_PROGRESS, WAITING), (WAITING, WAITING), (RESOLVED, RESOLVED)],
)
def test_an_answer_waits_for_the_user(before: TicketStatus, after: TicketStatus) -> None:
    assert after_answer(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [(OPEN, IN_PROGRESS), (IN_PROGRESS, IN_PROGRESS), (WAITING, WAITING), (RESOLVED, RESOLVED)],
)
def test_an_answer_from_before_a_question_leaves_the_turn_where_it_is(
    before: TicketStatus, after: TicketStatus
) -> None:
    assert after_answer(before, is_asked_since=True) == after


@pytest.mark.parametrize(
    ("before", "is_assigned", "after"),
    [
        (OPEN, False, OPEN),
        (IN_PROGRESS, True, IN_PROGRESS),
        (WAITING, True, IN_PROGRESS),
        (WAITING, False, OPEN),
        (RESOLVED, True, IN_PROGRESS),
        (RESOLVED, False, OPEN),
    ],
)
def test_when_the_user_writes_it_is_our_turn(
    before: TicketStatus, is_assigned: bool, after: TicketStatus
) -> None:
    assert after_user_message(before, is_assigned=is_assigned) == after


@pytest.mark.parametrize("before", [OPEN, IN_PROGRESS, WAITING])
def test_whatever_is_unfinished_can_be_resolved(before: TicketStatus) -> None:
    assert after_resolving(before) == RESOLVED


def test_what_is_resolved_cannot_be_resolved_again() -> None:
    with pytest.raises(TicketAlreadyResolved):
        after_resolving(RESOLVED)


@pytest.mark.parametrize(
    "move",
    [
        refuse_closed,
        after_taking,
        after_resolving,
        after_answer,
        lambda status: after_user_message(status, is_assigned=True),
    ],
)
def test_a_closed_ticket_is_history(move: object) -> None:
    with pytest.raises(TicketClosed):
        move(CLOSED)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("before", "is_assigned", "after"),
    [
        (WAITING, True, IN_PROGRESS),
        (WAITING, False, OPEN),
        (OPEN, False, OPEN),
        (IN_PROGRESS, True, IN_PROGRESS),
        (RESOLVED, True, RESOLVED),
        (CLOSED, True, CLOSED),
    ],
)
def test_an_answer_that_never_arrived_leaves_nobody_waiting(
    before: TicketStatus, is_assigned: bool, after: TicketStatus
) -> None:
    assert after_refused_delivery(before, is_assigned=is_assigned) == after


def test_a_resolved_ticket_closes_when_its_days_are_over_and_not_before() -> None:
    almost = NOW - WEEK + timedelta(milliseconds=1)

    assert is_time_to_close(RESOLVED, NOW - WEEK, NOW, WEEK)
    assert not is_time_to_close(RESOLVED, almost, NOW, WEEK)


@pytest.mark.parametrize("status", [OPEN, IN_PROGRESS, WAITING, CLOSED])
def test_only_a_resolved_ticket_is_closed_by_time(status: TicketStatus) -> None:
    assert not is_time_to_close(status, NOW - 2 * WEEK, NOW, WEEK)
