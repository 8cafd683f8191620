"""/close ends a ticket, with a last answer or without; /resolve ends incidents."""

import pytest

from contracts.vocabulary import Delivery, TicketStatus
from tests.support.bot_desk import BotDesk
from tests.support.bot_story import ticket_in
from tests.support.botapi import TelegramPerson


def test_a_ticket_is_closed_by_its_number(desk: BotDesk, anna: TelegramPerson) -> None:
    ticket = desk.opens_in_app("Сделано")

    said = anna.says(f"/close {ticket.id}")

    anna.receives(f"#{ticket.id}", "решён", after=said)
    assert desk.tickets.get_ticket(ticket.id).status == TicketStatus.RESOLVED
    anna.receives("уже решён", after=anna.says(f"/close {ticket.id}"))


def test_with_a_text_the_user_is_answered_and_told_that_it_is_done(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ticket_id = ticket_in(ivan.receives("принято", after=ivan.says("Не проходит оплата")))

    said = anna.says(f"/close {ticket_id} Готово,\nоплата прошла")

    anna.receives("доставлен", f"Тикет #{ticket_id} решён", after=said)
    ivan.receives("Ответ поддержки", "Готово,\nоплата прошла")
    ivan.receives(f"Обращение №{ticket_id} решено")
    ticket = desk.tickets.get_ticket(ticket_id)
    assert ticket.status == TicketStatus.RESOLVED
    assert ticket.messages[-1].delivery == Delivery.DELIVERED
    said = anna.says(f"/close {ticket_id} И ещё раз спасибо")
    anna.receives("доставлен", "был решён и раньше", after=said)


def test_what_was_done_is_told_when_the_answer_is_refused(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ticket_id = ticket_in(ivan.receives("принято", after=ivan.says("Не проходит оплата")))
    ivan.blocks_the_bot()

    said = anna.says(f"/close {ticket_id} Готово")

    anna.receives("не доставлен", f"Тикет #{ticket_id} решён", after=said)


def test_a_colleagues_answer_of_the_last_minute_is_pointed_out(
    desk: BotDesk, anna: TelegramPerson, boris: TelegramPerson
) -> None:
    ticket = desk.opens_in_app("Двое сразу")
    anna.receives("доставлен", after=anna.says(f"/reply {ticket.id} Чиним"))

    said = boris.says(f"/close {ticket.id} Готово")

    boris.receives("решён", "уже ответил(а) Анна", after=said)


@pytest.mark.parametrize(
    ("call", "help_words"),
    [
        ("/close", "/close 42 Готово"),
        ("/close Готово", "/close 42 Готово"),
        ("/close 0", "/close 42 Готово"),
        ("/close 999999", "Такого тикета нет"),
        ("/close 999999 Готово", "Такого тикета нет"),
        ("/close 99999999999999999999", "Такого тикета нет"),
    ],
)
def test_a_wrong_call_is_answered_with_how_it_is_done(
    anna: TelegramPerson, call: str, help_words: str
) -> None:
    anna.receives(help_words, after=anna.says(call))


def test_who_is_no_agent_closes_nothing(ivan: TelegramPerson) -> None:
    ivan.receives("для сотрудников", after=ivan.says("/close 1"))
