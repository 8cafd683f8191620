"""Replies into topics that were closed or deleted before they could go."""

from collections.abc import Iterator

import pytest

from botapi.sights import ChatMessage
from tests.support.agents_room import Room, agents_room
from tests.support.bot_desk import BotDesk
from tests.support.bot_story import ticket_in
from tests.support.botapi import SUPPORT_BOT, TelegramPerson

MANAGED, UNMANAGED = -1_000_000_004_714, -1_000_000_004_715


@pytest.fixture(scope="module")
def managed(desk: BotDesk) -> Iterator[Room]:
    """A forum in which the bot may manage topics."""
    with agents_room(desk, MANAGED, is_forum=True, is_managed=True) as opened:
        yield opened


@pytest.fixture
def unmanaged(desk: BotDesk, managed: Room) -> Room:
    """Another, in which it is a member like any other."""
    people = [managed.founder.id]
    desk.telegram.add_group(UNMANAGED, "Группа", people=people, bots=[SUPPORT_BOT], is_forum=True)
    return Room(desk, managed.founder, UNMANAGED)


def close(room: Room) -> int:
    """A topic that the owner has closed."""
    telegram = room.desk.telegram
    topic = telegram.open_topic(room.founder.id, room.id, "Разное", bot=SUPPORT_BOT)
    telegram.turn_topic(room.founder.id, room.id, topic, is_closed=True, bot=SUPPORT_BOT)
    return topic


def is_closed(room: Room, topic: int) -> bool:
    found = room.desk.telegram.topics(room.id, bot=SUPPORT_BOT)
    return next(one.is_closed for one in found if one.id == topic)


def asks(room: Room, topic: int) -> ChatMessage:
    return room.says(room.founder, "/tickets", topic=topic)


def test_with_the_right_to_manage_topics_the_bot_answers_in_a_closed_one(
    desk: BotDesk, managed: Room
) -> None:
    topic = close(managed)

    answer = managed.receives("ткрыт", after=asks(managed, topic))

    assert answer.topic == topic
    assert is_closed(managed, topic)


def test_without_it_the_bot_answers_outside(desk: BotDesk, unmanaged: Room) -> None:
    topic = close(unmanaged)

    answer = unmanaged.receives("ткрыт", after=asks(unmanaged, topic))

    assert answer.topic is None
    assert is_closed(unmanaged, topic)


def test_a_closed_topic_that_may_be_opened_is_opened_and_no_other_chat_waits_for_that(
    desk: BotDesk, managed: Room, ivan: TelegramPerson
) -> None:
    topic, telegram = close(managed), desk.telegram
    telegram.forget_calls()
    refusal = "Bad Request: TOPIC_CLOSED"
    telegram.refuse("sendMessage", 400, description=refusal, chat_id=MANAGED)
    telegram.hang("reopenForumTopic", 20)

    said = asks(managed, topic)
    telegram.wait_for_calls("reopenForumTopic")
    ivan.receives("принято", after=ivan.says("А я жду"))

    (opening,) = telegram.calls("reopenForumTopic")
    assert opening.ended_at is None
    telegram.disarm()
    assert managed.receives("ткрыт", after=said).topic == topic
    assert not is_closed(managed, topic)


def test_a_reply_into_a_topic_that_was_deleted_meanwhile_comes_outside(
    desk: BotDesk, managed: Room, ivan: TelegramPerson
) -> None:
    telegram, owner = desk.telegram, managed.founder.id
    ticket_id = ticket_in(ivan.receives("принято", after=ivan.says("Тему удалят")))
    card = managed.receives("Новый тикет", f"#{ticket_id}")
    desk.waits_until_all_is_sent()
    assert card.topic is not None
    telegram.forget_calls()
    telegram.refuse("sendMessage", 429, retry_after=3, chat_id=MANAGED)

    said = managed.says(managed.founder, f"/view_{ticket_id}", topic=card.topic)
    telegram.wait_for_calls("sendMessage", chat_id=MANAGED)
    telegram.delete_topic(owner, MANAGED, card.topic, bot=SUPPORT_BOT)
    other = desk.user("Ольга")
    other.receives("принято", after=other.says("Другой чат не ждёт"))

    shown = managed.receives("Тему удалят", after=said)
    assert shown.topic is None
    ivan.says("Есть новости?", reply_to=ivan.receives(f"№{ticket_id}"))
    again = managed.receives("Есть новости?", after=shown)
    assert again.topic == managed.topic_of(ticket_id).id
