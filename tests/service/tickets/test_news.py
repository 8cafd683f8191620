"""The requesters of an incident's tickets are told what the public is told, and of its end."""

import pytest

from contracts.errors import TicketNotFound
from contracts.event import to_milliseconds
from contracts.incidents import IncidentView, UpdateView
from contracts.tickets import IncidentTold, NoticeDelivered, Person, TicketResolved, TicketView
from contracts.vocabulary import (
    Category,
    Delivery,
    IncidentImpact,
    IncidentNotice,
    IncidentStatus,
    Source,
    TicketStatus,
)
from tests.support.tickets_desk import TicketsDesk

IVAN = Person(id="tg:9", name="Иван", telegram_id=9)
IDENTIFIED, RESOLVED = IncidentStatus.IDENTIFIED, IncidentStatus.RESOLVED


@pytest.fixture(autouse=True)
def agent(desk: TicketsDesk) -> None:
    desk.lets_in(7, "Пётр")


def outage(
    desk: TicketsDesk,
    said: str = "Нашли причину",
    status: IncidentStatus = IDENTIFIED,
    number: int = 3,
) -> IncidentView:
    update = UpdateView(id=1, status=status, message=said, created_at=desk.now)
    return IncidentView(
        id=number,
        title="Не проходят платежи",
        status=status,
        impact=IncidentImpact.CRITICAL,
        started_at=desk.now,
        updates=[update],
    )


def linked(desk: TicketsDesk, number: int = 3, **how: object) -> int:
    """A ticket that is about the incident."""
    ticket_id = desk.opens("Не проходит оплата", **how).id
    desk.hears_link(ticket_id, outage(desk, number=number))
    desk.clock.advance(minutes=1)
    desk.told()
    return ticket_id


def is_told(
    desk: TicketsDesk,
    said: str = "Нашли причину",
    status: IncidentStatus = IDENTIFIED,
    version: int = 5,
) -> None:
    desk.hears_news(outage(desk, said, status), version)
    desk.tells_news()


def news_in(ticket: TicketView) -> list[tuple[str, IncidentStatus | None]]:
    return [
        (one.body, one.incident_status)
        for one in ticket.messages
        if one.notice is IncidentNotice.NEWS
    ]


def test_an_update_is_told_in_the_ticket_and_leaves_the_rest_alone(desk: TicketsDesk) -> None:
    ticket_id = linked(desk)
    before = desk.shows(ticket_id)

    is_told(desk)

    ticket = desk.shows(ticket_id)
    assert news_in(ticket) == [("Нашли причину", IDENTIFIED)]
    assert ticket.messages[-1].delivery == Delivery.DELIVERED
    assert (ticket.status, ticket.unanswered_since) == (before.status, before.unanswered_since)
    assert ticket.noticed_at == before.noticed_at
    (told,) = desk.told()
    assert isinstance(told, IncidentTold)
    assert (told.message, told.incident_status) == (ticket.messages[-1], IDENTIFIED)


def test_the_end_is_told_and_resolves_the_ticket(desk: TicketsDesk) -> None:
    ticket_id = linked(desk)

    is_told(desk, "Починили", RESOLVED)

    ticket = desk.shows(ticket_id)
    assert news_in(ticket) == [("Починили", RESOLVED)]
    assert (ticket.status, ticket.resolved_at) == (
        TicketStatus.RESOLVED,
        to_milliseconds(desk.now),
    )
    assert ticket.unanswered_since is None
    told, resolved = desk.told()
    assert isinstance(told, IncidentTold)
    assert isinstance(resolved, TicketResolved)
    assert resolved.incident == ticket.incident
    assert resolved.agent.id == ""


def test_a_reply_reopens_it_by_itself(desk: TicketsDesk) -> None:
    ticket_id = linked(desk)
    is_told(desk, "Починили", RESOLVED)
    desk.clock.advance(minutes=1)

    desk.writes(ticket_id, "У меня всё ещё нет")

    assert desk.shows(ticket_id).status == TicketStatus.OPEN


@pytest.mark.parametrize("is_answered", [True, False])
def test_whoever_wrote_after_the_end_is_told_and_stays_open(
    desk: TicketsDesk, is_answered: bool
) -> None:
    ticket_id = linked(desk)
    if is_answered:
        desk.answers(ticket_id)
    end = outage(desk, "Починили", RESOLVED)
    desk.clock.advance(seconds=5)
    desk.writes(ticket_id, "У меня всё ещё нет")

    desk.hears_news(end, 5)
    desk.tells_news()

    ticket = desk.shows(ticket_id)
    assert news_in(ticket) == [("Починили", RESOLVED)]
    assert ticket.status == (TicketStatus.IN_PROGRESS if is_answered else TicketStatus.OPEN)
    assert ticket.unanswered_since is not None


def test_what_an_agent_has_resolved_hears_of_the_end_alone(desk: TicketsDesk) -> None:
    ticket_id = linked(desk)
    desk.resolves(ticket_id)
    desk.told()

    is_told(desk, version=5)
    is_told(desk, "Починили", RESOLVED, version=6)

    assert news_in(desk.shows(ticket_id)) == [("Починили", RESOLVED)]
    assert [type(one) for one in desk.told()] == [IncidentTold]


def test_whoever_wants_no_updates_hears_of_the_end(desk: TicketsDesk) -> None:
    ticket_id = linked(desk)
    assert not desk.wishes_news(ticket_id, wanted=False).wants_news

    is_told(desk, version=5)
    is_told(desk, "Починили", RESOLVED, version=6)

    assert news_in(desk.shows(ticket_id)) == [("Починили", RESOLVED)]
    assert desk.wishes_news(ticket_id, wanted=True).wants_news


def test_nobody_wishes_for_another(desk: TicketsDesk) -> None:
    ticket_id = linked(desk)

    with pytest.raises(TicketNotFound):
        desk.wishes_news(ticket_id, wanted=False, by="boris")

    assert desk.shows(ticket_id).wants_news


def test_older_news_is_told_to_nobody(desk: TicketsDesk) -> None:
    ticket_id = linked(desk)

    is_told(desk, "Починили", RESOLVED, version=6)
    is_told(desk, "Нашли причину", IDENTIFIED, version=5)
    is_told(desk, "Починили", RESOLVED, version=6)

    assert news_in(desk.shows(ticket_id)) == [("Починили", RESOLVED)]


def test_only_the_tickets_of_that_incident_are_told(desk: TicketsDesk) -> None:
    other, unlinked = linked(desk, number=4), desk.opens().id

    is_told(desk)

    assert [news_in(desk.shows(one)) for one in (other, unlinked)] == [[], []]


def test_many_are_told_bit_by_bit_each_once_and_in_order(desk: TicketsDesk) -> None:
    ticket_ids = [linked(desk) for _ in range(7)]
    desk.hears_news(outage(desk), 5)
    desk.hears_news(outage(desk, "Починили", RESOLVED), 6)

    rounds = desk.tells_news(at_once=3)

    assert rounds == 6
    for ticket_id in ticket_ids:
        told = news_in(desk.shows(ticket_id))
        assert told == [("Нашли причину", IDENTIFIED), ("Починили", RESOLVED)]


def test_in_telegram_it_waits_for_its_delivery(desk: TicketsDesk) -> None:
    ticket_id = desk.opens("Не проходит", by=IVAN, source=Source.TELEGRAM).id
    desk.hears_link(ticket_id, outage(desk))
    desk.clock.advance(minutes=1)
    is_told(desk)
    told = desk.shows(ticket_id).messages[-1]
    assert told.delivery == Delivery.PENDING
    desk.told()

    desk.delivers(ticket_id, told.id)

    ticket = desk.shows(ticket_id)
    assert ticket.messages[-1].delivery == Delivery.DELIVERED
    assert ticket.noticed_at == told.created_at
    assert [type(one) for one in desk.told()] == [NoticeDelivered]


def test_whoever_was_told_or_answered_before_is_not_noticed_again(desk: TicketsDesk) -> None:
    told, answered = linked(desk), linked(desk)
    noticed_at = desk.shows(told).noticed_at
    desk.answers(answered)
    desk.told()

    is_told(desk)

    assert desk.shows(told).noticed_at == noticed_at
    assert NoticeDelivered not in {type(one) for one in desk.told()}


def test_tickets_match_by_category_and_time_and_are_linked_to_none(desk: TicketsDesk) -> None:
    desk.opens("Давно", category=Category.PAYMENT)
    desk.clock.advance(hours=1)
    since = desk.now
    first = desk.opens("Оплата", category=Category.PAYMENT).id
    desk.opens("Видео", category=Category.ZOOM)
    taken = desk.opens("Уже связан", category=Category.PAYMENT).id
    desk.hears_link(taken, outage(desk))
    desk.resolves(desk.opens("Решён", category=Category.PAYMENT).id)
    second = desk.opens("Оплата", category=Category.PAYMENT).id

    assert desk.matches("payment", since=since) == [first, second]
    assert len(desk.matches(since=since)) == 3
