"""An answer may be the last word: it resolves the ticket, both in one transaction."""

from contracts.tickets import AnswerDelivered, TicketAnswered, TicketResolved
from contracts.vocabulary import Delivery, Source, TicketStatus
from tests.support.tickets_desk import TicketsDesk


def test_the_last_word_answers_and_resolves(desk: TicketsDesk) -> None:
    desk.lets_in()
    ticket = desk.opens()
    desk.told()

    message = desk.answers(ticket.id, "Готово", resolves=True)

    after = desk.shows(ticket.id)
    assert (after.status, after.messages[-1]) == (TicketStatus.RESOLVED, message)
    assert (after.first_response_at, after.unanswered_since) == (message.created_at, None)
    told = desk.told()
    assert [type(one) for one in told] == [TicketAnswered, AnswerDelivered, TicketResolved]
    assert [one.version for one in told] == [2, 2, 3]


def test_sent_twice_it_answers_and_resolves_once(desk: TicketsDesk) -> None:
    desk.lets_in()
    ticket = desk.opens()

    for _ in range(2):
        desk.answers(ticket.id, "Готово", resolves=True, command_id="last-word")

    assert len(desk.shows(ticket.id).messages) == 2
    assert [type(one) for one in desk.told()].count(TicketResolved) == 1


def test_to_what_is_resolved_it_is_an_afterword(desk: TicketsDesk) -> None:
    desk.lets_in()
    ticket = desk.opens()
    before = desk.resolves(ticket.id)
    desk.clock.advance(minutes=1)
    desk.told()

    desk.answers(ticket.id, "И ещё", resolves=True)

    after = desk.shows(ticket.id)
    assert (after.status, after.resolved_at) == (TicketStatus.RESOLVED, before.resolved_at)
    assert TicketResolved not in [type(one) for one in desk.told()]


def test_one_that_telegram_refuses_leaves_the_ticket_resolved(desk: TicketsDesk) -> None:
    desk.lets_in()
    ticket = desk.opens(source=Source.TELEGRAM)
    message = desk.answers(ticket.id, "Готово", resolves=True)

    desk.delivers(ticket.id, message.id, delivered=False, refusal="blocked")

    after = desk.shows(ticket.id)
    assert after.messages[-1].delivery == Delivery.FAILED
    assert (after.status, after.first_response_at) == (TicketStatus.RESOLVED, None)
