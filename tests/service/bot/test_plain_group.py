"""A group without topics, and a forum in which the bot may make none: the same cards, as plain
messages."""

from collections.abc import Iterator

import pytest

from tests.support.agents_room import Room, agents_room
from tests.support.bot_desk import AGENT_ID, BotDesk
from tests.support.bot_story import ticket_in
from tests.support.botapi import SUPPORT_BOT, TelegramPerson
from tests.support.waiting import wait_until

PLAIN, FORUM = -1_000_000_004_712, -1_000_000_004_713


@pytest.fixture(scope="module", params=[PLAIN, FORUM], ids=["plain", "forum without the right"])
def room(desk: BotDesk, request: pytest.FixtureRequest) -> Iterator[Room]:
    is_forum = request.param == FORUM
    with agents_room(desk, request.param, is_forum=is_forum, is_managed=False) as opened:
        yield opened


def test_every_card_comes_and_a_reply_to_one_answers_the_user(
    desk: BotDesk, room: Room, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    before = anna.received()[-1]
    ticket_id = ticket_in(ivan.receives("принято", after=ivan.says("Не грузится урок")))
    card = room.receives("Новый тикет", f"#{ticket_id}")

    room.says(anna, "Уже чиним", reply_to=card)

    answer = ivan.receives("Уже чиним")
    told = room.receives("доставлен", after=card)
    ivan.says("Спасибо, жду", reply_to=answer)
    room.receives("Новое сообщение", f"#{ticket_id}", "Спасибо, жду", after=told)
    anna.receives("Новое сообщение", f"#{ticket_id}", "Спасибо, жду", after=before)
    desk.waits_until_all_is_sent()
    assert len([one for one in room.said_of("Новый тикет") if f"#{ticket_id} " in one.text]) == 1
    assert [one for one in room.said_of("отвечает") if f"#{ticket_id} " in one.text] == []
    assert desk.telegram.topics(room.id, bot=SUPPORT_BOT) == []
    assert {one.topic for one in room.said_of("")} == {None}


def test_what_is_done_in_private_is_shown_in_the_group(
    room: Room, anna: TelegramPerson, boris: TelegramPerson, ivan: TelegramPerson
) -> None:
    ticket_id = ticket_in(ivan.receives("принято", after=ivan.says("Нет звука")))
    card = room.receives("Новый тикет", f"#{ticket_id}")

    boris.receives("доставлен", after=boris.says(f"/reply {ticket_id} Проверьте колонки"))
    boris.receives("сохранена", after=boris.says(f"/note {ticket_id} Третий раз за день"))
    boris.receives(f"#{ticket_id}", after=boris.says(f"/assign {ticket_id} @{AGENT_ID}"))

    room.receives("Борис отвечает", "Проверьте колонки", after=card)
    room.receives("Борис оставил(а) заметку", "Третий раз за день", after=card)
    room.receives("Борис назначил(а) тикет: Анна", f"#{ticket_id}", after=card)
    anna.receives("Борис назначил(а) тикет вам", f"#{ticket_id}")


def test_what_is_done_in_the_group_is_said_there_once(
    room: Room, anna: TelegramPerson, boris: TelegramPerson, ivan: TelegramPerson
) -> None:
    ticket_id = ticket_in(ivan.receives("принято", after=ivan.says("Нет картинки")))
    card = room.receives("Новый тикет", f"#{ticket_id}")

    room.presses(anna, card, "Заметка")
    asked = room.receives("Напишите заметку", f"#{ticket_id}", after=card)
    assert asked.marked("text_mention") == ["Анна"]
    room.desk.waits_until_all_is_sent()  # quicker than that, the bot does not know its own question
    room.says(anna, "Видел такое", reply_to=asked)
    room.receives("сохранена", after=asked)
    room.says(anna, f"/assign {ticket_id} борис")

    room.receives("теперь на сотруднике: Борис", after=asked)
    boris.receives("Анна назначил(а) тикет вам", f"#{ticket_id}")
    room.desk.waits_until_all_is_sent()
    assert room.said_of("Анна оставил(а) заметку") == []
    assert room.said_of("Анна назначил(а) тикет") == []


def test_a_button_under_a_card_works(
    desk: BotDesk, room: Room, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ticket_id = ticket_in(ivan.receives("принято", after=ivan.says("Кнопки")))
    card = room.receives("Новый тикет", f"#{ticket_id}")

    room.presses(anna, card, "Взять")

    wait_until(lambda: desk.tickets.get_ticket(ticket_id).assignee is not None)
    desk.telegram.wait_for_message(
        room.id, lambda one: one.id == card.id and "Анна" in one.text, within=20
    )


@pytest.mark.usefixtures("calm")
def test_what_is_pressed_under_an_old_card_of_an_incident_is_heard_in_the_group(
    desk: BotDesk, room: Room, anna: TelegramPerson
) -> None:
    room.says(anna, f"/incident Нет звука {room.id}")
    said = room.says(anna, "/resolve Звук вернулся")
    over = room.receives("завершён", after=said)

    room.presses(anna, over, "Вернулось")

    heard = room.receives("снова открыт", after=over)
    desk.waits_until_all_is_sent()
    assert [one.id for one in room.said_of("снова открыт")] == [over.id, heard.id]
    assert len(room.said_of(f"Нет звука {room.id}")) == 3


def test_a_forum_is_told_once_how_to_have_topics(desk: BotDesk, room: Room) -> None:
    desk.opens_in_app("Ещё один")

    room.receives("Ещё один")

    hints = room.said_of("сделайте бота администратором")
    assert len(hints) == (1 if room.id == FORUM else 0)
