"""Whoever has blocked the bot is told nothing, and is told again once they are back: by taking the
block away, or by writing."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from services.bot.models import ChatState
from tests.support.bot_desk import OTHER_AGENT_ID, BotDesk
from tests.support.botapi import TelegramPerson
from tests.support.waiting import wait_until

ComingBack = Callable[[BotDesk, TelegramPerson], None]


def is_dead(desk: BotDesk, person: TelegramPerson) -> bool:
    with desk.rows_of_bot() as database, database.reading() as session:
        chat = session.get(ChatState, person.id)
        return chat is not None and chat.is_dead


def unblocks(desk: BotDesk, person: TelegramPerson) -> None:
    person.unblocks_the_bot()
    wait_until(lambda: not is_dead(desk, person))


def starts(desk: BotDesk, person: TelegramPerson) -> None:
    """The bot did not hear that it is blocked no more."""
    person.unblocks_the_bot()
    wait_until(lambda: not is_dead(desk, person))
    desk.telegram.refuse(
        "sendMessage", 403, description="Forbidden: bot was blocked", chat_id=person.id
    )
    person.says("/help")
    wait_until(lambda: is_dead(desk, person))
    said = person.says("/start")
    person.receives("", after=said)


@pytest.fixture
def boris(desk: BotDesk) -> Iterator[TelegramPerson]:
    """An agent, who is there again after the test."""
    person = desk.agent(OTHER_AGENT_ID, "Борис")
    yield person
    desk.telegram.disarm()
    person.unblocks_the_bot()
    wait_until(lambda: not is_dead(desk, person))


BACK = pytest.mark.parametrize("comes_back", [unblocks, starts])


@BACK
def test_an_agent(
    desk: BotDesk, anna: TelegramPerson, boris: TelegramPerson, comes_back: ComingBack
) -> None:
    away, back = f"Без Бориса {uuid4()}", f"Борис здесь {uuid4()}"
    boris.blocks_the_bot()
    wait_until(lambda: is_dead(desk, boris))
    desk.opens_in_app(away)
    anna.receives(away)

    comes_back(desk, boris)
    desk.opens_in_app(back)

    boris.receives("Новый тикет", back)
    assert [one for one in boris.received() if away in one.text] == []


@BACK
@pytest.mark.usefixtures("calm")
def test_a_subscriber(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson, comes_back: ComingBack
) -> None:
    ivan.receives("", after=ivan.says("/start status"))
    ivan.blocks_the_bot()
    wait_until(lambda: is_dead(desk, ivan))
    anna.receives("объявлен", after=anna.says("/incident Платежи стоят"))
    anna.receives("Опубликовано", after=anna.says("/update Ищем причину"))
    desk.waits_until_all_is_sent()

    comes_back(desk, ivan)
    anna.receives("Опубликовано", after=anna.says("/update Нашли причину"))

    ivan.receives("Нашли причину", within=20)
    assert [one for one in ivan.received() if "Ищем причину" in one.text] == []
