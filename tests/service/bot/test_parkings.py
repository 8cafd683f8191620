"""What agents are told of messages that a process could not take in: once in a while a queue."""

from uuid import uuid4

import pytest

from chassis.events.consumer import handle_once
from contracts.event import MessageParked
from services.bot.subscriptions import SUBSCRIPTIONS
from services.bot.telling.audience import Audience
from services.bot.telling.notices import Notices
from services.bot.telling.parkings import Telling, tell_overdue
from tests.support.bot_rows import ANNA, BORIS, LANGUAGES, NOON, Rows

TELL_PARKED = next(one for one in SUBSCRIPTIONS if one.event is MessageParked)


def hear_parked(rows: Rows, queue: str = "sla.hear_opened") -> None:
    event = MessageParked(
        event_id=uuid4(),
        occurred_at=NOON,
        version=5,
        process=queue.partition(".")[0],
        queue=queue,
        message_id="id-1",
        tries=5,
        error="RuntimeError: no",
    )
    notices = Notices(LANGUAGES, rows.clock, Audience(LANGUAGES.own, rows.clock))
    handle_once(rows.store, TELL_PARKED, event, notices.tell_parked)


def look(rows: Rows) -> None:
    with rows.store.writing() as session:
        telling = Telling(LANGUAGES.own, Audience(LANGUAGES.own, rows.clock))
        tell_overdue(session, telling, rows.clock.now())


def told(rows: Rows, chat_id: int = ANNA) -> list[str]:
    return [row.text for row in rows.all() if row.chat_id == chat_id]


@pytest.fixture(autouse=True)
def agents(rows: Rows) -> None:
    rows.knows_agents(ANNA, BORIS)


def test_every_agent_is_told_which_process_and_what_to_do(rows: Rows) -> None:
    hear_parked(rows)

    (note,) = told(rows)
    assert told(rows, BORIS) == [note]
    assert "Процесс sla не смог обработать 1 сообщение" in note
    assert "sla.hear_opened" in note
    assert "Ничего не потеряно" in note
    assert "./support dead list" in note


def test_a_queue_is_told_of_once_in_ten_minutes_and_then_with_the_count(rows: Rows) -> None:
    for _ in range(4):
        hear_parked(rows)
    rows.clock.advance(minutes=9)
    look(rows)
    assert len(told(rows)) == 1

    rows.clock.advance(minutes=1)
    look(rows)
    look(rows)

    assert len(told(rows)) == 2
    assert "не смог обработать 3 сообщения" in told(rows)[-1]


def test_the_next_one_after_the_quiet_time_brings_the_count_along(rows: Rows) -> None:
    for _ in range(5):
        hear_parked(rows)

    rows.clock.advance(minutes=11)
    hear_parked(rows)

    assert "не смог обработать 5 сообщений" in told(rows)[-1]
    look(rows)
    assert len(told(rows)) == 2


def test_a_clock_that_was_set_back_keeps_nobody_quiet(rows: Rows) -> None:
    for _ in range(2):
        hear_parked(rows)
    rows.clock.advance(days=-1)

    look(rows)
    assert len(told(rows)) == 2
    hear_parked(rows)
    look(rows)

    assert len(told(rows)) == 2


def test_another_queue_is_another_matter(rows: Rows) -> None:
    hear_parked(rows)
    hear_parked(rows, "tickets.keep_deadline")

    assert ["sla" in note for note in told(rows)] == [True, False]


def test_with_nothing_more_to_tell_nobody_is_told(rows: Rows) -> None:
    hear_parked(rows)

    rows.clock.advance(hours=1)
    look(rows)

    assert len(told(rows)) == 1


def test_an_english_desk_speaks_english() -> None:
    words = LANGUAGES.of("en").plural("bot.notice.parked", 2, process="sla", queue="sla.hear_taken")

    assert "The process sla could not take in 2 messages" in words
