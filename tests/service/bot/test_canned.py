"""Answers that agents give often, by command, by reply and by button with a preview."""

import pytest

from tests.support.bot_desk import BotDesk
from tests.support.bot_story import press, ticket_in
from tests.support.botapi import TelegramPerson


def asks(person: TelegramPerson) -> int:
    """The number of the request that this person has opened."""
    return ticket_in(person.receives("№", after=person.says("Не работает")))


def bodies(desk: BotDesk, ticket_id: int) -> list[str]:
    return [one.body for one in desk.tickets.get_ticket(ticket_id).messages]


def test_the_list_shows_every_answer_with_its_text(anna: TelegramPerson) -> None:
    shown = anna.receives("Заготовки", after=anna.says("/canned"))

    assert "looking — Уже смотрим" in shown.text
    assert "Здравствуйте, {name}! Спасибо за обращение №{id}." in shown.text
    assert "fixed" in shown.text


def test_an_answer_goes_in_the_requesters_language(desk: BotDesk, anna: TelegramPerson) -> None:
    john = desk.user("John <Smith>", language_code="en")
    said = john.says("It does not work")
    ticket_id = ticket_in(john.receives("answer will come", after=said))

    said = anna.says(f"/canned {ticket_id} LOOKING")

    anna.receives("доставлен", f"#{ticket_id}", after=said)
    john.receives(f"Hello, John <Smith>! Thank you for request {ticket_id}.")


def test_a_reply_to_a_card_needs_no_number(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ticket_id = asks(ivan)
    card = anna.receives("Новый тикет", f"#{ticket_id} ")

    said = anna.says("/canned looking", reply_to=card)

    anna.receives("доставлен", f"#{ticket_id}", after=said)
    ivan.receives(f"Здравствуйте, Иван! Спасибо за обращение №{ticket_id}.")


def test_the_button_shows_the_answer_before_it_is_sent(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ticket_id = asks(ivan)
    card = anna.receives("Новый тикет", f"#{ticket_id} ")

    press(anna, card, "Заготовки")
    press(anna, card, "Исправлено")
    preview = anna.receives("Так её прочтёт Иван", "Причину нашли и исправили")
    assert preview.id == card.id
    assert len(bodies(desk, ticket_id)) == 1
    press(anna, card, "← Назад")
    press(anna, card, "Уже смотрим")
    press(anna, card, "Отправить")

    anna.receives("доставлен", f"#{ticket_id}", after=card)
    ivan.receives(f"Спасибо за обращение №{ticket_id}.")
    press(anna, card, "Заготовки")
    assert len(bodies(desk, ticket_id)) == 2


def test_a_preview_is_sent_once_however_often_it_is_pressed(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    ticket = desk.opens_in_app("Дважды")
    card = anna.receives("Новый тикет", f"#{ticket.id} ")
    press(anna, card, "Заготовки")
    press(anna, card, "Уже смотрим")
    preview = anna.sees(card, lambda one: one.button("Отправить") is not None)
    send = preview.button("Отправить")
    assert send is not None

    queries = [anna.world.press(anna.id, card.id, send.text, bot=anna.bot) for _ in range(2)]

    for query in queries:
        anna.world.wait_until(
            lambda query=query: anna.world.callback_answer(query), 15, "an answer to the press"
        )
    desk.waits_until_all_is_sent()
    assert len(bodies(desk, ticket.id)) == 2


def test_a_requester_without_a_name_is_not_called_by_an_id(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    ticket = desk.opens_in_app("Без имени", by=desk.nameless())

    said = anna.says(f"/canned {ticket.id} looking")

    anna.receives("доставлен", after=said)
    assert bodies(desk, ticket.id)[-1].startswith("Здравствуйте, уважаемый пользователь!")


def test_a_colleagues_answer_of_the_last_minute_is_pointed_out(
    desk: BotDesk, anna: TelegramPerson, boris: TelegramPerson
) -> None:
    ticket = desk.opens_in_app("Двое сразу")
    anna.receives("доставлен", after=anna.says(f"/reply {ticket.id} Чиним"))

    said = boris.says(f"/canned {ticket.id} looking")

    boris.receives("уже ответил(а) Анна", after=said)


@pytest.mark.parametrize(
    ("call", "help_words"),
    [
        ("/canned 42", "Не хватает названия"),
        ("/canned looking", "к какому тикету"),
        ("/canned 42 looking now", "/canned 42 looking"),
        ("/canned nothing", "Есть: looking, more, fixed."),
        ("/canned 42 <b>", "Заготовки «<b>» нет"),
        ("/canned 999999 looking", "Такого тикета нет"),
        ("/canned 99999999999999999999 looking", "Такого тикета нет"),
        ("/canned 0 looking", "/canned 42 looking"),
    ],
)
def test_a_wrong_call_is_answered_with_how_it_is_done(
    anna: TelegramPerson, call: str, help_words: str
) -> None:
    anna.receives(help_words, after=anna.says(call))


def test_who_is_no_agent_is_shown_no_answers(ivan: TelegramPerson) -> None:
    ivan.receives("для сотрудников", after=ivan.says("/canned"))
