"""/tickets and /my: the most urgent on top, how many of more, and what is said of none."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest

from contracts.tickets import (
    ListTickets,
    RemoveAgent,
    TakeTicket,
    TicketPage,
    TicketSummary,
)
from contracts.vocabulary import Priority
from services.bot.commands import tickets
from services.bot.letters import Letter
from tests.support.bot_asks import Handler, answered
from tests.support.bot_desk import BotDesk
from tests.support.botapi import TelegramPerson
from tests.support.waiting import wait_until

VERA = 801
PRIORITIES = [Priority.P3] * 6 + [Priority.P1, Priority.P3, Priority.P0, Priority.P2, Priority.P3]


@pytest.fixture
def vera(rested: BotDesk) -> Iterator[TelegramPerson]:
    """An agent who has nothing to do yet."""
    rested.lets_in(VERA, "Вера")
    yield rested.agent(VERA, "Вера")
    rested.tickets.remove_agent(RemoveAgent(command_id=str(uuid4()), telegram_id=VERA))


def hers(desk: BotDesk) -> list[TicketSummary]:
    query = ListTickets(assignee_id=f"tg:{VERA}", unfinished=True, limit=100)
    return desk.tickets.list_tickets(query).results


def named_in(text: str) -> list[int]:
    return [int(found) for found in re.findall(r"/view_(\d+)", text)]


def test_of_more_than_ten_the_most_urgent_are_shown_in_their_order(
    desk: BotDesk, vera: TelegramPerson
) -> None:
    vera.receives("На вас нет открытых тикетов", after=vera.says("/my"))
    opened = [desk.opens_in_app(f"Список {uuid4()}", priority=one) for one in PRIORITIES]
    for ticket in opened:
        take = TakeTicket(command_id=str(uuid4()), ticket_id=ticket.id, agent_id=f"tg:{VERA}")
        desk.tickets.take_ticket(take)
    wait_until(lambda: all(ticket.next_due_at for ticket in hers(desk)))
    by_urgency = sorted(hers(desk), key=lambda ticket: (ticket.next_due_at, ticket.id))
    assert [ticket.priority for ticket in by_urgency[:2]] == [Priority.P0, Priority.P1]

    mine = vera.receives("Мои тикеты", after=vera.says("/my"))
    everybodys = vera.receives("Открытые тикеты", after=vera.says("/tickets"))

    assert named_in(mine.text) == [ticket.id for ticket in by_urgency[:10]]
    assert mine.text.endswith("\n\nПоказаны 10 самых срочных.")
    most_urgent = ListTickets(unfinished=True, urgent_first=True, limit=10)
    page = desk.tickets.list_tickets(most_urgent)
    assert named_in(everybodys.text) == [ticket.id for ticket in page.results]
    assert everybodys.text.endswith("\n\nПоказаны 10 самых срочных.")


class NoTickets:
    """A desk where everything is done."""

    def list_tickets(self, _query: ListTickets) -> TicketPage:
        return TicketPage(results=[], next=None)


@pytest.mark.parametrize(
    ("handler", "told"),
    [
        (tickets.tickets, "Открытых тикетов нет 🎉"),
        (tickets.my, "На вас нет открытых тикетов. Все открытые: /tickets"),
    ],
)
def test_when_there_is_none_that_is_said(handler: Handler, told: str) -> None:
    (letter,) = answered(handler, NoTickets()).posts

    assert isinstance(letter, Letter)
    assert letter.text == told
