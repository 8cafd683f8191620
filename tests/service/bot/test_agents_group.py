"""A desk whose agents have a group with topics: what is said, answered and refused there."""

from collections.abc import Iterator

import pytest

from tests.support.agents_room import Room, agents_room
from tests.support.bot_desk import BotDesk
from tests.support.bot_story import ticket_in
from tests.support.botapi import SUPPORT_BOT, TelegramPerson
from tests.support.waiting import wait_until

GROUP = -1_000_000_004_711


@pytest.fixture(scope="module")
def room(desk: BotDesk) -> Iterator[Room]:
    """A forum in which the bot may manage topics, for the tests of this file."""
    with agents_room(desk, GROUP, is_forum=True, is_managed=True) as opened:
        yield opened


def test_a_new_ticket_is_told_once_in_a_topic_of_its_own_and_answered_there(
    desk: BotDesk, room: Room, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    before = anna.received()[-1]

    ticket_id = ticket_in(ivan.receives("принято", after=ivan.says("Не грузится урок")))
    card = room.receives("Новый тикет", f"#{ticket_id}")
    assert card.topic == room.topic_of(ticket_id).id
    room.says(anna, "Уже чиним", reply_to=card)

    ivan.receives("Уже чиним")
    told = room.receives("доставлен", after=card)
    assert told.topic == card.topic
    desk.waits_until_all_is_sent()
    assert len(room.said_of("Не грузится урок")) == 1
    assert [one for one in anna.received() if one.id > before.id] == []


def test_what_agents_say_among_themselves_in_a_topic_is_no_answer(
    desk: BotDesk, room: Room, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ticket_id = ticket_in(ivan.receives("принято", after=ivan.says("Где оплата?")))
    card = room.receives("Новый тикет", f"#{ticket_id}")

    talk = room.says(anna, "Кто возьмёт?", topic=card.topic)
    room.says(anna, "Я", reply_to=talk, topic=card.topic)
    room.says(anna, f"/view_{ticket_id}", topic=card.topic)

    shown = room.receives("Где оплата?", after=talk)
    assert shown.topic == card.topic
    desk.waits_until_all_is_sent()
    assert len(desk.tickets.get_ticket(ticket_id).messages) == 1
    after = [one for one in room.said_of("") if one.id > talk.id]
    assert [one.id for one in after] == [shown.id]


def test_buttons_in_the_group_are_for_agents(
    desk: BotDesk, room: Room, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    stranger = desk.telegram.person(anna.id + 70_000, "Чужой")
    people = [anna.id, stranger.id]
    desk.telegram.add_group(
        GROUP, "Поддержка", people=people, bots=[SUPPORT_BOT], is_forum=True, managers=[SUPPORT_BOT]
    )
    ticket_id = ticket_in(ivan.receives("принято", after=ivan.says("Кнопки")))
    card = room.receives("Новый тикет", f"#{ticket_id}")

    assert "сотрудник" in room.presses(stranger, card, "Взять")
    assert desk.tickets.get_ticket(ticket_id).assignee is None
    room.presses(anna, card, "Взять")

    wait_until(lambda: desk.tickets.get_ticket(ticket_id).assignee is not None)


def test_the_topic_is_closed_with_the_ticket_and_opened_with_it(
    desk: BotDesk, room: Room, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ticket_id = ticket_in(ivan.receives("принято", after=ivan.says("Закроем тему")))
    card = room.receives("Новый тикет", f"#{ticket_id}")
    wait_until(lambda: room.topic_of(ticket_id))

    room.presses(anna, card, "Решён")
    wait_until(lambda: room.topic_of(ticket_id).is_closed)
    solved = ivan.receives(f"№{ticket_id}", "решено")
    ivan.says("Нет, не решено", reply_to=solved)

    wait_until(lambda: not room.topic_of(ticket_id).is_closed)
    assert room.receives("не решено").topic == card.topic


def test_a_bot_that_is_thrown_out_tells_agents_in_private_until_it_is_back(
    desk: BotDesk, room: Room, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    before = anna.received()[-1]
    desk.telegram.remove_bot(GROUP, anna.id, bot=SUPPORT_BOT)

    desk.opens_in_app("Группы больше нет")

    anna.receives("Группы больше нет", after=before, within=20)
    anna.receives("SUPPORT_AGENTS_CHAT_ID", after=before, within=40)
    desk.telegram.forget_calls()
    desk.telegram.return_bot(GROUP, anna.id, bot=SUPPORT_BOT)
    desk.telegram.wait_for_calls("getChatMember", within=40)
    desk.opens_in_app("Группа вернулась")

    room.receives("Группа вернулась")
    hints = [one for one in anna.received() if "SUPPORT_AGENTS_CHAT_ID" in one.text]
    assert len(hints) == 1
