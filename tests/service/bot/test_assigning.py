"""Who has a ticket: given by command or button, told to whoever gets it and whoever had it."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from contracts.tickets import RemoveAgent
from contracts.vocabulary import Priority, TicketStatus
from tests.support.bot_desk import AGENT_ID, OTHER_AGENT_ID, BotDesk
from tests.support.bot_story import press
from tests.support.botapi import TelegramPerson


@pytest.fixture
def ticket_id(desk: BotDesk, anna: TelegramPerson, boris: TelegramPerson) -> int:
    return desk.opens_in_app("Кому-нибудь").id


@pytest.fixture
def second_boris(desk: BotDesk) -> Iterator[None]:
    desk.lets_in(700, "Борислав Ким")
    yield
    desk.tickets.remove_agent(RemoveAgent(command_id=str(uuid4()), telegram_id=700))


def assignee(desk: BotDesk, ticket_id: int) -> int | None:
    agent = desk.tickets.get_ticket(ticket_id).assignee
    return agent.telegram_id if agent else None


def test_a_ticket_is_handed_over_by_name_and_both_are_told(
    desk: BotDesk, anna: TelegramPerson, boris: TelegramPerson, ticket_id: int
) -> None:
    said = anna.says(f"/assign {ticket_id} me")
    anna.receives(f"Тикет #{ticket_id} ваш", after=said)

    said = anna.says(f"/assign {ticket_id} борис")

    anna.receives("теперь на сотруднике: Борис", f"#{ticket_id} ", after=said)
    given = boris.receives("Анна назначил(а) тикет вам", f"#{ticket_id} ", "Кому-нибудь")
    assert given.button("Ответить") is not None
    assert assignee(desk, ticket_id) == OTHER_AGENT_ID

    said = anna.says(f"/assign {ticket_id} @{AGENT_ID}")
    anna.receives("ваш", after=said)
    boris.receives("Анна забрал(а) ваш тикет себе", f"#{ticket_id} ", after=given)

    said = boris.says(f"/assign {ticket_id} никому")
    boris.receives("снова ничей", after=said)
    anna.receives("Борис снял(а) с вас тикет, теперь он ничей", f"#{ticket_id} ")
    assert desk.tickets.get_ticket(ticket_id).status == TicketStatus.OPEN


@pytest.mark.parametrize("way", ["command", "button"])
def test_whose_ticket_is_taken_away_by_a_colleague_is_told(
    desk: BotDesk, anna: TelegramPerson, boris: TelegramPerson, ticket_id: int, *, way: str
) -> None:
    card = anna.receives("Новый тикет", f"#{ticket_id} ")
    taken = boris.says(f"/take {ticket_id}")
    boris.receives("ваш", after=taken)

    if way == "button":
        press(anna, card, "Взять")
    else:
        anna.says(f"/take {ticket_id}")

    boris.receives("Анна забрал(а) ваш тикет себе", f"#{ticket_id} ", after=taken)
    assert assignee(desk, ticket_id) == AGENT_ID


def test_the_button_offers_the_agents_and_the_way_back(
    desk: BotDesk, anna: TelegramPerson, ticket_id: int
) -> None:
    card = anna.receives("Новый тикет", f"#{ticket_id} ")

    press(anna, card, "Назначить")
    press(anna, card, "← Назад")
    press(anna, card, "Назначить")
    assert "Борис" in press(anna, card, "Борис").text

    assert assignee(desk, ticket_id) == OTHER_AGENT_ID
    press(anna, card, "Назначить")
    assert "ничей" in press(anna, card, "Никому").text
    assert assignee(desk, ticket_id) is None


@pytest.mark.usefixtures("second_boris")
def test_a_name_that_fits_several_is_asked_about(
    desk: BotDesk, anna: TelegramPerson, ticket_id: int
) -> None:
    said = anna.says(f"/assign {ticket_id} бор")

    asked = anna.receives("подходит несколько", after=said)
    press(anna, asked, "Борислав")

    assert assignee(desk, ticket_id) == 700


def test_an_unknown_name_is_answered_with_whom_there_is(
    desk: BotDesk, anna: TelegramPerson, ticket_id: int
) -> None:
    said = anna.says(f"/assign {ticket_id} Никита <b>")

    asked = anna.receives("«Никита <b>» я не знаю", after=said)
    assert asked.button("Борис") is not None
    assert assignee(desk, ticket_id) is None


def test_a_priority_is_set_by_command(desk: BotDesk, anna: TelegramPerson, ticket_id: int) -> None:
    said = anna.says(f"/priority {ticket_id} р1")

    anna.receives("P1", f"#{ticket_id} ", after=said)
    assert desk.tickets.get_ticket(ticket_id).priority == Priority.P1


@pytest.mark.parametrize(
    ("call", "help_words"),
    [
        ("/assign", "/assign 42 Анна"),
        ("/assign 42", "Не хватает, кому назначить"),
        ("/assign Анна 42", "/assign 42 Анна"),
        ("/assign 999999 me", "Такого тикета нет"),
        ("/assign 999999 Анна", "Такого тикета нет"),
        ("/assign 99999999999999999999 me", "Такого тикета нет"),
        ("/assign 42 " + "ы" * 101, "до 100 символов"),
        ("/priority", "/priority 42 P1"),
        ("/priority 42", "Нужен приоритет"),
        ("/priority 42 P4", "Нужен приоритет"),
        ("/priority 42 срочно", "/priority 42 P1"),
        ("/priority P1 42", "/priority 42 P1"),
        ("/priority 999999 P1", "Такого тикета нет"),
    ],
)
def test_a_wrong_call_is_answered_with_how_it_is_done(
    anna: TelegramPerson, call: str, help_words: str
) -> None:
    anna.receives(help_words, after=anna.says(call))


@pytest.mark.parametrize("call", ["/assign 1 me", "/priority 1 P0"])
def test_who_is_no_agent_is_refused(ivan: TelegramPerson, call: str) -> None:
    ivan.receives("для сотрудников", after=ivan.says(call))
