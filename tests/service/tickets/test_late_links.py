"""A link is heard of when its incident is over: whoever asked hears the end, and nothing before."""

import pytest

from contracts.incidents import IncidentWithdrawn
from contracts.tickets import IncidentTold, NoticeDelivered, TicketLinked, TicketResolved
from contracts.vocabulary import AuthorKind, IncidentNotice, IncidentStatus, TicketStatus
from tests.support.outage import Outage
from tests.support.tickets_desk import TicketsDesk

KNOWN, NEWS, RETURNED = IncidentNotice.KNOWN, IncidentNotice.NEWS, IncidentNotice.RETURNED


@pytest.fixture(autouse=True)
def agent(desk: TicketsDesk) -> None:
    desk.lets_in(7, "Пётр")


@pytest.fixture
def outage(desk: TicketsDesk) -> Outage:
    return Outage(desk)


def told_in(desk: TicketsDesk, ticket_id: int) -> list[tuple[IncidentNotice | None, str]]:
    messages = desk.shows(ticket_id).messages
    return [(one.notice, one.body) for one in messages if one.author.kind == AuthorKind.SYSTEM]


def test_the_end_is_told_and_resolves_the_ticket(desk: TicketsDesk, outage: Outage) -> None:
    ticket_id, link = desk.opens().id, outage.view()
    outage.ends()

    desk.hears_link(ticket_id, link)

    ticket = desk.shows(ticket_id)
    assert told_in(desk, ticket_id) == [(NEWS, "Починили")]
    assert ticket.messages[-1].incident_status == IncidentStatus.RESOLVED
    assert (ticket.status, ticket.unanswered_since) == (TicketStatus.RESOLVED, None)
    assert ticket.noticed_at == ticket.messages[-1].created_at
    linked, *told = desk.told()
    assert isinstance(linked, TicketLinked)
    assert linked.message is None
    assert [type(one) for one in told] == [IncidentTold, NoticeDelivered, TicketResolved]


def test_whoever_wrote_after_the_end_is_told_and_stays_open(
    desk: TicketsDesk, outage: Outage
) -> None:
    ticket_id, link = desk.opens().id, outage.view()
    outage.ends()
    desk.clock.advance(minutes=1)
    desk.writes(ticket_id, "У меня всё ещё нет")

    desk.hears_link(ticket_id, link)

    assert told_in(desk, ticket_id) == [(NEWS, "Починили")]
    assert desk.shows(ticket_id).status == TicketStatus.OPEN


def test_an_incident_that_is_back_opens_it_again(desk: TicketsDesk, outage: Outage) -> None:
    ticket_id, link = desk.opens().id, outage.view()
    outage.ends()
    desk.hears_link(ticket_id, link)

    outage.returns()

    assert told_in(desk, ticket_id) == [(NEWS, "Починили"), (RETURNED, "Вернулось")]
    assert desk.shows(ticket_id).status == TicketStatus.OPEN


def test_of_an_incident_that_is_back_already_it_is_known(desk: TicketsDesk, outage: Outage) -> None:
    ticket_id, link = desk.opens().id, outage.view()
    outage.ends()
    outage.returns()

    desk.hears_link(ticket_id, link)

    assert told_in(desk, ticket_id) == [(KNOWN, "")]
    assert desk.shows(ticket_id).status == TicketStatus.OPEN


def test_of_one_that_is_withdrawn_nothing_is_told(desk: TicketsDesk, outage: Outage) -> None:
    ticket_id, link = desk.opens().id, outage.view()
    outage.is_told(IncidentWithdrawn)

    desk.hears_link(ticket_id, link)

    assert (desk.shows(ticket_id).incident, told_in(desk, ticket_id)) == (None, [])


def test_a_link_that_moves_here_is_told_of_the_end_once(desk: TicketsDesk, outage: Outage) -> None:
    ticket_id, link = desk.opens().id, outage.view()
    desk.hears_link(ticket_id, link.model_copy(update={"id": 4}))
    outage.ends()

    for version in (2, 3):
        desk.hears_link(ticket_id, link, version)

    assert told_in(desk, ticket_id) == [(KNOWN, ""), (NEWS, "Починили")]


def test_it_is_told_once_whether_its_turn_is_over_or_still_to_come(
    desk: TicketsDesk, outage: Outage
) -> None:
    link = outage.view()
    passed, first, second, ahead = (desk.opens().id for _ in range(4))
    for ticket_id in (first, second):
        outage.has(ticket_id)
    outage.ends_with_nobody_told()
    desk.tells_next_news(at_once=1)

    for ticket_id in (passed, ahead):
        desk.hears_link(ticket_id, link)

    assert told_in(desk, passed) == [(NEWS, "Починили")]
    assert told_in(desk, ahead) == []
    desk.tells_news(at_once=1)
    for ticket_id in (passed, ahead):
        assert told_in(desk, ticket_id) == [(NEWS, "Починили")]
        assert desk.shows(ticket_id).status == TicketStatus.RESOLVED
