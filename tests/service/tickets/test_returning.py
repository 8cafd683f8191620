"""An incident that was over is back: whoever was told of its end hears it, and their tickets are
what they were."""

import pytest

from contracts.event import to_milliseconds
from contracts.incidents import IncidentReopened
from contracts.tickets import IncidentTold, TicketReopened, TicketView
from contracts.vocabulary import IncidentNotice, TicketStatus
from tests.support.outage import Outage
from tests.support.tickets_desk import TicketsDesk


@pytest.fixture(autouse=True)
def agent(desk: TicketsDesk) -> None:
    desk.lets_in(7, "Пётр")


@pytest.fixture
def outage(desk: TicketsDesk) -> Outage:
    return Outage(desk)


def told_in(ticket: TicketView) -> list[tuple[str, IncidentNotice | None]]:
    return [(one.body, one.notice) for one in ticket.messages if one.body and one.notice]


def test_whoever_was_told_of_the_end_is_told_that_it_is_back_before_the_next(
    desk: TicketsDesk, outage: Outage
) -> None:
    ticket_id = desk.opens().id
    outage.has(ticket_id)
    desk.wishes_news(ticket_id, wanted=False)

    outage.ends()
    outage.returns()
    outage.is_watched()
    outage.ends()

    assert told_in(desk.shows(ticket_id)) == [
        ("Починили", IncidentNotice.NEWS),
        ("Вернулось", IncidentNotice.RETURNED),
        ("Починили", IncidentNotice.NEWS),
    ]


@pytest.mark.parametrize("status", [TicketStatus.OPEN, TicketStatus.WAITING])
def test_the_ticket_is_what_it_was(desk: TicketsDesk, outage: Outage, status: TicketStatus) -> None:
    ticket_id = desk.opens().id
    outage.has(ticket_id)
    if status is TicketStatus.WAITING:
        desk.answers(ticket_id)
    before = desk.shows(ticket_id)
    outage.ends()
    assert desk.shows(ticket_id).status == TicketStatus.RESOLVED

    outage.returns()

    ticket = desk.shows(ticket_id)
    assert (ticket.status, ticket.unanswered_since) == (status, before.unanswered_since)
    assert ticket.status_since == to_milliseconds(desk.now)
    assert (ticket.resolved_at, ticket.reopened_at, ticket.noticed_at) == (
        None,
        None,
        before.noticed_at,
    )
    told, reopened = desk.told()
    assert isinstance(told, IncidentTold)
    assert isinstance(reopened, TicketReopened)
    assert (reopened.incident, reopened.ticket.status) == (ticket.incident, status)


def test_a_question_that_the_end_cut_off_is_owed_a_word_from_the_return(
    desk: TicketsDesk, outage: Outage
) -> None:
    ticket_id = desk.opens().id
    outage.has(ticket_id)
    desk.clock.advance(minutes=1)
    desk.writes(ticket_id, "Когда?")
    outage.ends()

    outage.returns()

    ticket = desk.shows(ticket_id)
    assert ticket.unanswered_since == ticket.created_at
    assert ticket.reopened_at == ticket.status_since == to_milliseconds(desk.now)


def test_an_answer_after_the_end_has_answered_it(desk: TicketsDesk, outage: Outage) -> None:
    ticket_id = desk.opens().id
    outage.has(ticket_id)
    outage.ends()
    desk.clock.advance(minutes=1)
    desk.answers(ticket_id)

    outage.returns()

    ticket = desk.shows(ticket_id)
    assert (ticket.status, ticket.unanswered_since, ticket.reopened_at) == (
        TicketStatus.OPEN,
        None,
        None,
    )


def test_what_an_agent_resolved_is_told_and_stays_resolved(
    desk: TicketsDesk, outage: Outage
) -> None:
    by_hand, reopened = desk.opens().id, desk.opens().id
    for ticket_id in (by_hand, reopened):
        outage.has(ticket_id)
    desk.resolves(by_hand)
    outage.ends()
    desk.clock.advance(minutes=1)
    desk.writes(reopened)
    desk.resolves(reopened)

    outage.returns()

    for ticket_id in (by_hand, reopened):
        ticket = desk.shows(ticket_id)
        assert told_in(ticket)[-1] == ("Вернулось", IncidentNotice.RETURNED)
        assert ticket.status == TicketStatus.RESOLVED
    assert [type(one) for one in desk.told()] == [IncidentTold] * 2


def test_whoever_wrote_after_the_end_is_told_and_goes_on(desk: TicketsDesk, outage: Outage) -> None:
    ticket_id = desk.opens().id
    outage.has(ticket_id)
    outage.ends()
    desk.clock.advance(minutes=1)
    desk.writes(ticket_id)
    before = desk.shows(ticket_id)

    outage.returns()

    ticket = desk.shows(ticket_id)
    assert told_in(ticket)[-1][1] is IncidentNotice.RETURNED
    assert (ticket.status, ticket.unanswered_since, ticket.reopened_at) == (
        before.status,
        before.unanswered_since,
        before.reopened_at,
    )


def test_going_back_without_an_end_is_news_like_other(desk: TicketsDesk, outage: Outage) -> None:
    ticket_id, quiet = desk.opens().id, desk.opens().id
    for one in (ticket_id, quiet):
        outage.has(one)
    desk.wishes_news(quiet, wanted=False)
    outage.is_watched()

    outage.returns()

    assert told_in(desk.shows(ticket_id))[-1] == ("Вернулось", IncidentNotice.NEWS)
    assert told_in(desk.shows(quiet)) == []


def test_what_was_said_of_before_the_end_that_was_none_is_no_end(
    desk: TicketsDesk, outage: Outage
) -> None:
    ticket_id = desk.opens().id
    outage.has(ticket_id)
    outage.ends()
    outage.returns()
    outage.is_watched()
    outage.was_over_for_a_minute()

    outage.returns()

    assert told_in(desk.shows(ticket_id))[-1] == ("Вернулось", IncidentNotice.NEWS)


def test_a_return_that_comes_again_is_told_once(desk: TicketsDesk, outage: Outage) -> None:
    ticket_id = desk.opens().id
    outage.has(ticket_id)
    outage.ends()
    outage.returns()
    before = desk.shows(ticket_id)

    outage.is_told(IncidentReopened)

    assert desk.shows(ticket_id) == before


def test_news_that_overtakes_the_return_opens_the_ticket_and_the_return_says_no_more(
    desk: TicketsDesk, outage: Outage
) -> None:
    ticket_id = desk.opens().id
    outage.has(ticket_id)
    desk.wishes_news(ticket_id, wanted=False)
    outage.ends()

    outage.returns_and_is_watched_which_is_heard_first()

    ticket = desk.shows(ticket_id)
    assert told_in(ticket)[1:] == [("Проверяем", IncidentNotice.RETURNED)]
    assert ticket.status == TicketStatus.OPEN


def test_facts_tell_whether_the_return_would_open_the_ticket(
    desk: TicketsDesk, outage: Outage
) -> None:
    by_hand, with_it = desk.opens().id, desk.opens().id
    for ticket_id in (by_hand, with_it):
        outage.has(ticket_id)
    desk.resolves(by_hand)

    outage.ends()

    told = {event.ticket.id: event.ticket.resolved_with_incident for event in desk.told()}
    assert told == {by_hand: False, with_it: True}
    outage.returns()
    assert not any(desk.shows(one).resolved_with_incident for one in (by_hand, with_it))


def test_a_ticket_that_moved_to_another_incident_is_not_opened_with_either(
    desk: TicketsDesk, outage: Outage
) -> None:
    ticket_id = desk.opens().id
    outage.has(ticket_id)
    outage.ends()

    desk.hears_link(ticket_id, outage.view().model_copy(update={"id": 4}), version=2)

    ticket = desk.shows(ticket_id)
    assert (ticket.status, ticket.resolved_with_incident) == (TicketStatus.RESOLVED, False)
