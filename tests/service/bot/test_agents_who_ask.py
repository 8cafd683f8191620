"""An agent may ask for help as anybody does, and goes on as whoever they were told it as."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from contracts.tickets import Person, RemoveAgent
from contracts.vocabulary import AuthorKind
from tests.support.bot_desk import BotDesk
from tests.support.bot_story import press, ticket_in
from tests.support.botapi import TelegramPerson
from tests.support.waiting import wait_until


@pytest.fixture
def olga(desk: BotDesk) -> Iterator[TelegramPerson]:
    """An agent who uses the app as well."""
    person = desk.user("Ольга")
    desk.lets_in(person.id, "Ольга")
    person.receives("Доступ сотрудника поддержки есть", after=person.says("/start"))
    yield person
    desk.tickets.remove_agent(RemoveAgent(command_id=str(uuid4()), telegram_id=person.id))


def asks_in_app(desk: BotDesk, agent: TelegramPerson, description: str) -> int:
    app_user = Person(id=f"app-{uuid4()}", name="Ольга", telegram_id=agent.id)
    return desk.opens_in_app(description, by=app_user).id


def authors(desk: BotDesk, ticket_id: int) -> list[tuple[AuthorKind, str]]:
    thread = desk.tickets.get_ticket(ticket_id).messages
    return [(message.author.kind, message.body) for message in thread]


def test_an_agents_reply_to_what_they_were_answered_is_the_users_they_are(
    desk: BotDesk, anna: TelegramPerson, olga: TelegramPerson
) -> None:
    asked = asks_in_app(desk, olga, "У меня не открывается урок")
    anna.says(f"/reply {asked} Откройте ещё раз")
    told = olga.receives("Откройте ещё раз", "обращение из приложения")

    said = olga.says("Теперь открылся", reply_to=told)

    confirmed = olga.receives("Добавлено", after=said)
    olga.receives("Добавлено", after=olga.says("Спасибо", reply_to=confirmed))
    again = olga.says("И снова я", reply_to=said)
    olga.receives("Добавлено", after=again)
    olga.edits(again, "И снова я, Ольга")
    wait_until(lambda: "И снова я, Ольга" in str(authors(desk, asked)))
    assert authors(desk, asked) == [
        (AuthorKind.USER, "У меня не открывается урок"),
        (AuthorKind.AGENT, "Откройте ещё раз"),
        (AuthorKind.USER, "Теперь открылся"),
        (AuthorKind.USER, "Спасибо"),
        (AuthorKind.USER, "И снова я, Ольга"),
    ]


@pytest.mark.parametrize("is_reply", [False, True])
def test_an_agent_who_wishes_for_a_new_request_opens_one_with_the_next_message(
    desk: BotDesk, anna: TelegramPerson, olga: TelegramPerson, *, is_reply: bool
) -> None:
    asked = asks_in_app(desk, olga, "У меня не открывается урок")
    anna.says(f"/reply {asked} Откройте ещё раз")
    told = olga.receives("Откройте ещё раз", "обращение из приложения")
    added = olga.receives("Добавлено", after=olga.says("Открылся", reply_to=told))
    press(olga, added, "Новое обращение")
    wanted = olga.receives("Опишите", after=added)

    said = olga.says("А теперь нет звука", reply_to=wanted if is_reply else None)

    opened = ticket_in(olga.receives("принято", after=said))
    assert authors(desk, opened) == [(AuthorKind.USER, "А теперь нет звука")]
    olga.receives("/help", after=olga.says("И ещё кое-что"))
    assert len(authors(desk, opened)) == 1


def test_from_its_card_an_agent_answers_even_their_own_request(
    desk: BotDesk, olga: TelegramPerson
) -> None:
    asked = asks_in_app(desk, olga, "Сам себе поддержка")
    card = olga.receives("Сам себе поддержка", after=olga.says(f"/view_{asked}"))

    press(olga, card, "Ответить")
    prompt = olga.receives("Напишите ответ", after=card)
    olga.receives("в приложении", after=olga.says("Нашла сама", reply_to=prompt))

    assert authors(desk, asked)[-1] == (AuthorKind.AGENT, "Нашла сама")
