"""Hostile texts over HTTP: taken word for word or refused with a reason, in every field and search,
and told to the agents in Telegram without any markup of people."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from contracts.texts import is_blank
from contracts.tickets import SUBJECT_LENGTH, TEXT_LENGTH
from tests.support.botapi import TelegramPerson
from tests.support.history.outcome import wait_until_at_rest
from tests.support.hostile import FAMILIES, sendable
from tests.support.running_desk import RunningDesk
from tests.support.story import AppUser, admin, app_user

SOME = 4
"""Of each family."""
TEXTS = [text for texts in FAMILIES.values() for text in texts[:SOME]]
OURS = {"bold", "italic", "code", "bot_command", "url", "mention", "email", "hashtag"}
QUERY_LENGTH = 200
CLAIMED = 300
"""Characters of a name in a token; headers have room for some thousand bytes."""


@pytest.fixture
def calm(desk: RunningDesk) -> Iterator[None]:
    """What these tests have brought about is over before the next."""
    yield
    wait_until_at_rest(desk)


def is_storable(text: str, longest: int) -> bool:
    return sendable(text) and "\0" not in text and not is_blank(text) and len(text) <= longest


def opens(user: AppUser, **fields: str) -> tuple[int, dict[str, Any]]:
    """As a program would that escapes whatever it is given, halves of characters included."""
    answer = user.asks(
        "POST",
        "/tickets/",
        content=json.dumps(fields),
        headers={"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"},
    )
    return answer.status_code, answer.json()


@pytest.mark.usefixtures("calm")
def test_a_hostile_text_is_kept_word_for_word_or_refused_with_the_field_named(
    desk: RunningDesk, agent: TelegramPerson
) -> None:
    desk.telegram.forget_calls()
    for text in TEXTS:
        user = app_user(desk, text[:CLAIMED] if sendable(text) else "Иван")
        subject = text if is_storable(" ".join(text.split()), SUBJECT_LENGTH) else "Тема"

        status, told = opens(user, description=text, subject=subject)

        if not is_storable(text.strip(), TEXT_LENGTH):
            named = [fault["field"] for fault in told["errors"]]
            assert (status, named) == (422, ["description"]), text
            continue
        assert status == 201, (text, told)
        assert told["description"] == text.strip()
        assert told["subject"] == " ".join(subject.split())
    agent.receives("/view_", within=60)
    assert [call for call in desk.telegram.calls() if call.status == 400] == []
    shown = [entity["type"] for message in agent.received() for entity in message.entities]
    assert set(shown) <= OURS


@pytest.mark.usefixtures("calm")
def test_a_search_takes_every_text_for_what_it_is(desk: RunningDesk) -> None:
    boss = admin(desk)
    ticket = app_user(desk).opens_ticket("Скидка 100% и под_черк \\ 'кавычка'")

    def finds(text: str) -> bool:
        return ticket["id"] in [found["id"] for found in boss.lists(q=text)]

    answers = {
        text: boss.asks("GET", "/tickets/", params={"q": text}) for text in TEXTS if sendable(text)
    }

    assert [text for text in ("100%", "и под_", "к \\", "'кав") if not finds(text)] == []
    assert [text for text in ("1%0", "100_", "д%к", "' OR '1'='1") if finds(text)] == []
    assert {answer.status_code for answer in answers.values()} <= {200, 414, 422}
    for text, answer in answers.items():
        if is_storable(text.strip(), QUERY_LENGTH):
            assert answer.status_code == 200, text
