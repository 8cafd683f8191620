"""What users do about incidents in Telegram: they have it too, they are told, or not."""

import pytest

from botapi.sights import ChatMessage
from contracts.tickets import Person
from contracts.vocabulary import TicketStatus
from tests.support.bot_desk import OTHER_AGENT_ID, BotDesk
from tests.support.bot_story import press, ticket_in
from tests.support.botapi import TelegramPerson
from tests.support.waiting import wait_until

pytestmark = pytest.mark.usefixtures("calm")


def declares(agent: TelegramPerson, title: str, *parts: str) -> int:
    """The number of the incident that this agent has declared, hitting these."""
    card = agent.receives("объявлен", title, after=agent.says(f"/incident {title}"))
    for part in parts:
        press(agent, card, part)
    return ticket_in(card)


def is_linked(desk: BotDesk, person: TelegramPerson, opened: ChatMessage) -> None:
    """This person says of their new request that it is about the incident, and reads that we know
    of it."""
    press(person, opened, "У меня то же")
    ticket_id = ticket_in(opened)
    wait_until(lambda: desk.tickets.get_ticket(ticket_id).incident is not None)
    person.receives(f"№{ticket_id}: мы уже знаем", after=opened)


def counted(desk: BotDesk, person: TelegramPerson, *parts: str) -> list[int]:
    """How many messages with each of these words somebody has received, once all is sent."""
    desk.waits_until_all_is_sent()
    return [sum(part in one.text for one in person.received()) for part in parts]


def becomes(person: TelegramPerson, message: ChatMessage, part: str) -> ChatMessage:
    """The message once it has a button with these words."""
    return person.sees(message, lambda one: one.button(part) is not None)


def seen_now(person: TelegramPerson, message: ChatMessage) -> ChatMessage:
    """The message with the face that it has now."""
    return next(one for one in person.received() if one.id == message.id)


def test_whoever_writes_during_an_incident_is_told_of_it_and_has_it_too_with_one_tap(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    incident_id = declares(anna, "Платежи")

    opened = ivan.receives("принято", "Мы уже знаем о проблеме «Платежи»", after=ivan.says("Нет"))
    ticket_id = ticket_in(opened)
    press(ivan, opened, "У меня то же")

    ivan.receives(f"№{ticket_id}: мы уже знаем", after=opened)
    wait_until(lambda: desk.tickets.get_ticket(ticket_id).incident is not None)
    wait_until(lambda: "дело в проблеме «Платежи»" in seen_now(ivan, opened).text)
    assert seen_now(ivan, opened).button("У меня то же") is None
    press(ivan, opened, "Оплата")
    wait_until(lambda: seen_now(ivan, opened).button("✓ Оплата") is not None)
    assert seen_now(ivan, opened).button("У меня то же") is None
    status = desk.incidents.get_status()
    assert [(one.id, one.affected) for one in status.incidents] == [(incident_id, 1)]


def test_linked_people_are_told_of_updates_and_of_the_end_and_a_reply_reopens(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    declares(anna, "Платежи")
    opened = ivan.receives("Мы уже знаем", after=ivan.says("Не проходит оплата"))
    ticket_id = ticket_in(opened)
    press(ivan, opened, "У меня то же")
    wait_until(lambda: desk.tickets.get_ticket(ticket_id).incident is not None)

    anna.says("/update Нашли причину")
    ivan.receives(f"№{ticket_id}", "Нашли причину", within=20)
    anna.says("/resolve Платежи работают")
    over = ivan.receives("устранена", "Платежи работают", within=20)

    wait_until(lambda: desk.tickets.get_ticket(ticket_id).status is TicketStatus.RESOLVED)
    ivan.receives("Добавлено", after=ivan.says("У меня всё ещё нет", reply_to=over))
    assert desk.tickets.get_ticket(ticket_id).status is TicketStatus.OPEN


def test_linked_people_are_told_that_it_is_back_and_their_request_is_open_again(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    declares(anna, "Платежи")
    opened = ivan.receives("Мы уже знаем", after=ivan.says("Не проходит оплата"))
    ticket_id = ticket_in(opened)
    press(ivan, opened, "У меня то же")
    wait_until(lambda: desk.tickets.get_ticket(ticket_id).incident is not None)
    over = anna.receives("завершён", after=anna.says("/resolve Платежи работают"))
    ivan.receives("устранена", "Платежи работают", within=20)

    press(anna, over, "Вернулось")

    ivan.receives(f"№{ticket_id}", "вернулась", within=20)
    wait_until(lambda: desk.tickets.get_ticket(ticket_id).status is TicketStatus.OPEN)


def test_whoever_wants_only_the_end_gets_only_the_end(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    declares(anna, "Платежи")
    opened = ivan.receives("Мы уже знаем", after=ivan.says("Не проходит оплата"))
    ticket_id = ticket_in(opened)
    press(ivan, opened, "У меня то же")
    wait_until(lambda: desk.tickets.get_ticket(ticket_id).incident is not None)
    anna.says("/update Нашли причину")
    told = ivan.receives("Нашли причину", within=20)

    assert "Сообщим, когда всё заработает" in press(ivan, told, "только когда починят").text

    anna.says("/update Почти починили")
    anna.says("/resolve Платежи работают")
    ivan.receives("Платежи работают", within=20)
    assert not any("Почти починили" in one.text for one in ivan.received())


def test_the_notice_goes_with_the_category_that_is_chosen(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    declares(anna, "Платежи", "Оплата")
    wait_until(lambda: desk.incidents.get_status().incidents[0].components == ["payments"])
    opened = ivan.receives("Мы уже знаем", after=ivan.says("Помогите"))
    ticket_id = ticket_in(opened)

    press(ivan, opened, "Zoom")
    without = becomes(ivan, opened, "✓ Zoom")
    press(ivan, opened, "Оплата")
    fitting = becomes(ivan, opened, "✓ Оплата")
    press(ivan, fitting, "У меня то же")
    wait_until(lambda: desk.tickets.get_ticket(ticket_id).incident is not None)
    press(ivan, fitting, "Не могу пользоваться")
    linked = becomes(ivan, opened, "✓ Не могу")

    assert "Мы уже знаем" not in without.text
    assert without.button("У меня то же") is None
    assert "Мы уже знаем о проблеме «Платежи»" in fitting.text
    assert "Мы уже знаем" not in linked.text
    assert linked.button("У меня то же") is None


def test_similar_tickets_are_linked_with_one_tap(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    olga = Person(id="app-olga", name="Ольга")
    similar = [
        desk.opens_in_app(text, by=olga, category="payment").id for text in ("Оплата", "Карта")
    ]
    desk.opens_in_app("Нет звука", by=olga, category="zoom")
    card = anna.receives("объявлен", "Платежи", after=anna.says("/incident Платежи"))
    press(anna, card, "Оплата")

    now = anna.sees(card, lambda one: one.button("Связать похожие") is not None)
    press(anna, now, "Связать похожие: 2")

    for ticket_id in similar:
        wait_until(lambda: desk.tickets.get_ticket(ticket_id).incident is not None)  # noqa: B023
    seen = anna.world.wait_for_message(anna.id, lambda one: "Сообщили об этом: 2" in one.text)
    assert seen.button("Связать похожие") is None


def test_whoever_has_it_too_without_a_request_is_told_of_the_end(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    boris = desk.agent(OTHER_AGENT_ID, "Борис")
    before = boris.receives(after=boris.says("/status"))
    declares(anna, "Платежи")
    status = ivan.receives("Платежи", after=ivan.says("/status"))

    assert "Сообщим здесь, когда починим" in press(ivan, status, "У меня то же").text

    assert desk.incidents.get_status().incidents[0].affected == 1
    anna.says("/resolve Работает снова")
    ivan.receives("завершён", "Работает снова", within=20)
    declares(anna, "Видео")
    boris.receives("Инцидент", "Видео", after=before)
    assert counted(desk, ivan, "Видео") == [0]


def test_who_has_it_too_twice_is_counted_and_told_once(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    declares(anna, "Платежи")
    opened = ivan.receives("Мы уже знаем", after=ivan.says("Не проходит оплата"))
    status = ivan.receives("Платежи", after=ivan.says("/status"))
    press(ivan, status, "У меня то же")
    is_linked(desk, ivan, opened)

    assert desk.incidents.get_status().incidents[0].affected == 1
    anna.says("/update Нашли причину")
    ivan.receives(f"№{ticket_in(opened)}", "Нашли причину", within=20)
    anna.says("/resolve Платежи работают")
    ivan.receives(f"№{ticket_in(opened)}", "Платежи работают", within=20)

    assert counted(desk, ivan, "Нашли причину", "Платежи работают") == [1, 1]


def test_a_subscriber_with_a_request_about_it_is_told_once_and_as_they_wish(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ivan.receives("узнаете о сбоях", after=ivan.says("/start status"))
    declares(anna, "Платежи")
    opened = ivan.receives("Мы уже знаем", after=ivan.says("Не проходит оплата"))
    is_linked(desk, ivan, opened)
    anna.says("/update Нашли причину")
    news = ivan.receives(f"№{ticket_in(opened)}", "Нашли причину", within=20)
    press(ivan, news, "только когда починят")

    anna.says("/update Почти починили")
    anna.says("/resolve Платежи работают")
    ivan.receives(f"№{ticket_in(opened)}", "Платежи работают", within=20)

    told = counted(desk, ivan, "Нашли причину", "Почти починили", "Платежи работают")
    assert told == [1, 0, 1]


def test_what_follows_a_return_reaches_a_subscriber_with_a_request_once(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ivan.receives("узнаете о сбоях", after=ivan.says("/start status"))
    declares(anna, "Платежи")
    opened = ivan.receives("Мы уже знаем", after=ivan.says("Не проходит оплата"))
    is_linked(desk, ivan, opened)
    over = anna.receives("завершён", after=anna.says("/resolve Платежи работают"))
    ivan.receives(f"№{ticket_in(opened)}", "Платежи работают", within=20)
    press(anna, over, "Вернулось")
    ivan.receives(f"№{ticket_in(opened)}", "Проблема вернулась", within=20)

    anna.says("/update Снова нашли причину")
    ivan.receives(f"№{ticket_in(opened)}", "Снова нашли причину", within=20)

    assert counted(desk, ivan, "Проблема вернулась", "Снова нашли причину") == [1, 1]


def test_a_subscriber_is_told_of_every_incident_until_they_have_enough(
    anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ivan.receives("узнаете о сбоях", after=ivan.says("/start status"))
    declares(anna, "Платежи")
    told = ivan.receives("Платежи", within=20)

    press(ivan, told, "Не сообщать о сбоях")
    ivan.receives("больше не сообщаем", after=told)
    last = ivan.received()[-1]
    anna.says("/resolve Работает")
    anna.receives("завершён")

    assert ivan.received()[-1] == last
