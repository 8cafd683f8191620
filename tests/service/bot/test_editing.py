"""Edited messages: a user's changes the thread, an agent's stands as it was sent."""

import json

import pytest
from sqlalchemy import select

from botapi.sights import ChatMessage
from services.bot.models import StoredUpdate
from services.bot.sending.outbox import WAITING
from tests.support.bot_desk import BotDesk
from tests.support.bot_story import press, ticket_in
from tests.support.botapi import TelegramPerson
from tests.support.waiting import wait_until

NEVER_GIVEN = 1000
"""Ids of updates from here on stay free: Telegram's count on from the seconds since 1970. One that
is taken already would be a repeat, and the update of some later test would have no effect."""


def bodies(desk: BotDesk, ticket_id: int) -> list[str]:
    return [message.body for message in desk.tickets.get_ticket(ticket_id).messages]


@pytest.fixture
def opened(ivan: TelegramPerson) -> ChatMessage:
    """What the desk answered to the message that opened a ticket."""
    return ivan.receives("принято", after=ivan.says("Не могу вайти"))


def edits_the_first(ivan: TelegramPerson, text: str) -> None:
    """Ivan changes the message that opened his ticket."""
    seen = ivan.world.messages(ivan.id, bot=ivan.bot)
    ivan.edits(next(one for one in seen if not one.is_from_bot), text)


def test_an_edit_changes_the_thread_and_agents_can_read_what_it_said(
    desk: BotDesk,
    anna: TelegramPerson,
    ivan: TelegramPerson,
    opened: ChatMessage,
) -> None:
    ticket_id = ticket_in(opened)
    more = ivan.says("Ашибка 500")
    added = ivan.receives("Добавлено", after=opened)

    edits_the_first(ivan, "Не могу войти")
    ivan.edits(more, "Ошибка 500")

    wait_until(lambda: bodies(desk, ticket_id) == ["Не могу войти", "Ошибка 500"])
    assert desk.tickets.get_ticket(ticket_id).description == "Не могу войти"
    told = anna.receives("исправил сообщение", f"#{ticket_id} ")
    press(anna, told, "Что было раньше")
    earlier = anna.receives("как было до исправлений", "Не могу вайти", after=told)
    assert "Ашибка 500" in earlier.text
    card = anna.receives("изменено", "Ошибка 500", after=anna.says(f"/view_{ticket_id}"))
    assert card.button("Что было раньше") is not None
    desk.waits_until_all_is_sent()
    assert [one for one in ivan.received() if one.id > added.id] == []


def test_an_edit_that_begins_with_a_path_changes_the_thread(
    desk: BotDesk, ivan: TelegramPerson, opened: ChatMessage
) -> None:
    edits_the_first(ivan, "/login не открывается")

    wait_until(lambda: bodies(desk, ticket_in(opened)) == ["/login не открывается"])
    desk.waits_until_all_is_sent()
    assert [one for one in ivan.received() if one.id > opened.id] == []


def test_an_edit_of_what_was_answered_is_kept_and_says_so(
    desk: BotDesk,
    anna: TelegramPerson,
    ivan: TelegramPerson,
    opened: ChatMessage,
) -> None:
    ticket_id = ticket_in(opened)
    anna.receives("доставлен", after=anna.says(f"/reply {ticket_id} Сбросьте пароль"))

    edits_the_first(ivan, "Не могу войти")

    ivan.receives("уже ответили", f"№{ticket_id}", after=opened)
    assert bodies(desk, ticket_id)[0] == "Не могу войти"


def test_an_edit_of_what_was_resolved_without_a_word_does_not_speak_of_an_answer(
    desk: BotDesk,
    anna: TelegramPerson,
    ivan: TelegramPerson,
    opened: ChatMessage,
) -> None:
    ticket_id = ticket_in(opened)
    anna.receives("решён", after=anna.says(f"/close {ticket_id}"))

    edits_the_first(ivan, "Не могу войти")

    told = ivan.receives("Исправление сохранено", f"№{ticket_id}", after=opened)
    assert "ответили" not in told.text
    assert bodies(desk, ticket_id) == ["Не могу войти"]


def test_the_same_edit_handled_again_after_a_crash_is_one(
    desk: BotDesk, ivan: TelegramPerson, opened: ChatMessage
) -> None:
    ticket_id = ticket_in(opened)
    edits_the_first(ivan, "Не могу войти")
    wait_until(lambda: bodies(desk, ticket_id) == ["Не могу войти"])
    desk.waits_until_all_is_sent()
    desk.bot.stop()
    desk.forgets_the_end_of_the_last_update()
    desk.start_bot()

    ivan.receives("Добавлено", after=ivan.says("И ещё"))

    assert len(desk.tickets.get_earlier_texts(ticket_id).texts) == 1


def test_an_edit_of_a_message_that_is_in_no_request_says_what_to_do(
    desk: BotDesk, ivan: TelegramPerson
) -> None:
    said = ivan.says("/help")
    ivan.receives("станет обращением", after=said)

    ivan.edits(said, "Помогите")

    ivan.receives("Не нашли в обращениях", after=said)
    assert desk.tickets_of(ivan) == []


def test_an_edit_that_overtakes_its_message_is_what_the_message_says(
    desk: BotDesk, ivan: TelegramPerson, opened: ChatMessage
) -> None:
    desk.waits_until_all_is_sent()
    desk.bot.stop()
    _come_the_wrong_way_round(desk, "Первое", "Второе")

    desk.start_bot()

    told = ivan.receives("Не нашли в обращениях", after=opened)
    ivan.receives("Добавлено", after=told)
    assert bodies(desk, ticket_in(opened)) == ["Не могу вайти", "Второе"]


def _come_the_wrong_way_round(desk: BotDesk, text: str, edited: str) -> None:
    """A message by whoever wrote last, and before it its edit, as a webhook may bring them."""
    with desk.rows_of_bot() as database, database.writing() as session:
        last = session.scalars(select(StoredUpdate).order_by(StoredUpdate.id.desc())).first()
        assert last is not None
        now = int(last.stored_at.timestamp())
        message = {**json.loads(last.body)["message"], "message_id": 900_001, "date": now}
        updates = (
            {"edited_message": {**message, "edit_date": now + 1, "text": edited}},
            {"message": {**message, "text": text}},
        )
        for place, update in enumerate(updates, start=1):
            update_id = NEVER_GIVEN + place
            session.add(
                StoredUpdate(
                    bot_id=last.bot_id,
                    update_id=update_id,
                    chat_id=last.chat_id,
                    body=json.dumps({"update_id": update_id, **update}),
                    received_at=last.received_at,
                    stored_at=last.stored_at,
                    state=WAITING,
                )
            )


def test_an_edit_to_nothing_readable_leaves_the_thread_as_it_was(
    desk: BotDesk, ivan: TelegramPerson, opened: ChatMessage
) -> None:
    edits_the_first(ivan, "\u2060\u2061")

    ivan.receives("нечего прочесть", after=opened)
    assert bodies(desk, ticket_in(opened)) == ["Не могу вайти"]


def test_an_edit_of_a_merged_requests_message_says_where_it_goes_on(
    desk: BotDesk, ivan: TelegramPerson, opened: ChatMessage
) -> None:
    press(ivan, opened, "Новое обращение")
    second = ivan.says("Другое")
    survivor = ticket_in(ivan.receives("принято", after=second))
    desk.merges(ticket_in(opened), survivor)
    merged = ivan.receives("объединено", after=second)

    edits_the_first(ivan, "Поздно")

    ivan.receives("исправление не сохранено", f"№{survivor}", after=merged)
    assert bodies(desk, ticket_in(opened))[0] == "Не могу вайти"


def test_an_agents_edited_answer_stays_and_the_agent_is_told_so(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson, opened: ChatMessage
) -> None:
    ticket_id = ticket_in(opened)
    card = anna.receives("Новый тикет", f"#{ticket_id} ")
    answer = anna.says("Уже чиним", reply_to=card)
    done = anna.receives("доставлен", after=answer)

    anna.edits(answer, "Уже починили")

    anna.receives("видит первый вариант", f"#{ticket_id}", f"/reply {ticket_id}", after=done)
    assert bodies(desk, ticket_id)[-1] == "Уже чиним"


def test_an_edited_command_is_not_carried_out_again(
    desk: BotDesk, anna: TelegramPerson, opened: ChatMessage
) -> None:
    ticket_id = ticket_in(opened)
    said = anna.says(f"/take {ticket_id}x")
    wrong = anna.receives("Например", after=said)

    anna.edits(said, f"/take {ticket_id}")

    anna.receives("не выполняю", after=wrong)
    assert desk.tickets.get_ticket(ticket_id).assignee is None
