"""An agent gives a ticket to another one, or lets go of it."""

import pytest

from contracts.errors import AssigneeNotFound, NotAnAgent, TicketClosed
from contracts.event import to_milliseconds
from contracts.tickets import AgentView, TicketAssigned
from contracts.vocabulary import TicketStatus
from tests.support.tickets_desk import REOPEN_WITHIN, TicketsDesk


@pytest.fixture(autouse=True)
def agents(desk: TicketsDesk) -> None:
    desk.lets_in(7, "Пётр")
    desk.lets_in(8, "Ольга")


PETR = AgentView(id="tg:7", name="Пётр", telegram_id=7)
OLGA = AgentView(id="tg:8", name="Ольга", telegram_id=8)


def test_a_ticket_goes_to_whom_it_is_given_and_everybody_can_know(desk: TicketsDesk) -> None:
    ticket = desk.opens()
    desk.takes(ticket.id)
    desk.told()
    desk.clock.advance(minutes=3)

    given = desk.assigns(ticket.id, "tg:8")

    assert (given.assignee, given.taken_at) == (OLGA, to_milliseconds(desk.now))
    assert (given.status, given.version) == (TicketStatus.IN_PROGRESS, 3)
    (told,) = desk.told()
    assert isinstance(told, TicketAssigned)
    assert (told.agent, told.former, told.ticket.assignee) == (PETR, PETR, OLGA)


def test_what_nobody_had_is_in_progress_once_given(desk: TicketsDesk) -> None:
    ticket = desk.opens()

    assert desk.assigns(ticket.id, "tg:8").status == TicketStatus.IN_PROGRESS


def test_a_ticket_in_progress_that_is_let_go_of_is_open_again(desk: TicketsDesk) -> None:
    ticket = desk.opens()
    desk.takes(ticket.id)
    desk.told()
    desk.clock.advance(minutes=3)

    left = desk.assigns(ticket.id, None)

    assert (left.assignee, left.taken_at) == (None, to_milliseconds(desk.now))
    assert left.status == TicketStatus.OPEN
    (told,) = desk.told()
    assert isinstance(told, TicketAssigned)
    assert (told.former, told.ticket.assignee) == (PETR, None)


def test_one_that_waits_for_its_user_goes_on_waiting_without_anybody(desk: TicketsDesk) -> None:
    ticket = desk.opens()
    desk.answers(ticket.id)

    assert desk.assigns(ticket.id, None).status == TicketStatus.WAITING


@pytest.mark.parametrize("assignee", ["tg:7", None])
def test_what_is_so_already_is_no_news(desk: TicketsDesk, assignee: str | None) -> None:
    ticket = desk.opens()
    desk.assigns(ticket.id, assignee)
    before = desk.shows(ticket.id)
    desk.told()

    assert desk.assigns(ticket.id, assignee) == before
    assert desk.told() == []


def test_what_cannot_be_assigned_is_refused(desk: TicketsDesk) -> None:
    ticket = desk.opens()
    desk.removes(8)

    for nobody in ("tg:8", "tg:9", "anna"):
        with pytest.raises(AssigneeNotFound):
            desk.assigns(ticket.id, nobody)
    with pytest.raises(NotAnAgent):
        desk.assigns(ticket.id, "tg:7", by="tg:8")
    desk.resolves(ticket.id)
    desk.clock.advance(seconds=REOPEN_WITHIN.total_seconds())
    with pytest.raises(TicketClosed):
        desk.assigns(ticket.id, "tg:7")
