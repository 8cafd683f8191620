"""Solved or not, and how content: what a user says of a resolved request in one tap."""

from uuid import uuid4

import pytest

from botapi.sights import ChatMessage
from contracts.tickets import Person
from contracts.vocabulary import TicketStatus
from services.bot.letters import Button, Letter
from services.bot.markup import Html
from tests.support.bot_desk import BotDesk
from tests.support.bot_story import press, ticket_in
from tests.support.botapi import TelegramPerson


def press_forged(desk: BotDesk, person: TelegramPerson, data: str) -> str:
    """Press a button that the bot would not have put there; what pops up."""
    title = f"Подделка {uuid4()}"
    desk.puts_in_outbox(Letter(person.id, Html(title), buttons=((Button("Нажми", data),),)))
    return person.presses(person.receives(title), "Нажми").text or ""


@pytest.fixture
def resolved(desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson) -> ChatMessage:
    """What Ivan is told when Anna has resolved his request."""
    said = ivan.says("Не работает")
    opened = ivan.receives("принято", after=said)
    card = anna.receives("Новый тикет", f"#{ticket_in(opened)} ")
    press(anna, card, "Решён")
    return ivan.receives("решено", "Всё ли", after=opened)


def test_what_is_solved_is_rated_in_one_tap_and_agents_see_it(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson, resolved: ChatMessage
) -> None:
    ticket_id = ticket_in(resolved)

    press(ivan, resolved, "✅ Решено")
    press(ivan, resolved, "4 ★")
    press(ivan, resolved, "5 ★")

    thanked = ivan.sees(resolved, lambda seen: seen.button("✓ 5 ★") is not None)
    assert "Спасибо за оценку" in thanked.text
    ticket = desk.tickets.get_ticket(ticket_id)
    assert (ticket.rating, ticket.status) == (5, TicketStatus.RESOLVED)
    anna.receives("Оценка: ★★★★★ (5 из 5)", after=anna.says(f"/view_{ticket_id}"))
    anna.receives("Оценки: ", " из 5 (", after=anna.says("/stats"))


def test_what_is_not_solved_is_open_again_and_agents_are_told(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson, resolved: ChatMessage
) -> None:
    ticket_id = ticket_in(resolved)

    press(ivan, resolved, "❌ Не решено")

    anna.receives("открыт заново", f"#{ticket_id} ", "Не решено (нажата кнопка)")
    asked = ivan.sees(resolved, lambda seen: "что осталось не так" in seen.text)
    ticket = desk.tickets.get_ticket(ticket_id)
    assert ticket.status == TicketStatus.IN_PROGRESS
    assert ticket.reopened_at == ticket.unanswered_since == ticket.messages[-1].created_at

    ivan.says("Та же ошибка", reply_to=asked)

    added = ivan.receives("Добавлено", f"№{ticket_id}", after=asked)
    assert "снова" not in added.text


def test_a_late_press_says_how_the_request_stands(
    desk: BotDesk, ivan: TelegramPerson, resolved: ChatMessage
) -> None:
    ticket_id = ticket_in(resolved)
    said = ivan.says("Снова то же", reply_to=resolved)
    ivan.receives("Добавлено", f"№{ticket_id}: оно снова открыто", after=said)
    before = desk.tickets.get_ticket(ticket_id)

    solved = press(ivan, resolved, "✅ Решено")

    assert "снова открыто" in (solved.text or "")
    press(ivan, resolved, "❌ Не решено")
    assert desk.tickets.get_ticket(ticket_id) == before


def test_a_press_on_what_was_merged_says_where_it_goes_on(
    desk: BotDesk, ivan: TelegramPerson, resolved: ChatMessage
) -> None:
    press(ivan, resolved, "Новое обращение")
    second = ivan.says("Другое")
    survivor = ticket_in(ivan.receives("принято", after=second))
    desk.merges(ticket_in(resolved), survivor)

    for button in ("✅ Решено", "❌ Не решено"):
        told = press(ivan, resolved, button)
        assert f"№{survivor}" in (told.text or "")


def test_nobody_else_can_press_for_the_requester(
    desk: BotDesk, ivan: TelegramPerson, resolved: ChatMessage
) -> None:
    olga = desk.user("Ольга")
    olga.receives("Здравствуйте", after=olga.says("/start"))
    ticket_id = ticket_in(resolved)

    for data in (f"ns:{ticket_id}:0", f"st:{ticket_id}:0", f"ok:{ticket_id}:0"):
        assert "Такого обращения у вас нет" in press_forged(desk, olga, data)
    ticket = desk.tickets.get_ticket(ticket_id)
    assert (ticket.status, ticket.rating) == (TicketStatus.RESOLVED, None)


def test_forged_ratings_are_refused(
    desk: BotDesk, ivan: TelegramPerson, resolved: ChatMessage
) -> None:
    ticket_id = ticket_in(resolved)

    for wrong in (f"st:{ticket_id}:5", f"st:{ticket_id}:-1", f"st:{ticket_id}", "st::1", "ok:x:0"):
        assert press_forged(desk, ivan, wrong)

    assert desk.tickets.get_ticket(ticket_id).rating is None


def test_whoever_asked_in_the_app_and_wrote_here_is_told_and_asked_too(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    said = ivan.says("/start")
    ivan.receives("Здравствуйте", after=said)
    joined = Person(id=f"app-{uuid4()}", name="Иван", telegram_id=ivan.id, locale="ru")
    ticket = desk.opens_in_app("Из приложения", by=joined)
    card = anna.receives("Новый тикет", f"#{ticket.id} ")

    anna.says("Чиним", reply_to=card)
    answer = ivan.receives("Чиним", "из приложения", after=said)
    press(anna, card, "Решён")

    told = ivan.receives("решено", "Всё ли", after=answer)
    press(ivan, told, "❌ Не решено")
    assert desk.tickets.get_ticket(ticket.id).status == TicketStatus.IN_PROGRESS
    ivan.receives("Добавлено", f"№{ticket.id}", after=ivan.says("Сломано", reply_to=answer))
