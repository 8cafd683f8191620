"""What the clocks live by: since when a status holds, and since when somebody waits for a word."""

from datetime import timedelta

import pytest

from chassis.clock import SetClock
from contracts.event import to_milliseconds
from contracts.vocabulary import Source, TicketStatus
from services.tickets.announcing import MOMENT
from tests.support.tickets_desk import TicketsDesk


def test_a_user_waits_from_the_first_message_until_the_answer(
    desk: TicketsDesk, clock: SetClock
) -> None:
    desk.lets_in()
    ticket = desk.opens()
    assert ticket.unanswered_since == ticket.status_since == ticket.created_at

    clock.advance(minutes=5)
    desk.writes(ticket.id)
    assert desk.shows(ticket.id).unanswered_since == ticket.created_at

    clock.advance(minutes=5)
    desk.answers(ticket.id)
    answered = desk.shows(ticket.id)
    assert answered.unanswered_since is None
    assert (answered.status, answered.status_since) == (
        TicketStatus.WAITING,
        to_milliseconds(desk.now),
    )


def test_an_answer_on_its_way_leaves_the_user_waiting(desk: TicketsDesk, clock: SetClock) -> None:
    desk.lets_in()
    ticket = desk.opens(source=Source.TELEGRAM)
    clock.advance(minutes=5)
    answer = desk.answers(ticket.id)
    assert desk.shows(ticket.id).unanswered_since == ticket.created_at

    clock.advance(minutes=1)
    second = desk.writes(ticket.id)
    clock.advance(minutes=1)
    desk.delivers(ticket.id, answer.id)

    assert desk.shows(ticket.id).unanswered_since == second.created_at


def test_a_refused_answer_leaves_the_user_waiting_too(desk: TicketsDesk, clock: SetClock) -> None:
    desk.lets_in()
    ticket = desk.opens(source=Source.TELEGRAM)
    answer = desk.answers(ticket.id)
    clock.advance(minutes=1)

    desk.delivers(ticket.id, answer.id, delivered=False, refusal="blocked")

    shown = desk.shows(ticket.id)
    assert shown.unanswered_since == ticket.created_at
    assert shown.status_since == to_milliseconds(desk.now)


def test_nobody_waits_for_a_word_on_what_is_resolved(desk: TicketsDesk, clock: SetClock) -> None:
    desk.lets_in()
    ticket = desk.opens()
    clock.advance(minutes=5)
    resolved = desk.resolves(ticket.id)
    assert resolved.unanswered_since is None
    assert resolved.status_since == resolved.resolved_at

    clock.advance(minutes=5)
    message = desk.writes(ticket.id)

    reopened = desk.shows(ticket.id)
    assert reopened.unanswered_since == reopened.reopened_at == message.created_at


def test_a_message_that_was_overtaken_by_the_resolution_reopens_after_it(
    desk: TicketsDesk, clock: SetClock
) -> None:
    desk.lets_in()
    ticket = desk.opens()
    clock.advance(minutes=5)
    resolved = desk.resolves(ticket.id)

    desk.writes(ticket.id, received_at=desk.now - timedelta(seconds=2))

    reopened = desk.shows(ticket.id)
    assert reopened.reopened_at == reopened.status_since == resolved.resolved_at + MOMENT


def test_a_message_that_an_answer_has_overtaken_waits_for_none(
    desk: TicketsDesk, clock: SetClock
) -> None:
    desk.lets_in()
    ticket = desk.opens()
    clock.advance(minutes=5)
    desk.answers(ticket.id)
    clock.advance(minutes=5)
    written_at = desk.now
    clock.advance(seconds=5)
    desk.answers(ticket.id)
    clock.advance(seconds=5)

    desk.writes(ticket.id, received_at=written_at)

    shown = desk.shows(ticket.id)
    assert shown.unanswered_since is None
    assert shown.status == TicketStatus.IN_PROGRESS, "nobody has seen it: it must be looked at"


@pytest.mark.parametrize("source", Source)
def test_an_answer_that_a_question_has_overtaken_waits_for_nobody(
    desk: TicketsDesk, clock: SetClock, source: Source
) -> None:
    desk.lets_in()
    ticket = desk.opens(source=source)
    clock.advance(minutes=5)
    written_at = desk.now
    clock.advance(seconds=5)
    question = desk.writes(ticket.id)
    clock.advance(seconds=5)

    late = desk.answers(ticket.id, received_at=written_at)

    desk.delivers(ticket.id, late.id)
    shown = desk.shows(ticket.id)
    assert shown.unanswered_since == question.created_at
    assert shown.status == TicketStatus.IN_PROGRESS


def test_an_answer_that_another_answer_has_overtaken_too_leaves_it_to_the_user(
    desk: TicketsDesk, clock: SetClock
) -> None:
    desk.lets_in()
    ticket = desk.opens()
    clock.advance(minutes=5)
    written_at = desk.now
    clock.advance(seconds=5)
    desk.writes(ticket.id)
    clock.advance(seconds=5)
    newer = desk.answers(ticket.id)
    clock.advance(seconds=5)

    desk.answers(ticket.id, received_at=written_at)

    shown = desk.shows(ticket.id)
    assert shown.unanswered_since is None
    assert (shown.status, shown.status_since) == (TicketStatus.WAITING, newer.created_at)


def test_an_answer_that_was_refused_has_overtaken_nothing(
    desk: TicketsDesk, clock: SetClock
) -> None:
    desk.lets_in()
    ticket = desk.opens(source=Source.TELEGRAM)
    first = desk.answers(ticket.id)
    desk.delivers(ticket.id, first.id)
    clock.advance(minutes=5)
    written_at = desk.now
    clock.advance(seconds=5)
    refused = desk.answers(ticket.id)
    desk.delivers(ticket.id, refused.id, delivered=False, refusal="blocked")

    message = desk.writes(ticket.id, received_at=written_at)

    assert desk.shows(ticket.id).unanswered_since == message.created_at


def test_of_two_messages_in_the_wrong_order_the_older_one_has_waited_longest(
    desk: TicketsDesk, clock: SetClock
) -> None:
    desk.lets_in()
    ticket = desk.opens()
    clock.advance(minutes=5)
    desk.answers(ticket.id)
    clock.advance(minutes=5)
    older = desk.now
    clock.advance(minutes=1)
    desk.writes(ticket.id)

    first = desk.writes(ticket.id, received_at=older)

    assert desk.shows(ticket.id).unanswered_since == first.created_at


def test_nothing_is_done_in_a_ticket_before_it_was_opened(desk: TicketsDesk) -> None:
    """Telegram's second may have begun before the ticket was opened in it."""
    desk.lets_in()
    ticket = desk.opens()
    second = ticket.created_at.replace(microsecond=0) - timedelta(milliseconds=3)
    desk.clock.advance(seconds=30)

    answer = desk.answers(ticket.id, received_at=second)
    note = desk.notes(ticket.id, received_at=second)
    more = desk.writes(ticket.id, received_at=second)

    assert {answer.created_at, note.created_at, more.created_at} == {ticket.created_at}
    assert desk.shows(ticket.id).first_response_at == ticket.created_at
