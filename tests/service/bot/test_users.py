"""What a user lives through: a message becomes a ticket, the answer comes back."""

import pytest

from contracts.vocabulary import Category, Delivery, Priority, Source, TicketStatus
from tests.support.bot_desk import BotDesk
from tests.support.bot_story import press, ticket_in
from tests.support.botapi import TelegramPerson


@pytest.mark.parametrize(
    "argument", ["status", "STATUS", "Status", "status please", "status\nplease"]
)
def test_whoever_asks_for_news_of_outages_is_subscribed_however_they_write_it(
    ivan: TelegramPerson, argument: str
) -> None:
    ivan.receives("узнаете о сбоях", after=ivan.says(f"/start {argument}"))


@pytest.mark.parametrize("argument", ["", " statuses", " hello status"])
def test_any_other_start_is_greeted(ivan: TelegramPerson, argument: str) -> None:
    ivan.receives("Здравствуйте, Иван", after=ivan.says(f"/start{argument}"))


def test_a_message_becomes_a_ticket_and_the_answer_comes_back(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ivan.says("Не проходит <b>оплата</b> & вообще")
    opened = ivan.receives("принято")
    ticket_id = ticket_in(opened)

    card = anna.receives("Новый тикет", f"#{ticket_id} ")
    anna.says("Уже чиним", reply_to=card)

    answer = ivan.receives("Ответ поддержки", "Уже чиним", after=opened)
    assert "Анна" in answer.text
    anna.receives(f"#{ticket_id}", "доставлен", after=card)
    ticket = desk.tickets.get_ticket(ticket_id)
    assert ticket.source == Source.TELEGRAM
    assert ticket.description == "Не проходит <b>оплата</b> & вообще"
    assert ticket.status == TicketStatus.WAITING
    assert ticket.messages[-1].delivery == Delivery.DELIVERED
    assert ticket.first_response_at is not None


def test_a_further_message_continues_the_newest_open_ticket(
    desk: BotDesk, ivan: TelegramPerson
) -> None:
    ivan.says("Первое")
    opened = ivan.receives("принято")

    ivan.says("И ещё вот что")

    ivan.receives("Добавлено", after=opened)
    ticket = desk.tickets.get_ticket(ticket_in(opened))
    assert [message.body for message in ticket.messages] == ["Первое", "И ещё вот что"]


def test_the_button_makes_the_next_message_a_request_of_its_own(
    ivan: TelegramPerson,
) -> None:
    ivan.says("Первое")
    first = ivan.receives("принято")
    press(ivan, first, "Новое обращение")
    asked = ivan.receives("Опишите новый вопрос", after=first)

    ivan.says("Совсем другое")

    second = ivan.receives("принято", after=asked)
    assert ticket_in(second) != ticket_in(first)


def test_a_reply_to_an_older_request_continues_that_one(
    desk: BotDesk, ivan: TelegramPerson
) -> None:
    ivan.says("Первое")
    first = ivan.receives("принято")
    press(ivan, first, "Новое обращение")
    asked = ivan.receives("Опишите новый вопрос", after=first)
    ivan.says("Второе")
    second = ivan.receives("принято", after=asked)

    ivan.says("К первому", reply_to=first)

    ivan.receives("Добавлено", f"№{ticket_in(first)}", after=second)
    assert len(desk.tickets.get_ticket(ticket_in(first)).messages) == 2


def test_buttons_tell_category_and_impact(desk: BotDesk, ivan: TelegramPerson) -> None:
    ivan.says("Не пускает")
    opened = ivan.receives("принято")

    press(ivan, opened, "Вход/Регистрация")
    press(ivan, opened, "Не могу пользоваться")

    ticket = desk.tickets.get_ticket(ticket_in(opened))
    assert (ticket.category, ticket.priority) == (Category.LOGIN, Priority.P1)


def test_one_user_cannot_move_another_users_ticket(desk: BotDesk, ivan: TelegramPerson) -> None:
    ivan.says("Моё")
    opened = ivan.receives("принято")
    olga = desk.user("Ольга")
    olga.says("Чужое")
    hers = olga.receives("принято")

    olga.says("Подслушать", reply_to=hers)
    olga.receives("Добавлено", after=hers)

    assert len(desk.tickets.get_ticket(ticket_in(opened)).messages) == 1


def test_a_user_is_asked_to_wait_after_five_tickets_in_an_hour(
    desk: BotDesk, ivan: TelegramPerson
) -> None:
    last = ivan.says("Обращение 0")
    for number in range(1, 6):
        opened = ivan.receives("принято", after=last)
        press(ivan, opened, "Новое обращение")
        last = ivan.receives("Опишите", after=opened)
        ivan.says(f"Обращение {number}")

    refused = ivan.receives("Слишком много", after=last)
    ivan.says("Тогда ещё о последнем")
    ivan.receives("Добавлено", after=refused)


def test_commands_of_agents_are_refused_and_never_become_tickets(
    desk: BotDesk, ivan: TelegramPerson
) -> None:
    for command in ("/tickets", "/view_1", "/reply 1 привет", "/incident Всё"):
        said = ivan.says(command)
        ivan.receives("для сотрудников", after=said)

    assert desk.tickets_of(ivan) == []


def test_start_help_and_status_answer_anybody(ivan: TelegramPerson) -> None:
    said = ivan.says("/start")
    ivan.receives("Иван", "поддержка", after=said)
    said = ivan.says("/help")
    ivan.receives("станет обращением", after=said)
    said = ivan.says("/status")
    ivan.receives("работают", after=said)


def test_a_user_hears_their_own_language(desk: BotDesk) -> None:
    john = desk.user("John", language_code="en-GB")

    john.says("I cannot pay")

    opened = john.receives("is registered")
    assert opened.button("Payment/Subscription") is not None


def test_a_resolved_request_is_told_and_a_reply_reopens_it(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ivan.says("Не работает")
    opened = ivan.receives("принято")
    card = anna.receives("Новый тикет", f"#{ticket_in(opened)} ")
    press(anna, card, "Решён")
    told = ivan.receives("решено", after=opened)

    ivan.says("Нет, не работает", reply_to=told)

    ivan.receives("Добавлено", after=told)
    anna.receives("открыт заново", f"#{ticket_in(opened)} ")
    assert desk.tickets.get_ticket(ticket_in(opened)).status == TicketStatus.IN_PROGRESS


def test_what_agents_hold_for_the_most_urgent_stays_so_and_whoever_asked_is_told(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    opened = ivan.receives("принято", after=ivan.says("Всё лежит"))
    ticket_id = ticket_in(opened)
    anna.receives("P0", after=anna.says(f"/priority {ticket_id} P0"))

    answer = press(ivan, opened, "Мешает, но можно обойти")

    assert answer.text == "Обращение и так отмечено как самое срочное"
    assert desk.tickets.get_ticket(ticket_id).priority == "P0"
