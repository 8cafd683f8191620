"""A ticket is about an incident: whoever waits for a first answer is told so, once."""

from datetime import timedelta

import pytest

from contracts.errors import AnswerOnItsWay, MessageNotFound
from contracts.event import to_milliseconds
from contracts.incidents import IncidentView
from contracts.tickets import (
    AnswerDelivered,
    LinkedIncident,
    NoticeDelivered,
    Person,
    TicketFacts,
    TicketLinked,
    TicketView,
)
from contracts.vocabulary import (
    AuthorKind,
    Delivery,
    IncidentImpact,
    IncidentNotice,
    IncidentStatus,
    Source,
    TicketStatus,
)
from tests.support.tickets_desk import REOPEN_WITHIN, TicketsDesk

IVAN = Person(id="tg:9", name="Иван", telegram_id=9)


@pytest.fixture(autouse=True)
def agent(desk: TicketsDesk) -> None:
    desk.lets_in(7, "Пётр")


def outage(desk: TicketsDesk, number: int = 3, title: str = "Не проходят платежи") -> IncidentView:
    return IncidentView(
        id=number,
        title=title,
        status=IncidentStatus.IDENTIFIED,
        impact=IncidentImpact.CRITICAL,
        started_at=desk.now,
    )


def asked_in_telegram(desk: TicketsDesk) -> int:
    return desk.opens("Не проходит оплата", by=IVAN, source=Source.TELEGRAM).id


def linked(desk: TicketsDesk, ticket_id: int, number: int = 3, version: int = 1) -> TicketView:
    """The ticket, a minute later and after the link was heard of."""
    desk.clock.advance(minutes=1)
    desk.told()
    desk.hears_link(ticket_id, outage(desk, number), version)
    return desk.shows(ticket_id)


def standing(ticket: TicketFacts) -> tuple[object, ...]:
    """What a notice must leave alone."""
    return (
        ticket.status,
        ticket.status_since,
        ticket.assignee,
        ticket.first_response_at,
        ticket.unanswered_since,
    )


def test_in_the_app_the_requester_finds_the_notice_at_once(desk: TicketsDesk) -> None:
    before = desk.opens("Не проходит оплата")

    ticket = linked(desk, before.id)

    incident = LinkedIncident(id=3, title="Не проходят платежи")
    assert ticket.incident == incident
    notice = ticket.messages[-1]
    assert (notice.author.kind, notice.author.name) == (AuthorKind.SYSTEM, "Пётр")
    assert (notice.body, notice.incident) == ("", incident)
    assert (notice.notice, notice.incident_status) == (
        IncidentNotice.KNOWN,
        IncidentStatus.IDENTIFIED,
    )
    assert notice.delivery == Delivery.DELIVERED
    assert ticket.noticed_at == notice.created_at == to_milliseconds(desk.now)
    assert ticket.last_message_at == notice.created_at
    assert standing(ticket) == standing(before)
    assert (ticket.version, ticket.unread) == (2, 0)


def test_a_link_is_told_with_its_notice_and_in_the_app_that_it_arrived(desk: TicketsDesk) -> None:
    ticket = linked(desk, desk.opens().id)

    told, delivered = desk.told()
    assert isinstance(told, TicketLinked)
    assert (told.incident, told.incident_status) == (ticket.incident, IncidentStatus.IDENTIFIED)
    assert told.message == ticket.messages[-1]
    assert (told.version, told.ticket.noticed_at) == (2, None)
    assert isinstance(delivered, NoticeDelivered)
    assert delivered.message_id == ticket.messages[-1].id
    assert delivered.written_at == delivered.ticket.noticed_at == ticket.noticed_at


def test_in_telegram_the_notice_counts_when_it_has_been_delivered(desk: TicketsDesk) -> None:
    ticket_id = asked_in_telegram(desk)
    before = linked(desk, ticket_id)
    (told,) = desk.told()
    notice = before.messages[-1]
    assert isinstance(told, TicketLinked)
    assert (notice.delivery, before.noticed_at) == (Delivery.PENDING, None)
    desk.clock.advance(seconds=5)

    for _ in range(2):
        desk.delivers(ticket_id, notice.id)

    ticket = desk.shows(ticket_id)
    assert ticket.messages[-1].delivery == Delivery.DELIVERED
    assert ticket.noticed_at == notice.created_at
    assert standing(ticket) == standing(before)
    (delivered,) = desk.told()
    assert isinstance(delivered, NoticeDelivered)
    assert (delivered.message_id, delivered.written_at) == (notice.id, notice.created_at)
    assert delivered.ticket.noticed_at == notice.created_at


def test_a_refused_notice_stays_undelivered_and_changes_nothing_else(desk: TicketsDesk) -> None:
    ticket_id = asked_in_telegram(desk)
    before = linked(desk, ticket_id)
    desk.told()

    desk.delivers(ticket_id, before.messages[-1].id, delivered=False, refusal="bot was blocked")

    ticket = desk.shows(ticket_id)
    assert ticket.messages[-1].delivery == Delivery.FAILED
    assert ticket.noticed_at is None
    assert standing(ticket) == standing(before)
    assert desk.told() == []


def test_whoever_was_answered_is_not_told(desk: TicketsDesk) -> None:
    ticket_id = desk.opens().id
    desk.answers(ticket_id, "Смотрим")

    ticket = linked(desk, ticket_id)

    assert ticket.incident is not None
    assert [message.body for message in ticket.messages] == ["Не могу войти", "Смотрим"]
    (told,) = desk.told()
    assert isinstance(told, TicketLinked)
    assert (told.message, ticket.noticed_at) == (None, None)


def test_an_answer_that_did_not_arrive_is_none(desk: TicketsDesk) -> None:
    ticket_id = asked_in_telegram(desk)
    answer = desk.answers(ticket_id, "Смотрим")
    desk.delivers(ticket_id, answer.id, delivered=False)

    assert linked(desk, ticket_id).messages[-1].author.kind == AuthorKind.SYSTEM


def test_the_answer_after_a_notice_is_the_first_response(desk: TicketsDesk) -> None:
    noticed = linked(desk, desk.opens().id)
    desk.clock.advance(minutes=5)

    answer = desk.answers(noticed.id, "Починили")

    ticket = desk.shows(noticed.id)
    assert ticket.first_response_at == answer.created_at
    assert ticket.unanswered_since is None
    assert ticket.noticed_at == noticed.noticed_at
    assert isinstance(desk.told()[-1], AnswerDelivered)


def test_a_link_that_comes_again_or_late_changes_nothing(desk: TicketsDesk) -> None:
    ticket_id = desk.opens().id
    linked(desk, ticket_id, number=4, version=2)
    before = desk.shows(ticket_id)
    desk.told()

    for number, version in ((4, 2), (3, 1)):
        desk.hears_link(ticket_id, outage(desk, number), version)

    assert desk.shows(ticket_id) == before
    assert desk.told() == []


def test_a_moved_link_tells_of_the_other_incident_and_of_none_twice(desk: TicketsDesk) -> None:
    ticket_id = desk.opens().id
    first = linked(desk, ticket_id, number=3, version=1)
    linked(desk, ticket_id, number=4, version=2)

    ticket = linked(desk, ticket_id, number=3, version=3)

    notices = [message.incident.id for message in ticket.messages if message.incident]
    assert notices == [3, 4]
    assert ticket.incident is not None
    assert (ticket.incident.id, ticket.noticed_at) == (3, first.noticed_at)


def test_a_ticket_that_does_not_exist_or_can_no_longer_change_is_left_alone(
    desk: TicketsDesk,
) -> None:
    ticket_id = desk.opens().id
    desk.resolves(ticket_id)
    desk.clock.advance(days=REOPEN_WITHIN.days)
    before = desk.shows(ticket_id)
    desk.told()

    for one in (ticket_id, 4_711, 0, 2**63):
        desk.hears_link(one, outage(desk))

    assert desk.shows(ticket_id) == before
    desk.closes_outlived()
    desk.hears_link(ticket_id, outage(desk))
    assert desk.shows(ticket_id).incident is None
    assert [type(event).__name__ for event in desk.told()] == ["TicketClosed"]


def test_a_link_by_somebody_whom_tickets_does_not_know_is_kept_too(desk: TicketsDesk) -> None:
    ticket_id = desk.opens().id

    desk.hears_link(ticket_id, outage(desk), by="tg:404")

    assert desk.shows(ticket_id).messages[-1].author.name == "tg:404"


def test_lists_name_the_incident(desk: TicketsDesk) -> None:
    plain, about = desk.opens().id, linked(desk, desk.opens().id)

    found = {ticket.id: ticket.incident for ticket in desk.lists().results}

    assert found == {plain: None, about.id: about.incident}


def test_a_merge_waits_for_the_notice_and_its_own_word_names_no_incident(desk: TicketsDesk) -> None:
    survivor_id, source_id = asked_in_telegram(desk), asked_in_telegram(desk)
    notice = linked(desk, source_id).messages[-1]
    with pytest.raises(AnswerOnItsWay):
        desk.merges(source_id, survivor_id)

    desk.delivers(source_id, notice.id)
    desk.merges(source_id, survivor_id)

    _, about, merged = desk.shows(source_id).messages
    assert about.incident is not None
    assert (merged.incident, merged.delivery) == (None, None)
    with pytest.raises(MessageNotFound):
        desk.delivers(source_id, merged.id)


def test_what_the_notice_was_the_word_to_is_late_in_no_other_ticket(desk: TicketsDesk) -> None:
    survivor_id, source_id = desk.opens().id, desk.opens().id
    linked(desk, source_id)
    desk.answers(survivor_id)

    survivor = desk.merges(source_id, survivor_id).result

    assert (survivor.unanswered_since, survivor.inherited_since) == (None, None)
    assert survivor.status == TicketStatus.WAITING


@pytest.mark.parametrize(("others", "is_owed"), [(3, False), (4, True)])
def test_it_is_owed_where_the_end_of_another_incident_is_waited_for(
    desk: TicketsDesk, others: int, *, is_owed: bool
) -> None:
    survivor_id, source = desk.opens().id, desk.opens()
    linked(desk, survivor_id, others)
    desk.answers(survivor_id)
    linked(desk, source.id, 3)

    survivor = desk.merges(source.id, survivor_id).result

    assert survivor.inherited_since == (source.created_at if is_owed else None)


def test_what_was_asked_after_the_notice_is_owed_where_the_ticket_goes_on(
    desk: TicketsDesk,
) -> None:
    survivor_id, source_id = desk.opens().id, desk.opens().id
    linked(desk, source_id)
    desk.answers(survivor_id)
    desk.clock.advance(minutes=1)
    asked = desk.writes(source_id, "Когда?")

    survivor = desk.merges(source_id, survivor_id).result

    assert survivor.unanswered_since == survivor.inherited_since == asked.created_at
    assert survivor.status == TicketStatus.IN_PROGRESS


def test_what_came_with_a_merge_after_the_notice_is_owed_too(desk: TicketsDesk) -> None:
    first, second, last = (desk.opens() for _ in range(3))
    linked(desk, second.id)
    desk.clock.advance(minutes=1)
    desk.merges(first.id, second.id)

    survivor = desk.merges(second.id, last.id).result

    assert survivor.inherited_since == first.created_at


def test_a_notice_is_nobodys_answer_in_the_figures(desk: TicketsDesk) -> None:
    linked(desk, desk.opens().id)

    figures = desk.counts(desk.now - timedelta(days=1), desk.now + timedelta(days=1))

    assert (figures.by_agent, figures.first_response.average_seconds) == ([], None)


def test_the_requesters_own_link_is_said_in_nobodys_name(desk: TicketsDesk) -> None:
    ticket_id = asked_in_telegram(desk)

    desk.hears_link(ticket_id, outage(desk), by="tg:9", by_requester=True)

    author = desk.shows(ticket_id).messages[-1].author
    assert (author.kind, author.name) == (AuthorKind.SYSTEM, "")
