"""A note is for agents: it stands in the thread, moves nothing and is shown to no requester."""

from datetime import timedelta

import pytest

from contracts.errors import Invalid, NotAnAgent, TicketClosed, TicketNotFound
from contracts.event import to_milliseconds
from contracts.tickets import TicketNoted, TicketView
from contracts.vocabulary import AuthorKind, Source, TicketStatus
from tests.support.tickets_desk import REOPEN_WITHIN, TicketsDesk


@pytest.fixture(autouse=True)
def agent(desk: TicketsDesk) -> None:
    desk.lets_in(7, "Пётр")


def without_messages(ticket: TicketView) -> TicketView:
    return ticket.model_copy(update={"messages": []})


def test_a_note_stands_in_the_thread_and_changes_nothing_else(desk: TicketsDesk) -> None:
    before = desk.opens(source=Source.TELEGRAM)
    desk.told()
    desk.clock.advance(minutes=5)

    note = desk.notes(before.id, " Опять банк ")

    after = desk.shows(before.id)
    assert after.messages[-1] == note
    assert (note.body, note.is_note, note.delivery) == ("Опять банк", True, None)
    assert (note.author.kind, note.author.name) == (AuthorKind.AGENT, "Пётр")
    assert note.created_at == to_milliseconds(desk.now)
    assert without_messages(after) == without_messages(before)
    (noted,) = desk.told()
    assert isinstance(noted, TicketNoted)
    assert (noted.version, noted.message, noted.agent.id) == (before.version, note, "tg:7")


def test_no_way_leads_a_requester_to_a_note(desk: TicketsDesk) -> None:
    ticket = desk.opens()
    desk.notes(ticket.id, "Секрет")

    for view in (
        desk.shows(ticket.id, to="anna"),
        desk.judges(ticket.id, category="payment"),
        desk.wishes_news(ticket.id, wanted=False),
    ):
        assert [one.body for one in view.messages] == ["Не могу войти"]
        assert view.unread == 0
    assert desk.lists(requester_id="anna", q="секрет").results == []
    (line,) = desk.lists(requester_id="anna").results
    assert (line.unread, line.last_message_at) == (0, ticket.created_at)
    assert [one.id for one in desk.lists(q="секрет").results] == [ticket.id]


def test_a_note_is_no_answer_in_the_figures(desk: TicketsDesk) -> None:
    ticket = desk.opens()
    desk.notes(ticket.id)

    figures = desk.counts(desk.now - timedelta(hours=1), desk.now + timedelta(hours=1))

    assert figures.by_agent == []
    assert figures.first_response.average_seconds is None


def test_a_note_sent_twice_is_one(desk: TicketsDesk) -> None:
    ticket = desk.opens()

    first = desk.notes(ticket.id, command_id="n1")
    second = desk.notes(ticket.id, command_id="n1")

    assert first == second
    assert len(desk.shows(ticket.id).messages) == 2


def test_a_resolved_ticket_takes_notes_and_stays_resolved(desk: TicketsDesk) -> None:
    ticket = desk.opens()
    desk.resolves(ticket.id)

    desk.notes(ticket.id)

    assert desk.shows(ticket.id).status == TicketStatus.RESOLVED


def test_what_cannot_be_noted_is_refused(desk: TicketsDesk) -> None:
    ticket = desk.opens()

    with pytest.raises(Invalid):
        desk.notes(ticket.id, "  \u200b ")
    with pytest.raises(NotAnAgent):
        desk.notes(ticket.id, by="tg:8")
    with pytest.raises(TicketNotFound):
        desk.notes(ticket.id + 1)
    desk.resolves(ticket.id)
    desk.clock.advance(seconds=REOPEN_WITHIN.total_seconds())
    with pytest.raises(TicketClosed):
        desk.notes(ticket.id)
    assert len(desk.shows(ticket.id).messages) == 1
