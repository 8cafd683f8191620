"""An incident was declared by mistake: its tickets are about none, and whoever waits is told so."""

import pytest

from contracts.event import to_milliseconds
from contracts.incidents import IncidentView, IncidentWithdrawn, UpdateView
from contracts.tickets import (
    LinkedIncident,
    MessageView,
    NoticeDelivered,
    Person,
    TicketLinked,
    TicketUnlinked,
    TicketView,
)
from contracts.vocabulary import (
    AuthorKind,
    CycleState,
    Delivery,
    IncidentImpact,
    IncidentNotice,
    IncidentStatus,
    Metric,
    Source,
    TicketStatus,
)
from tests.support.seen_by_sla import clock_of
from tests.support.tickets_desk import TicketsDesk

IVAN = Person(id="tg:9", name="Иван", telegram_id=9)
OOPS = LinkedIncident(id=3, title="Oops")
KNOWN, WITHDRAWN = IncidentNotice.KNOWN, IncidentNotice.WITHDRAWN


@pytest.fixture(autouse=True)
def agent(desk: TicketsDesk) -> None:
    desk.lets_in(7, "Пётр")


def declared(desk: TicketsDesk, number: int = OOPS.id) -> IncidentView:
    status = IncidentStatus.INVESTIGATING
    said = UpdateView(id=1, status=status, message=OOPS.title, created_at=desk.now)
    return IncidentView(
        id=number,
        title=OOPS.title,
        status=status,
        impact=IncidentImpact.CRITICAL,
        started_at=desk.now,
        updates=[said],
    )


def is_linked(desk: TicketsDesk, ticket_id: int, number: int = OOPS.id, version: int = 1) -> None:
    desk.clock.advance(seconds=5)
    desk.hears_link(ticket_id, declared(desk, number), version)


def is_undone(desk: TicketsDesk) -> None:
    """Some seconds later; what was told before is forgotten."""
    desk.clock.advance(seconds=5)
    desk.told()
    desk.hears_news(declared(desk), 5, IncidentWithdrawn)
    desk.tells_news()


def asked_in_telegram(desk: TicketsDesk) -> int:
    return desk.opens("Не проходит оплата", by=IVAN, source=Source.TELEGRAM).id


def told_in(ticket: TicketView) -> list[MessageView]:
    return [one for one in ticket.messages if one.author.kind == AuthorKind.SYSTEM]


def test_the_ticket_is_about_none_and_goes_on_as_before(desk: TicketsDesk) -> None:
    before = desk.opens()
    is_linked(desk, before.id)

    is_undone(desk)

    ticket = desk.shows(before.id)
    assert ticket.incident is None
    assert (ticket.status, ticket.status_since) == (TicketStatus.OPEN, before.status_since)
    assert ticket.unanswered_since == before.unanswered_since
    assert (ticket.noticed_at, ticket.unlinked_at) == (None, to_milliseconds(desk.now))
    known, mistake = told_in(ticket)
    assert (known.notice, mistake.notice) == (KNOWN, WITHDRAWN)
    assert (mistake.incident, mistake.body, mistake.incident_status) == (OOPS, "", None)
    assert mistake.delivery == Delivery.DELIVERED


def test_it_is_told_in_one_fact(desk: TicketsDesk) -> None:
    ticket_id = desk.opens().id
    is_linked(desk, ticket_id)

    is_undone(desk)

    (told,) = desk.told()
    assert isinstance(told, TicketUnlinked)
    assert (told.incident, told.message) == (OOPS, told_in(desk.shows(ticket_id))[-1])
    assert (told.ticket.noticed_at, told.ticket.unlinked_at) == (None, to_milliseconds(desk.now))


def test_in_telegram_neither_notice_counts_whenever_it_arrives(desk: TicketsDesk) -> None:
    ticket_id = asked_in_telegram(desk)
    is_linked(desk, ticket_id)
    is_undone(desk)
    known, mistake = told_in(desk.shows(ticket_id))
    assert (known.delivery, mistake.delivery) == (Delivery.PENDING, Delivery.PENDING)
    desk.clock.advance(seconds=5)

    desk.delivers(ticket_id, known.id)
    desk.delivers(ticket_id, mistake.id)

    ticket = desk.shows(ticket_id)
    assert [one.delivery for one in told_in(ticket)] == [Delivery.DELIVERED] * 2
    assert ticket.noticed_at is None
    assert NoticeDelivered not in {type(one) for one in desk.told()}


def test_a_withdrawal_that_comes_again_is_told_once(desk: TicketsDesk) -> None:
    ticket_id = desk.opens().id
    is_linked(desk, ticket_id)
    is_undone(desk)

    is_undone(desk)

    assert len(told_in(desk.shows(ticket_id))) == 2
    assert desk.told() == []


def test_a_link_that_is_heard_of_after_the_withdrawal_links_nothing(desk: TicketsDesk) -> None:
    ticket_id = desk.opens().id
    is_undone(desk)

    is_linked(desk, ticket_id)

    ticket = desk.shows(ticket_id)
    assert (ticket.incident, told_in(ticket), desk.told()) == (None, [], [])
    is_linked(desk, ticket_id, number=4, version=2)
    assert desk.shows(ticket_id).incident is not None


def test_the_notice_of_another_incident_counts_afterwards(desk: TicketsDesk) -> None:
    ticket_id = desk.opens().id
    is_linked(desk, ticket_id)
    is_undone(desk)
    desk.told()

    is_linked(desk, ticket_id, number=4, version=2)

    ticket = desk.shows(ticket_id)
    assert ticket.noticed_at == told_in(ticket)[-1].created_at
    assert [type(one) for one in desk.told()] == [TicketLinked, NoticeDelivered]


def test_a_ticket_that_was_moved_to_another_incident_stays_there(desk: TicketsDesk) -> None:
    ticket_id = desk.opens().id
    is_linked(desk, ticket_id)
    is_linked(desk, ticket_id, number=4, version=2)
    before = desk.shows(ticket_id)

    is_undone(desk)

    assert desk.shows(ticket_id) == before


def test_a_resolved_ticket_is_unlinked_without_a_word(desk: TicketsDesk) -> None:
    ticket_id = desk.opens().id
    is_linked(desk, ticket_id)
    desk.resolves(ticket_id)

    is_undone(desk)

    ticket = desk.shows(ticket_id)
    assert (ticket.incident, ticket.status) == (None, TicketStatus.RESOLVED)
    assert [one.notice for one in told_in(ticket)] == [KNOWN]
    (told,) = desk.told()
    assert isinstance(told, TicketUnlinked)
    assert told.message is None


def test_a_mistake_while_a_clock_catches_up_leaves_the_question_open(desk: TicketsDesk) -> None:
    ticket = desk.opens()
    desk.clock.advance(minutes=10)
    is_linked(desk, ticket.id)
    desk.clock.advance(minutes=-4)
    desk.hears_news(declared(desk), 5, IncidentWithdrawn)

    desk.tells_news()

    assert desk.shows(ticket.id).noticed_at is None
    assert clock_of(desk, ticket.id).next_due_at is not None


def test_a_link_while_a_clock_catches_up_is_the_first_response(desk: TicketsDesk) -> None:
    desk.clock.advance(minutes=10)
    ticket = desk.opens()
    desk.clock.advance(minutes=-4)

    is_linked(desk, ticket.id)

    first = clock_of(desk, ticket.id).latest(Metric.FIRST_RESPONSE)
    assert first is not None
    assert first.state is CycleState.ACHIEVED


def test_a_notice_that_arrives_after_the_mistake_is_none(desk: TicketsDesk) -> None:
    ticket = desk.opens(by=IVAN, source=Source.TELEGRAM)
    desk.clock.advance(minutes=10)
    is_linked(desk, ticket.id)
    known = desk.shows(ticket.id).messages[-1]
    desk.clock.advance(minutes=-4)
    desk.hears_news(declared(desk), 5, IncidentWithdrawn)
    desk.tells_news()
    desk.clock.advance(minutes=10)

    desk.delivers(ticket.id, known.id)

    assert desk.shows(ticket.id).noticed_at is None
    assert clock_of(desk, ticket.id).next_due_at is not None
