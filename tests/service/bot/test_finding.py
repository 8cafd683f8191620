"""/find: tickets by words, numbers and people, ten at a time."""

from uuid import uuid4

import pytest

from contracts.tickets import Person
from tests.support.bot_desk import BotDesk
from tests.support.bot_story import press
from tests.support.botapi import TelegramPerson


def test_a_ticket_is_found_by_its_words_with_what_stands_around_them(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    word = uuid4().hex
    ticket = desk.opens_in_app(f"Тема\nи дальше <b>{word}</b> в тексте")

    shown = anna.receives("Нашлось", after=anna.says(f"/find {word.upper()} ТЕКСТЕ"))

    assert f"/view_{ticket.id}" in shown.marked("bot_command")
    assert f"💬 Тема и дальше <b>{word}</b> в тексте" in shown.text


def test_a_ticket_is_found_by_its_note_its_person_and_its_number(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    word, name = uuid4().hex, uuid4().hex
    person = Person(id=f"app-{name}", name="Мария", email=f"{name}@example.org")
    ticket = desk.opens_in_app("Кого-то ищут\nуже давно", by=person)
    anna.receives("сохранена", after=anna.says(f"/note {ticket.id} пометка {word}"))

    anna.receives(f"📝 пометка {word}", after=anna.says(f"/find {word}"))
    anna.receives(f"👤 Мария · {name}@example.org", after=anna.says(f"/find {name}@"))
    shown = anna.receives("🔢 Кого-то ищут уже давно", after=anna.says(f"/find #{ticket.id}"))
    assert shown.text.index(f"/view_{ticket.id}") < 60


def test_what_the_subject_says_already_is_not_said_twice(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    word = uuid4().hex
    desk.opens_in_app(f"Одна строка {word}")

    shown = anna.receives("Нашлось", f"Одна строка {word}", after=anna.says(f"/find {word}"))

    assert shown.text.count("Одна строка") == 1


def test_more_than_ten_come_page_by_page(desk: BotDesk, anna: TelegramPerson) -> None:
    word = uuid4().hex
    for _ in range(12):
        desk.opens_in_app(f"Много {word}")
    desk.waits_until_all_is_sent(60)

    first = anna.receives("Нашлось", "(1–10)", after=anna.says(f"/find {word}"))
    press(anna, first, "Ещё")

    second = anna.receives("(11–12)", after=first)
    assert first.text.count("/view_") == 10
    assert second.text.count("/view_") == 2
    assert second.button("Ещё") is None


def test_nothing_found_is_said(anna: TelegramPerson) -> None:
    word = uuid4().hex

    anna.receives(f"Ничего не нашлось: «{word}»", after=anna.says(f"/find {word}"))


@pytest.mark.parametrize(
    ("call", "help_words"),
    [
        ("/find", "/find оплата Иванов"),
        ("/find   ", "/find оплата Иванов"),
        ("/find " + "ы" * 201, "до 200 символов"),
        ("/find \u200b", "/find оплата Иванов"),
    ],
)
def test_a_wrong_call_is_answered_with_how_it_is_done(
    anna: TelegramPerson, call: str, help_words: str
) -> None:
    anna.receives(help_words, after=anna.says(call))


def test_who_is_no_agent_finds_nothing(ivan: TelegramPerson) -> None:
    ivan.receives("для сотрудников", after=ivan.says("/find оплата"))
