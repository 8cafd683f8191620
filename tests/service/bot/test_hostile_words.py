"""Hostile words in commands: what can be used arrives as written, the rest changes nothing."""

import pytest

from contracts.incidents import ListIncidents
from contracts.tickets import TEXT_LENGTH
from contracts.vocabulary import AuthorKind, OverallStatus
from tests.support.bot_desk import BotDesk
from tests.support.botapi import TelegramPerson

pytestmark = pytest.mark.usefixtures("calm")

LONGEST_MESSAGE = 4096
"""UTF-16 units that Telegram lets a person send at once."""
HOSTILE = "<b>жирно</b> & *звёзды* 👩‍👩‍👧 \u202eпоперёк"


def as_long_as_can_be(command: str) -> str:
    return command + "я" * (LONGEST_MESSAGE - len(command))


@pytest.mark.parametrize(
    "words",
    [("до\x00после", "до после"), (HOSTILE, HOSTILE), ("я" * 4_000, "я" * 4_000)],
    ids=["a NUL", "HTML, Markdown, emoji and RTL", "very long"],
)
def test_an_answer_reaches_the_user_in_the_words_of_the_agent(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson, words: tuple[str, str]
) -> None:
    opening = ivan.says("Помогите")
    ivan.receives("принято", after=opening)
    ticket = desk.tickets_of(ivan)[0]

    written, kept = words

    said = anna.says(f"/reply {ticket.id} {written}")

    anna.receives("доставлен", after=said)
    whole = "".join(message.text for message in ivan.received() if message.id > opening.id)
    assert kept in whole
    assert desk.tickets.get_ticket(ticket.id).messages[-1].body == kept


def test_an_answer_longer_than_a_message_reaches_the_user_whole(
    desk: BotDesk, ivan: TelegramPerson
) -> None:
    words = " ".join(f"слово{number}" for number in range(900))
    assert LONGEST_MESSAGE < len(words) < TEXT_LENGTH
    opening = ivan.says("Нужен длинный ответ")
    ivan.receives("принято", after=opening)
    ticket = desk.tickets_of(ivan)[0]

    desk.answers_in_app(ticket.id, words)

    ivan.receives("слово899", after=opening)
    whole = " ".join(message.text for message in ivan.received() if message.id > opening.id)
    assert all(f"слово{number}" in whole for number in range(900))


@pytest.mark.parametrize("nothing", ["\x00", " \x00\n\x00 "])
def test_an_answer_of_nothing_visible_is_no_answer(
    desk: BotDesk, anna: TelegramPerson, nothing: str
) -> None:
    ticket = desk.opens_in_app("Жду слов")

    said = anna.says(f"/reply {ticket.id} {nothing}")

    anna.receives("Не хватает текста", after=said)
    kinds = [message.author.kind for message in desk.tickets.get_ticket(ticket.id).messages]
    assert AuthorKind.AGENT not in kinds


@pytest.mark.parametrize(
    ("words", "title"),
    [("Оплата\x00стоит", "Оплата стоит"), (HOSTILE, HOSTILE), ("я" * 200, "я" * 200)],
    ids=["a NUL", "HTML, Markdown, emoji and RTL", "the longest title"],
)
def test_a_title_is_told_as_it_was_written(
    desk: BotDesk, anna: TelegramPerson, words: str, title: str
) -> None:
    said = anna.says(f"/incident {words}")

    anna.receives("объявлен", title.replace("\u202e", ""), after=said)
    incident = desk.incidents.get_status().incident
    assert incident is not None
    assert incident.title == title


@pytest.mark.parametrize(
    ("call", "help_words"),
    [
        ("/incident \x00", "/incident Проблемы с оплатой"),
        (as_long_as_can_be("/incident "), "до 200 символов"),
        ("/update \x00", "/update Нашли причину"),
        (as_long_as_can_be("/update "), "до 2000 символов"),
        ("/resolve \x00 \x00", "/resolve Проблема решена"),
        (as_long_as_can_be("/resolve "), "до 2000 символов"),
    ],
)
def test_what_cannot_be_told_the_public_is_refused_and_changes_nothing(
    desk: BotDesk, anna: TelegramPerson, call: str, help_words: str
) -> None:
    said = anna.says("/incident Не трогать")
    declared = anna.receives("объявлен", after=said)
    before = desk.incidents.list_incidents(ListIncidents(only_open=True))

    said = anna.says(call)

    anna.receives(help_words, after=declared)
    assert desk.incidents.list_incidents(ListIncidents(only_open=True)) == before
    assert desk.incidents.get_status().status == OverallStatus.OUTAGE
