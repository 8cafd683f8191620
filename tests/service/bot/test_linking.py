"""An agent says which incident a ticket is about; whoever waits hears that we know of it."""

import pytest

from contracts.tickets import Person
from contracts.vocabulary import AuthorKind, Delivery, TicketStatus
from tests.support.bot_desk import BotDesk
from tests.support.bot_story import forges, press, ticket_in
from tests.support.botapi import TelegramPerson
from tests.support.waiting import wait_until

pytestmark = pytest.mark.usefixtures("calm")


def declares(agent: TelegramPerson, title: str) -> int:
    """The number of the incident that this agent has declared."""
    answer = agent.receives("нцидент", title, after=agent.says(f"/incident {title}"))
    return ticket_in(answer)


def asked(person: TelegramPerson, text: str) -> int:
    return ticket_in(person.receives("принято", after=person.says(text)))


def links(agent: TelegramPerson, call: str, *words: str) -> None:
    agent.receives("связан с инцидентом", *words, after=agent.says(f"/link {call}"))


def notices(desk: BotDesk, ticket_id: int) -> list[Delivery | None]:
    """What has become of what the desk itself said in a ticket."""
    messages = desk.tickets.get_ticket(ticket_id).messages
    return [one.delivery for one in messages if one.author.kind == AuthorKind.SYSTEM]


def test_whoever_asked_is_told_once_and_the_desk_knows_that_it_arrived(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    incident_id = declares(anna, "Платежи")
    ticket_id = asked(ivan, "Не проходит оплата")

    links(anna, f"{ticket_id}", f"#{incident_id}: Платежи", "Пользователю придёт сообщение")

    told = ivan.receives(f"№{ticket_id}: мы уже знаем", "«Платежи». Выясняем.")
    wait_until(lambda: desk.tickets.get_ticket(ticket_id).noticed_at is not None)
    ticket = desk.tickets.get_ticket(ticket_id)
    assert (ticket.status, ticket.first_response_at) == (TicketStatus.OPEN, None)
    assert ticket.unanswered_since == ticket.created_at
    links(anna, f"{ticket_id} {incident_id}", "уже сообщили")
    anna.receives(f"Инцидент #{incident_id}: Платежи", after=anna.says(f"/view_{ticket_id}"))
    ivan.receives("Добавлено", f"№{ticket_id}", after=ivan.says("Понял, жду", reply_to=told))
    assert notices(desk, ticket_id) == [Delivery.DELIVERED]


def test_with_several_open_the_bot_asks_which(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    declares(anna, "Платежи")
    said = anna.says("/incident Видео")
    press(anna, anna.receives("Дополнить его?", after=said), "Объявить ещё один")
    ticket_id = asked(ivan, "Нет видео")

    question = anna.receives("С каким связать?", after=anna.says(f"/link {ticket_id}"))
    press(anna, question, "Видео")

    ivan.receives("мы уже знаем", "Видео")
    linked = desk.tickets.get_ticket(ticket_id).incident
    assert linked is not None
    assert linked.title == "Видео"
    card = anna.world.wait_for_message(anna.id, lambda one: one.id == question.id)
    assert "связан с инцидентом" in card.text
    assert card.button("Ответить") is not None
    anna.receives("доставлен", after=anna.says("Чиним видео", reply_to=card))


def test_the_button_of_a_card_links_to_the_only_open_incident_at_once(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ticket_id = asked(ivan, "Не проходит оплата")
    before = anna.receives(f"#{ticket_id} ", after=anna.says(f"/view_{ticket_id}"))
    assert before.button("Связать с инцидентом") is None
    incident_id = declares(anna, "Платежи")
    card = anna.receives(f"#{ticket_id} ", after=anna.says(f"/view_{ticket_id}"))

    press(anna, card, "Связать с инцидентом")

    ivan.receives(f"№{ticket_id}: мы уже знаем", "Платежи")
    changed = anna.sees(card, lambda one: "связан с инцидентом" in one.text)
    assert f"Инцидент #{incident_id}: Платежи" in changed.text
    assert changed.button("Связать с инцидентом") is None
    wait_until(lambda: desk.tickets.get_ticket(ticket_id).incident is not None)
    again = anna.receives(f"#{ticket_id} ", after=anna.says(f"/view_{ticket_id}"))
    assert again.button("Связать с инцидентом") is None


def test_the_button_asks_which_of_several_and_the_way_back_changes_nothing(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    declares(anna, "Платежи")
    said = anna.says("/incident Видео")
    press(anna, anna.receives("Дополнить его?", after=said), "Объявить ещё один")
    anna.receives("объявлен", "Видео")
    ticket_id = asked(ivan, "Нет видео")
    card = anna.receives("Новый тикет", f"#{ticket_id} ")

    assert "С каким связать?" in press(anna, card, "Связать с инцидентом").text
    press(anna, card, "Назад")
    press(anna, card, "Связать с инцидентом")
    assert desk.tickets.get_ticket(ticket_id).incident is None
    press(anna, card, "Видео")

    ivan.receives("мы уже знаем", "Видео")
    linked = desk.tickets.get_ticket(ticket_id).incident
    assert linked is not None
    assert linked.title == "Видео"


def test_a_button_that_is_late_or_forged_links_nothing(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    incident_id = declares(anna, "Платежи")
    ticket_id = asked(ivan, "Не проходит оплата")
    card = anna.receives("Новый тикет", f"#{ticket_id} ")
    desk.resolves_all_incidents()

    assert "Открытых инцидентов нет" in press(anna, card, "Связать с инцидентом").text
    for data, told in {
        f"lt:{ticket_id}:{incident_id}": "завершён",
        f"lt:{ticket_id}:999999": "Такого инцидента нет",
        "lt:999999": "нет",
        "lt:x": "",
        "lt:": "",
        f"lt:{ticket_id}:x": "",
    }.items():
        answer = forges(anna, card, data).text
        assert told in answer
        assert answer
    his = ivan.receives("принято")
    assert "сотрудник" in forges(ivan, his, f"lt:{ticket_id}:{incident_id}").text
    assert desk.tickets.get_ticket(ticket_id).incident is None


def test_whoever_asked_in_the_app_finds_it_there(desk: BotDesk, anna: TelegramPerson) -> None:
    declares(anna, "Платежи")
    ticket_id = desk.opens_in_app("Не проходит оплата").id

    links(anna, f"#{ticket_id}", "увидит в приложении")

    wait_until(lambda: notices(desk, ticket_id) == [Delivery.DELIVERED])


def test_whoever_was_answered_is_not_told_and_the_agent_knows_it(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    declares(anna, "Платежи")
    ticket_id = asked(ivan, "Не проходит оплата")
    anna.receives("доставлен", after=anna.says(f"/reply {ticket_id} Смотрим"))
    wait_until(lambda: desk.tickets.get_ticket(ticket_id).first_response_at is not None)

    links(anna, f"{ticket_id}", "уже отвечали")

    wait_until(lambda: desk.tickets.get_ticket(ticket_id).incident is not None)
    assert notices(desk, ticket_id) == []


def test_whoever_was_told_hears_of_the_undo_and_is_owed_an_answer_again(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ticket_id = asked(ivan, "Не проходит оплата")
    declared = anna.receives("объявлен", "Ой", after=anna.says("/incident Ой, не туда"))
    links(anna, f"{ticket_id}")
    ivan.receives(f"№{ticket_id}: мы уже знаем", "Ой, не туда")

    press(anna, declared, "Отменить")

    ivan.receives(f"№{ticket_id}", "«Ой, не туда» мы объявили по ошибке", within=20)
    wait_until(lambda: notices(desk, ticket_id) == [Delivery.DELIVERED] * 2)
    ticket = desk.tickets.get_ticket(ticket_id)
    assert (ticket.incident, ticket.noticed_at) == (None, None)
    assert (ticket.status, ticket.unanswered_since) == (TicketStatus.OPEN, ticket.created_at)
    card = anna.receives(f"#{ticket_id}", "Первый ответ до", after=anna.says(f"/view_{ticket_id}"))
    assert "по ошибке" in card.text
    assert "Инцидент #" not in card.text


def test_a_notice_that_telegram_refuses_stays_undelivered(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    declares(anna, "Платежи")
    ticket_id = asked(ivan, "Не проходит оплата")
    desk.telegram.refuse("sendMessage", 403, chat_id=ivan.id)

    links(anna, f"{ticket_id}")

    wait_until(lambda: notices(desk, ticket_id) == [Delivery.FAILED])
    assert desk.tickets.get_ticket(ticket_id).noticed_at is None
    links(anna, f"{ticket_id}", "не доставлено")


def test_what_cannot_be_linked_is_refused_with_the_reason(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    olga = Person(id="app-olga", name="Ольга")
    source_id, survivor_id = (desk.opens_in_app(text, by=olga).id for text in ("Раз", "Два"))
    anna.receives("Открытых инцидентов нет", after=anna.says(f"/link {survivor_id}"))
    incident_id = declares(anna, "Платежи")
    desk.merges(source_id, survivor_id)

    said = anna.says(f"/link {source_id}")
    anna.receives("уже объединён", f"/view_{survivor_id}", after=said)
    said = anna.says(f"/link {survivor_id} 999999")
    anna.receives("Такого инцидента нет", after=said)
    desk.resolves_all_incidents()
    said = anna.says(f"/link {survivor_id} {incident_id}")
    anna.receives("завершён", after=said)
    assert desk.tickets.get_ticket(survivor_id).incident is None


def test_who_is_no_agent_links_nothing(ivan: TelegramPerson) -> None:
    ivan.receives("для сотрудников", after=ivan.says("/link 1"))
