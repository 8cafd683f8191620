"""A requester changes what a message says: the thread says it anew, and keeps what it said."""

from datetime import timedelta

import pytest

from contracts.errors import Invalid, MessageNotFound, TicketClosed, TicketNotFound
from contracts.event import to_milliseconds
from contracts.tickets import MOST_EARLIER_TEXTS, MessageEdited, TicketView
from contracts.vocabulary import TicketStatus
from tests.service.tickets.test_attachments import kept
from tests.support.tickets_desk import TicketsDesk

MINUTE = timedelta(minutes=1)


@pytest.fixture
def ticket(desk: TicketsDesk) -> TicketView:
    """Opened a minute ago."""
    desk.lets_in()
    opened = desk.opens("Не могу вайти")
    desk.clock.advance(minutes=1)
    desk.told()
    return opened


def test_the_thread_says_it_anew_and_agents_can_read_what_it_said(
    desk: TicketsDesk, ticket: TicketView
) -> None:
    message = desk.writes(ticket.id, "Ашибка 500")
    desk.told()
    desk.clock.advance(minutes=1)
    edited = desk.edits(ticket.id, message.id, "Ошибка 500")
    desk.clock.advance(minutes=1)
    desk.edits(ticket.id, message.id, "Ошибка 502")

    now = to_milliseconds(desk.now)
    shown = desk.shows(ticket.id).messages[-1]
    assert (edited.is_changed, edited.is_unanswered) == (True, True)
    assert (shown.body, shown.edited_at) == ("Ошибка 502", now)
    assert shown.created_at == message.created_at
    earlier = desk.earlier_texts(ticket.id)
    assert [one.body for one in earlier] == ["Ашибка 500", "Ошибка 500"]
    assert [(one.written_at, one.replaced_at) for one in earlier] == [
        (message.created_at, now - MINUTE),
        (now - MINUTE, now),
    ]
    told = desk.told()
    assert [type(event) for event in told] == [MessageEdited, MessageEdited]
    assert [event.message.body for event in told] == ["Ошибка 500", "Ошибка 502"]


def test_the_opening_message_is_the_description_and_the_subject(
    desk: TicketsDesk, ticket: TicketView
) -> None:
    named = desk.opens("Не могу вайти", subject="Вход")

    for one in (ticket, named):
        desk.edits(one.id, one.messages[0].id, "Не могу войти\nсовсем")

    assert desk.shows(ticket.id).description == "Не могу войти\nсовсем"
    assert desk.shows(ticket.id).subject == "Не могу войти"
    assert desk.shows(named.id).subject == "Вход"
    assert desk.lists(q="вайти").results == []


def test_words_may_come_under_a_photo_later_and_go_again(desk: TicketsDesk) -> None:
    ticket = desk.opens("", subject="Фото", attachments=[kept()])
    (message,) = ticket.messages
    desk.clock.advance(minutes=1)

    assert desk.edits(ticket.id, message.id, "Вот экран\nсовсем").is_changed

    shown = desk.shows(ticket.id)
    assert (shown.subject, shown.description) == ("Вот экран", "Вот экран\nсовсем")
    assert shown.messages[0].attachments == message.attachments
    desk.clock.advance(minutes=1)
    desk.edits(ticket.id, message.id, " ")
    shown = desk.shows(ticket.id)
    assert (shown.subject, shown.description, shown.messages[0].body) == ("Вот экран", "", "")
    assert [one.body for one in desk.earlier_texts(ticket.id)] == ["", "Вот экран\nсовсем"]


def test_words_under_a_later_photo_may_go(desk: TicketsDesk, ticket: TicketView) -> None:
    message = desk.writes(ticket.id, "Ещё экран", attachments=[kept()])

    desk.edits(ticket.id, message.id, "")

    assert desk.shows(ticket.id).messages[-1].body == ""
    assert desk.shows(ticket.id).subject == ticket.subject


def test_an_edit_answers_nothing_reopens_nothing_and_moves_no_deadline(
    desk: TicketsDesk, ticket: TicketView
) -> None:
    desk.answers(ticket.id)
    resolved = desk.resolves(ticket.id)

    edited = desk.edits(ticket.id, ticket.messages[0].id, "Не могу войти")

    shown = desk.shows(ticket.id)
    assert not edited.is_unanswered
    assert shown.status == TicketStatus.RESOLVED
    assert (shown.unanswered_since, shown.reopened_at) == (None, None)
    assert (shown.created_at, shown.last_message_at) == (
        resolved.created_at,
        resolved.last_message_at,
    )
    assert shown.version == resolved.version + 1


def test_the_same_edit_again_and_one_that_says_nothing_new_change_nothing(
    desk: TicketsDesk, ticket: TicketView
) -> None:
    opening = ticket.messages[0].id
    first = desk.edits(ticket.id, opening, "Не могу войти", command_id="edit")

    assert desk.edits(ticket.id, opening, "Не могу войти", command_id="edit") == first
    assert not desk.edits(ticket.id, opening, " Не могу войти ").is_changed
    assert len(desk.earlier_texts(ticket.id)) == 1
    assert len(desk.told()) == 1


def test_an_edit_that_comes_after_a_later_one_changes_nothing(
    desk: TicketsDesk, ticket: TicketView
) -> None:
    opening = ticket.messages[0].id
    desk.edits(ticket.id, opening, "Второе")

    late = desk.edits(ticket.id, opening, "Первое", edited_at=desk.now - MINUTE / 2)

    assert not late.is_changed
    assert desk.shows(ticket.id).description == "Второе"


@pytest.mark.parametrize("body", [" \n ", "\u200b\u2060", "бы\0ло"])
def test_what_cannot_be_written_cannot_be_written_later(
    desk: TicketsDesk, ticket: TicketView, body: str
) -> None:
    with pytest.raises(Invalid):
        desk.edits(ticket.id, ticket.messages[0].id, body)
    assert desk.shows(ticket.id).description == "Не могу вайти"
    assert desk.told() == []


def test_of_many_edits_the_latest_are_told_and_how_many_there_were_before(
    desk: TicketsDesk, ticket: TicketView
) -> None:
    later = desk.writes(ticket.id, "Ещё")
    for number in range(MOST_EARLIER_TEXTS + 3):
        desk.clock.advance(seconds=1)
        edited = later if number == 0 else ticket.messages[0]
        desk.edits(ticket.id, edited.id, f"Раз {number}")

    found = desk.has_earlier_texts(ticket.id)

    assert found.left_out == 3
    assert [one.body for one in found.texts] == [
        f"Раз {number}" for number in range(2, MOST_EARLIER_TEXTS + 2)
    ]


def test_only_ones_own_messages_of_the_ticket_are_edited(
    desk: TicketsDesk, ticket: TicketView
) -> None:
    answer, other = desk.answers(ticket.id), desk.opens()
    desk.told()

    for message_id in (answer.id, other.messages[0].id, 0, -1, 2**63, 10**6):
        with pytest.raises(MessageNotFound):
            desk.edits(ticket.id, message_id, "Чужое")
    with pytest.raises(TicketNotFound):
        desk.edits(ticket.id, ticket.messages[0].id, "Чужое", by="olga")
    assert desk.told() == []


def test_a_closed_ticket_stays_as_it_is(desk: TicketsDesk, ticket: TicketView) -> None:
    survivor = desk.opens().id
    desk.merges(ticket.id, survivor)
    desk.resolves(survivor)
    desk.clock.advance(days=7)

    with pytest.raises(TicketClosed) as refused:
        desk.edits(ticket.id, ticket.messages[0].id, "Поздно")
    assert refused.value.details["merged_into"] == str(survivor)
    with pytest.raises(TicketClosed):
        desk.edits(survivor, desk.shows(survivor).messages[0].id, "Поздно")


@pytest.mark.parametrize("ticket_id", [0, -1, 2**63, 10**6])
def test_of_a_ticket_that_does_not_exist_nothing_was_said_before(
    desk: TicketsDesk, ticket_id: int
) -> None:
    with pytest.raises(TicketNotFound):
        desk.earlier_texts(ticket_id)
