"""A conversation survives a kill of the bot at every point at which one can be armed."""

import re
from pathlib import Path

import pytest

import services.bot
from botapi.sights import ChatMessage
from chassis.crash import CRASH_POINTS
from contracts.tickets import MessageView
from contracts.vocabulary import Delivery
from tests.support.bot_desk import BotDesk
from tests.support.bot_story import ticket_in
from tests.support.botapi import TelegramPerson

MARK = "🔁"
SECONDS = 40.0
TRIED = (
    "update.before_storing:2",
    "update.after_storing:2",
    "update.before_handling:2",
    "transaction.before_commit:7",
    "transaction.before_commit:13",
    "transaction.after_commit:10",
    "transaction.after_commit:16",
    "sender.before_sending:3",
    "sender.after_sending:2",
    "consumer.before_handling:1",
    "consumer.before_acknowledging:2",
)
"""Each point, and the pass at which the bot dies there: storing, working, sending and hearing all
have transactions of their own."""
ELSEWHERE = {
    "relay.before_publish": "the bot publishes nothing",
    "relay.after_publish": "the bot publishes nothing",
    "ladder.before_publish": "no handler fails in a conversation; tests/faults/test_crashes.py",
    "ladder.before_parking": "no handler fails in a conversation; tests/faults/test_crashes.py",
    "ladder.after_publish": "no handler fails in a conversation; tests/faults/test_crashes.py",
    "files.before_placing": "no file comes in it; test_files_in_trouble.py kills the bot there",
    "replay.after_publish": "./support dead",
    "backup.before_placing": "./support backup",
    "restore.before_placing": "./support restore",
    "restore.half_placed": "./support restore",
    "restore.before_emptying": "./support restore",
}


def test_every_point_is_tried_here_or_is_none_of_the_bots() -> None:
    tried = {point.partition(":")[0] for point in TRIED}
    code = "".join(
        path.read_text(encoding="utf-8") for path in Path(services.bot.__path__[0]).rglob("*.py")
    )

    assert tried | ELSEWHERE.keys() == set(CRASH_POINTS)
    assert set(re.findall(r'crash_point\("([a-z_.]+)"\)', code)) <= tried


@pytest.mark.parametrize("point", TRIED)
def test_a_conversation_survives_a_kill_at(
    crashing: BotDesk, anna: TelegramPerson, ivan: TelegramPerson, point: str
) -> None:
    opened = ivan.receives("принято", after=ivan.says("Начало"))
    ticket_id = ticket_in(opened)
    crashing.waits_until_all_is_sent()
    crashing.bot.stop()
    before = {person.id: person.received()[-1] for person in (anna, ivan)}

    crashing.bot.start(SUPPORT_CRASH_AT=point)
    asked = ivan.says(f"Вопрос при {point}")
    said = anna.says(f"/reply {ticket_id} Ответ при {point}")
    crashing.bot.wait_until_dead(SECONDS)
    crashing.start_bot()

    ivan.receives(f"Ответ при {point}", after=asked, within=SECONDS)
    ivan.receives("Добавлено", after=asked, within=SECONDS)
    anna.receives(f"Ответ по тикету #{ticket_id}", after=said, within=SECONDS)
    crashing.telegram.wait_until(
        lambda: _answers(crashing, ticket_id)[0].delivery == Delivery.DELIVERED, SECONDS, "delivery"
    )
    crashing.waits_until_all_is_sent()
    messages = [one.body for one in crashing.tickets.get_ticket(ticket_id).messages]
    assert sorted(messages) == sorted(["Начало", f"Вопрос при {point}", f"Ответ при {point}"])
    for person in (anna, ivan):
        assert_told_once(person, before[person.id])


def _answers(desk: BotDesk, ticket_id: int) -> list[MessageView]:
    return [one for one in desk.tickets.get_ticket(ticket_id).messages if one.delivery]


def assert_told_once(person: TelegramPerson, before: ChatMessage) -> None:
    """Of what a chat got since then nothing came twice, but for one repeat that says that it is
    one."""
    texts = [message.text for message in person.received() if message.id > before.id]
    marked = [text for text in texts if text.startswith(MARK)]
    unmarked = [text for text in texts if not text.startswith(MARK)]

    assert len(marked) <= 1
    assert len(set(unmarked)) == len(unmarked)
