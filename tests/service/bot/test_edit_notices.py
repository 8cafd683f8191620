"""What agents are told of edits, and how often; what whoever asked in the app is told here."""

import pytest

from contracts.errors import Unavailable
from contracts.tickets import TicketAnswered, TicketResolved
from contracts.vocabulary import AuthorKind, Source
from services.bot import memory
from services.bot.queries import last_sent
from services.bot.sending.outbox import FOLDED, SENT, WAITING
from services.bot.sending.settling import begin
from services.bot.telling.telling_agents import AT_MOST_EVERY
from tests.support.bot_events import AGENT, edited, hear, made
from tests.support.bot_rows import (
    ANNA,
    BORIS,
    IVAN,
    LANGUAGES,
    NOON,
    FewWords,
    Rows,
    message,
    ticket,
)


def test_of_a_message_that_waits_for_an_answer_agents_are_told_with_a_way_to_the_old(
    rows: Rows,
) -> None:
    rows.knows_agents(ANNA, BORIS)

    hear(rows, edited("Оплата <картой>"))

    assert [row.chat_id for row in rows.all()] == [ANNA, BORIS]
    row = rows.all()[0]
    assert "исправил сообщение" in row.text
    assert "Оплата &lt;картой&gt;" in row.text
    assert "ed:42" in (row.buttons or "")


def test_of_what_is_answered_nobody_is_told(rows: Rows) -> None:
    rows.knows_agents(ANNA)

    hear(rows, edited("Поздно", unanswered_since=None))
    hear(rows, edited("Поздно", unanswered_since=message().created_at.replace(hour=20)))

    assert rows.all() == []


def test_edits_within_a_minute_change_the_notice_on_its_way(rows: Rows) -> None:
    rows.knows_agents(ANNA)
    for version, body in enumerate(("Раз", "Два", "Три"), start=2):
        hear(rows, edited(body, version))
        rows.clock.advance(seconds=10)

    (row,) = rows.all()
    assert row.state == WAITING
    assert "Три" in row.text


def test_a_notice_is_not_sent_while_it_is_being_changed(rows: Rows) -> None:
    rows.knows_agents(ANNA)
    hear(rows, edited("Раз"))
    (row,) = rows.all()
    key = f"edited:{message().id}:{ANNA}"

    with rows.store.writing() as changing:
        last = last_sent(changing, ANNA, key, NOON - AT_MOST_EVERY)
        with pytest.raises(Unavailable), rows.store.writing() as sending:
            begin(sending, row.id, LANGUAGES, NOON)

    assert last is not None
    assert last.id == row.id


def test_edits_within_a_minute_edit_the_notice_in_the_chat(rows: Rows) -> None:
    rows.knows_agents(ANNA)
    telegram = FewWords()
    hear(rows, edited("Раз"))
    rows.sends(telegram, rows.all_settled)
    rows.clock.advance(seconds=10)

    hear(rows, edited("Два", 3))
    rows.sends(telegram, rows.all_settled)

    first, second = telegram.sent
    assert second.edits == rows.all()[0].message_id == 1001
    assert "Два" in second.text
    assert "Раз" in first.text


def test_an_edit_a_minute_later_is_a_notice_of_its_own(rows: Rows) -> None:
    rows.knows_agents(ANNA)
    hear(rows, edited("Раз"))
    rows.clock.advance(minutes=1)

    hear(rows, edited("Два", 3))

    assert [row.edits for row in rows.all()] == [None, None]


def test_a_notice_that_went_into_a_digest_is_told_anew(rows: Rows) -> None:
    rows.knows_agents(ANNA)
    hear(rows, edited("Раз"))
    with rows.store.writing() as session:
        for row in rows.all():
            session.merge(row).state = FOLDED

    hear(rows, edited("Два", 3))

    assert [row.state for row in rows.all()] == [FOLDED, WAITING]


def test_an_edit_heard_of_after_a_later_one_tells_nothing(rows: Rows) -> None:
    rows.knows_agents(ANNA)
    hear(rows, edited("Второе", 4))

    hear(rows, edited("Первое", 3))

    (row,) = rows.all()
    assert "Второе" in row.text


def in_app(kind: type[TicketAnswered] | type[TicketResolved]) -> object:
    parts = {"ticket": ticket(source=Source.APP), "agent": AGENT}
    if kind is TicketAnswered:
        parts["message"] = message("Чиним", kind=AuthorKind.AGENT)
    return made(kind, **parts)


def test_whoever_asked_in_the_app_is_told_here_once_they_have_written_here(rows: Rows) -> None:
    hear(rows, in_app(TicketAnswered))
    assert rows.all() == []
    with rows.store.writing() as session:
        memory.note_alive(session, IVAN, rows.clock.now())

    hear(rows, in_app(TicketAnswered))
    hear(rows, in_app(TicketResolved))

    answer, resolved = rows.all()
    assert (answer.chat_id, answer.answer_id, answer.ticket_id) == (IVAN, None, 42)
    assert "Чиним" in answer.text
    assert "из приложения" in answer.text
    assert "ok:42:0" in (resolved.buttons or "")


def test_whoever_has_blocked_the_bot_is_told_in_the_app_alone(rows: Rows) -> None:
    with rows.store.writing() as session:
        memory.note_alive(session, IVAN, rows.clock.now())
        memory.note_chat(session, IVAN, is_dead=True)

    hear(rows, in_app(TicketAnswered))

    assert rows.all() == []


def test_a_chat_that_was_only_written_to_is_not_met(rows: Rows) -> None:
    with rows.store.writing() as session:
        memory.chat_state(session, IVAN)

    hear(rows, in_app(TicketAnswered))

    assert rows.all() == []
    assert SENT not in [row.state for row in rows.all()]
