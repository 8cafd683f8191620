"""An agent merges tickets; whoever asked is told, and goes on in the one that is left."""

import pytest

from botapi.sights import ChatMessage
from contracts.tickets import Person
from contracts.vocabulary import Source, TicketStatus
from tests.support.bot_desk import BotDesk
from tests.support.bot_story import press, ticket_in
from tests.support.botapi import TelegramPerson
from tests.support.waiting import wait_until


def asks(person: TelegramPerson, text: str) -> ChatMessage:
    """Open a request of its own, whatever is open; the bot's word that it is taken."""
    earlier = [message for message in person.received() if message.button("Новое обращение")]
    if earlier:
        press(person, earlier[-1], "Новое обращение")
        person.receives("Опишите новый вопрос", after=earlier[-1])
    return person.receives("принято", after=person.says(text))


def merges(agent: TelegramPerson, source_id: int, survivor_id: int) -> ChatMessage:
    said = agent.says(f"/merge {source_id} {survivor_id}")
    return agent.receives("объединён с", f"/view_{source_id}", f"/view_{survivor_id}", after=said)


def test_an_agent_merges_and_whoever_asked_is_told_where_it_went(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    first, second = asks(ivan, "Не проходит оплата"), asks(ivan, "Всё ещё не проходит")

    done = merges(anna, ticket_in(second), ticket_in(first))

    told = ivan.receives(f"№{ticket_in(second)} объединено", "Ответ придёт сюда", after=second)
    assert f"№{ticket_in(first)}" in told.text
    assert f"Сюда вошёл тикет #{ticket_in(second)}" in done.text
    assert done.button("Ответить") is not None
    source = desk.tickets.get_ticket(ticket_in(second))
    assert (source.status, source.merged_into) == (TicketStatus.CLOSED, ticket_in(first))


def test_a_reply_to_the_bots_word_of_a_merge_answers_the_survivor(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    first, second = asks(ivan, "Первое"), asks(ivan, "Второе")
    done = merges(anna, ticket_in(second), ticket_in(first))
    told = ivan.receives("объединено", after=second)

    anna.says("Разбираемся", reply_to=done)
    answer = ivan.receives("Разбираемся", after=told)
    ivan.says("Спасибо", reply_to=told)

    ivan.receives("Добавлено", f"№{ticket_in(first)}", after=answer)
    bodies = [message.body for message in desk.tickets.get_ticket(ticket_in(first)).messages]
    assert bodies == ["Первое", "Разбираемся", "Спасибо"]


def test_a_reply_to_a_merged_request_goes_on_at_the_end_of_the_chain(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    first, second, third = asks(ivan, "Раз"), asks(ivan, "Два"), asks(ivan, "Три")
    merges(anna, ticket_in(first), ticket_in(second))
    merges(anna, ticket_in(second), ticket_in(third))

    said = ivan.says("Ещё о первом", reply_to=first)

    ivan.receives(f"№{ticket_in(first)} объединено", f"добавлено к №{ticket_in(third)}", after=said)
    assert desk.tickets.get_ticket(ticket_in(third)).messages[-1].body == "Ещё о первом"
    assert len(desk.tickets_of(ivan)) == 3


def test_a_further_message_goes_on_in_the_survivor(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    first, second = asks(ivan, "Первое"), asks(ivan, "Второе")
    merges(anna, ticket_in(second), ticket_in(first))

    said = ivan.says("И ещё вот что")

    ivan.receives("Добавлено", f"№{ticket_in(first)}", after=said)
    assert len(desk.tickets_of(ivan)) == 2


def test_a_reply_reopens_the_survivor_that_is_resolved(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    first, second = asks(ivan, "Первое"), asks(ivan, "Второе")
    done = merges(anna, ticket_in(second), ticket_in(first))
    press(anna, done, "Решён")

    said = ivan.says("Не помогло", reply_to=second)

    ivan.receives(f"добавлено к №{ticket_in(first)}", after=said)
    assert desk.tickets.get_ticket(ticket_in(first)).status == TicketStatus.IN_PROGRESS


def test_a_button_under_a_merged_request_says_where_it_goes_on(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    first, second = asks(ivan, "Первое"), asks(ivan, "Второе")
    merges(anna, ticket_in(second), ticket_in(first))

    answer = press(ivan, second, "Не могу пользоваться")

    assert f"№{ticket_in(first)}" in answer.text
    assert desk.tickets.get_ticket(ticket_in(second)).priority == "P3"


def test_an_agent_at_a_merged_ticket_is_sent_on(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    first, second = asks(ivan, "Первое"), asks(ivan, "Второе")
    source_id, survivor_id = ticket_in(second), ticket_in(first)
    merges(anna, source_id, survivor_id)

    said = anna.says(f"/reply {source_id} Ответ не туда")
    anna.receives("уже объединён", f"/view_{survivor_id}", after=said)
    said = anna.says(f"/merge {source_id} {survivor_id}")
    told = anna.receives(f"Тикет #{source_id} уже объединён с #{survivor_id}", after=said)
    assert f"/view_{survivor_id}" in told.text
    said = anna.says(f"/view_{source_id}")
    shown = anna.receives(f"работаем там: /view_{survivor_id}", "Второе", after=said)

    assert "⚙️ Анна" in shown.text
    assert len(desk.tickets.get_ticket(survivor_id).messages) == 1


def test_of_a_ticket_that_cannot_be_merged_the_number_is_told(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    asked = ticket_in(asks(ivan, "Моё"))

    said = anna.says(f"/merge 999999 {asked}")
    told = anna.receives("Тикета #999999 нет. Список открытых: /tickets", after=said)
    anna.receives("Тикета #999998 нет", after=anna.says(f"/merge {asked} 999998"))

    assert told.text.count("999999") == 1


def test_tickets_of_different_people_are_not_merged(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    his, hers = asks(ivan, "Моё"), asks(desk.user("Ольга"), "Чужое")

    said = anna.says(f"/merge {ticket_in(his)} {ticket_in(hers)}")

    anna.receives("разных людей", after=said)
    assert desk.tickets.get_ticket(ticket_in(his)).status == TicketStatus.OPEN


def test_a_telegram_request_merged_into_one_of_the_app_is_answered_in_the_chat_too(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    asked = asks(ivan, "Из Telegram")
    person = Person(id=f"app-of-{ivan.id}", name="Иван", telegram_id=ivan.id)
    in_app = desk.opens_in_app("Из приложения", by=person)

    merges(anna, ticket_in(asked), in_app.id)

    ivan.receives(f"№{in_app.id}", "придёт сюда", after=asked)
    assert in_app.source == Source.APP


def test_a_merge_waits_for_the_answer_that_is_being_sent(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    first, second = asks(ivan, "Первое"), asks(ivan, "Второе")
    desk.telegram.refuse("sendMessage", 429, retry_after=4, chat_id=ivan.id)

    anna.says(f"/reply {ticket_in(second)} Уже чиним")
    done = merges(anna, ticket_in(second), ticket_in(first))

    assert ivan.receives("Уже чиним", after=second).sent_at < done.sent_at
    assert desk.tickets.get_ticket(ticket_in(first)).inherited_since is None


@pytest.mark.usefixtures("calm")
def test_whoever_waits_for_the_end_of_an_incident_hears_it_where_the_ticket_goes_on(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    first, second = asks(ivan, "Не проходит оплата"), asks(ivan, "Всё ещё не проходит")
    is_about_an_incident(anna, ivan, second)

    done = merges(anna, ticket_in(second), ticket_in(first))

    assert "Платежи" in done.text
    ivan.receives(f"№{ticket_in(first)}: мы уже знаем", after=second)
    desk.resolves_all_incidents()
    ivan.receives(f"№{ticket_in(first)}: проблема «Платежи» устранена", after=second)
    wait_until(lambda: desk.tickets.get_ticket(ticket_in(first)).status == TicketStatus.RESOLVED)


@pytest.mark.usefixtures("calm")
def test_a_merge_that_was_done_by_half_is_done_whole_when_it_is_repeated(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    """As when incidents was away after tickets had merged."""
    first, second = asks(ivan, "Не проходит оплата"), asks(ivan, "Всё ещё не проходит")
    is_about_an_incident(anna, ivan, second)
    wait_until(lambda: desk.tickets.get_ticket(ticket_in(second)).noticed_at is not None)
    desk.merges(ticket_in(second), ticket_in(first))

    said = anna.says(f"/merge {ticket_in(second)} {ticket_in(first)}")

    anna.receives(f"#{ticket_in(second)}", "объединён", after=said)
    ivan.receives(f"№{ticket_in(first)}: мы уже знаем", after=second)


@pytest.mark.usefixtures("calm")
def test_an_incident_that_is_over_does_not_come_with_a_merge(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    first, second = asks(ivan, "Не могу войти"), asks(ivan, "Не проходит оплата")
    is_about_an_incident(anna, ivan, second)
    desk.resolves_all_incidents()
    ivan.receives(f"№{ticket_in(second)}: проблема «Платежи» устранена", after=second)

    done = merges(anna, ticket_in(second), ticket_in(first))

    assert "Платежи" not in done.text
    assert f"о котором был тикет #{ticket_in(second)}, уже завершён" in done.text
    survivor = desk.tickets.get_ticket(ticket_in(first))
    assert (survivor.status, survivor.incident) == (TicketStatus.OPEN, None)


def is_about_an_incident(agent: TelegramPerson, person: TelegramPerson, asked: ChatMessage) -> None:
    """It is declared and linked, and whoever asked has been told that we know of it."""
    agent.receives("объявлен", "Платежи", after=agent.says("/incident Платежи"))
    agent.receives("связан с инцидентом", after=agent.says(f"/link {ticket_in(asked)}"))
    person.receives(f"№{ticket_in(asked)}: мы уже знаем", "Платежи", after=asked)


@pytest.mark.parametrize("command", ["/merge 1 2", "/merge"])
def test_who_is_no_agent_merges_nothing(ivan: TelegramPerson, command: str) -> None:
    said = ivan.says(command)

    ivan.receives("для сотрудников", after=said)
