"""What is said in a group by whoever cannot be seen, or to other bots."""

from typing import Any

import pytest

from services.bot import memory
from tests.service.bot.test_worker import Bench, bench
from tests.support.bot_rows import ANNA, IVAN

__all__ = ["bench"]

GROUP = {"id": -100_777, "type": "supergroup", "title": "Поддержка"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
OURS, ANOTHER = ({"id": one, "is_bot": True, "first_name": "Bot"} for one in (1, 2))
CARD = 7


def on_the_card_of(bot: dict[str, Any]) -> dict[str, Any]:
    """A reply to it."""
    card = {"message_id": CARD, "date": 0, "chat": GROUP, "from": bot, "text": "Новый тикет"}
    return {"chat": GROUP, "reply_to_message": card}


@pytest.fixture(autouse=True)
def card(bench: Bench) -> None:
    """The group has a ticket's card of ours, and another bot's message with the same number."""
    with bench.rows.store.writing() as session:
        memory.mention(session, int(str(GROUP["id"])), CARD, 42)


@pytest.mark.parametrize("text", ["Уже чиним", "/take 42"])
def test_whoever_cannot_be_seen_is_told_so(bench: Bench, text: str) -> None:
    unseen = {"from": ANONYMOUS, "sender_chat": GROUP}

    bench.writes(IVAN, text=text, **on_the_card_of(OURS), **unseen)

    bench.works(lambda: bench.said("не видно, кто это"))
    (row,) = bench.rows.all()
    assert (row.chat_id, row.reply_to) == (GROUP["id"], 1)


def test_what_they_say_among_themselves_is_left_alone(bench: Bench) -> None:
    unseen = {"from": ANONYMOUS, "sender_chat": GROUP}

    bench.writes(IVAN, text="Кто возьмёт?", chat=GROUP, **unseen)

    bench.works(bench.rows_settled)
    assert bench.rows.all() == []


@pytest.mark.parametrize("text", ["Спасибо", "/weather", "/tickets@another_bot"])
def test_what_is_said_to_another_bot_is_left_alone(bench: Bench, text: str) -> None:
    bench.writes(ANNA, text=text, **on_the_card_of(ANOTHER))

    bench.works(bench.rows_settled)
    assert bench.rows.all() == []
    assert bench.tickets.answered == {}


def test_a_reply_to_our_own_card_answers_the_user(bench: Bench) -> None:
    bench.writes(ANNA, text="Уже чиним", **on_the_card_of(OURS))

    bench.works(bench.rows_settled)
    assert [one.body for one in bench.tickets.answered.values()] == ["Уже чиним"]
