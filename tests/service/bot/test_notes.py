"""An agent's note: colleagues read it, the user never does."""

import pytest

from botapi.sights import Enclosed
from tests.support.bot_desk import BotDesk
from tests.support.bot_story import press, ticket_in
from tests.support.botapi import TelegramPerson
from tests.support.pictures import picture


def test_a_note_by_command_is_kept_and_marked(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    opened = ivan.receives("принято", after=ivan.says("Не работает оплата"))
    ticket_id = ticket_in(opened)

    said = anna.says(f"/note {ticket_id} Похоже на <b>прошлый</b> сбой")
    anna.receives("Заметка", f"#{ticket_id}", "только сотрудники", after=said)

    shown = anna.receives("Похоже на <b>прошлый</b> сбой", after=anna.says(f"/view_{ticket_id}"))
    assert "заметка, пользователь её не видит" in shown.text
    ticket = desk.tickets.get_ticket(ticket_id)
    assert ticket.messages[-1].is_note
    assert (ticket.assignee, ticket.first_response_at) == (None, None)
    anna.receives("доставлен", after=anna.says(f"/reply {ticket_id} Чиним"))
    ivan.receives("Чиним", after=opened)
    assert not [one for one in ivan.received() if "прошлый" in one.text]


def test_the_note_button_asks_and_the_reply_is_a_note_and_so_is_one_to_its_confirmation(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    ticket = desk.opens_in_app("Заметьте меня")
    card = anna.receives("Новый тикет", f"#{ticket.id} ")
    press(anna, card, "Заметка")
    asked = anna.receives("Напишите заметку", f"#{ticket.id} ", after=card)

    said = anna.says("Звонил банк", reply_to=asked)

    kept = anna.receives("Заметка", "сохранена", after=said)
    last = desk.tickets.get_ticket(ticket.id).messages[-1]
    assert (last.body, last.is_note) == ("Звонил банк", True)
    anna.receives("Заметка", "сохранена", after=anna.says("И ещё раз", reply_to=kept))
    last = desk.tickets.get_ticket(ticket.id).messages[-1]
    assert (last.body, last.is_note) == ("И ещё раз", True)
    anna.receives("доставлен", after=anna.says("А это ответ", reply_to=card))
    last = desk.tickets.get_ticket(ticket.id).messages[-1]
    assert (last.body, last.is_note) == ("А это ответ", False)


@pytest.mark.parametrize(
    ("garbled", "help_words"),
    [
        ("/note: клиент грубит", "Как оставить заметку"),
        ("/note,клиент грубит", "Как оставить заметку"),
        ("/NOTE—клиент грубит", "Как оставить заметку"),
        ("/noteклиент грубит", "Такой команды нет"),
        ("/nite: клиент грубит", "Такой команды нет"),
    ],
)
def test_a_mistyped_note_in_reply_to_a_card_is_no_answer_to_the_user(
    desk: BotDesk, anna: TelegramPerson, garbled: str, help_words: str
) -> None:
    ticket = desk.opens_in_app("Почему так долго")
    card = anna.receives("Новый тикет", f"#{ticket.id} ")
    group_id = desk.group_of(anna)
    desk.telegram.say(anna.id, f"/view_{ticket.id}", chat_id=group_id)
    in_group = desk.telegram.wait_for_message(group_id, lambda one: bool(one.buttons), within=30)

    said = anna.says(garbled, reply_to=card)
    desk.telegram.say(anna.id, garbled, chat_id=group_id, reply_to=in_group.id)

    anna.receives(help_words, after=said)
    desk.telegram.wait_for_message(group_id, lambda one: help_words in one.text, within=30)
    assert len(desk.tickets.get_ticket(ticket.id).messages) == 1


@pytest.mark.parametrize("text", ["/api/v1/pay отвечает 500", "/ivan@example.com не пускает"])
def test_a_user_may_begin_with_a_path(ivan: TelegramPerson, text: str) -> None:
    ivan.receives("принято", after=ivan.says(text))


def test_whoever_has_the_ticket_is_told_of_a_colleagues_note_alone(
    desk: BotDesk, anna: TelegramPerson, boris: TelegramPerson
) -> None:
    ticket = desk.opens_in_app("Чей-то тикет")
    anna.receives("ваш", after=anna.says(f"/take {ticket.id}"))

    said = boris.says(f"/note {ticket.id} Я звонил клиенту")

    boris.receives("сохранена", after=said)
    told = anna.receives("Борис оставил(а) заметку", f"#{ticket.id} ", "Я звонил клиенту")
    own = anna.says(f"/note {ticket.id} Спасибо")
    anna.receives("сохранена", after=own)
    desk.waits_until_all_is_sent()
    told_of = [one for one in anna.received() if "оставил(а) заметку" in one.text]
    assert told_of == [told]
    assert not [one for one in boris.received() if "оставил(а) заметку" in one.text]


def test_a_reply_to_the_notice_of_a_note_is_a_note_and_never_reaches_the_user(
    desk: BotDesk, anna: TelegramPerson, boris: TelegramPerson, ivan: TelegramPerson
) -> None:
    opened = ivan.receives("принято", after=ivan.says("Опять не работает"))
    ticket_id = ticket_in(opened)
    anna.receives("ваш", after=anna.says(f"/take {ticket_id}"))
    boris.receives("сохранена", after=boris.says(f"/note {ticket_id} Он грубит"))
    notice = anna.receives("оставил(а) заметку", f"#{ticket_id} ", "Ответ на это сообщение станет")

    kept = anna.receives("сохранена", after=anna.says("Да, вижу", reply_to=notice))

    last = desk.tickets.get_ticket(ticket_id).messages[-1]
    assert (last.body, last.is_note) == ("Да, вижу", True)
    anna.sends(Enclosed("photo", picture(), "Вот"), reply_to=notice)
    anna.receives("В заметке может быть только текст", after=kept)
    desk.waits_until_all_is_sent()
    assert [one for one in ivan.received() if one.id > opened.id] == []


@pytest.mark.parametrize(
    ("call", "help_words"),
    [
        ("/note", "/note 42 Похоже"),
        ("/note 42", "Не хватает текста заметки"),
        ("/note текст без номера", "/note 42 Похоже"),
        ("/note 0 текст", "/note 42 Похоже"),
        ("/note 999999 текст", "Такого тикета нет"),
        ("/note 99999999999999999999 текст", "Такого тикета нет"),
    ],
)
def test_a_wrong_call_is_answered_with_how_it_is_done(
    anna: TelegramPerson, call: str, help_words: str
) -> None:
    anna.receives(help_words, after=anna.says(call))


def test_who_is_no_agent_leaves_no_note(desk: BotDesk, ivan: TelegramPerson) -> None:
    ivan.receives("для сотрудников", after=ivan.says("/note 1 текст"))
