"""A message on its way through the outbox, on SQLite and PostgreSQL, to a Telegram of few words."""

import asyncio
import time
from threading import Event, Thread

import pytest
from sqlalchemy import update

from chassis.storage.limits import LOCK_WAIT_SECONDS
from contracts.errors import ContractError, Unavailable
from contracts.tickets import RecordDelivery
from services.bot.letters import AnswerRef, Edit, Letter, Rank
from services.bot.markup import Html
from services.bot.models import OutgoingMessage
from services.bot.queries import find_known_agent, mentioned_ticket, reachable_agents, report_of
from services.bot.sending.digest import TOO_MANY
from services.bot.sending.outbox import (
    DROPPED,
    FOLDED,
    REFUSED,
    SENDING,
    SENT,
    UNKNOWN,
    WAITING,
    drop,
)
from services.bot.sending.outgoing_queries import MOST_IN_A_DIGEST
from services.bot.sending.settling import begin, take_back
from services.bot.sending.telegram_outcomes import (
    Held,
    Message,
    NotSent,
    Outcome,
    Refused,
    Taken,
    Unknown,
)
from tests.support.bot_rows import (
    ANNA,
    BORIS,
    IVAN,
    LANGUAGES,
    NOON,
    FewWords,
    Rows,
    Tickets,
    texts,
)


def answer(body: str = "Ответ", message_id: int = 7) -> Letter:
    return Letter(
        IVAN,
        Html(body),
        Rank.ANSWER,
        ticket_id=42,
        answer=AnswerRef(42, message_id),
    )


def notice(number: int, chat_id: int = ANNA, rank: Rank = Rank.NOTICE) -> Letter:
    return Letter(chat_id, Html(f"новость {number}"), rank, summary=Html(f"строка {number}"))


def test_the_most_urgent_class_goes_first(rows: Rows) -> None:
    telegram = FewWords()
    rows.post(
        notice(1),
        notice(2, rank=Rank.WARNING),
        Letter(ANNA, Html("инцидент"), Rank.ALARM),
        notice(3, rank=Rank.BREACH),
    )

    rows.sends(telegram, rows.all_settled)

    assert texts(telegram.sent) == ["инцидент", "новость 3", "новость 2", "новость 1"]


def test_more_than_five_notices_become_one_digest_but_answers_and_alarms_do_not(
    rows: Rows,
) -> None:
    telegram = FewWords()
    rows.post(*(notice(number) for number in range(8)))
    rows.post(Letter(ANNA, Html("инцидент"), Rank.ALARM))
    rows.post(*(answer(f"Ответ {number}", number) for number in range(2)))

    rows.sends(telegram, rows.all_settled)

    to_anna = [sent.text for sent in telegram.sent if sent.chat_id == ANNA]
    assert to_anna[0] == "инцидент"
    assert len(to_anna) == 2
    assert "Накопилось 8 уведомлений" in to_anna[1]
    assert all(f"строка {number}" in to_anna[1] for number in range(8))
    to_ivan = [sent.text for sent in telegram.sent if sent.chat_id == IVAN]
    assert to_ivan == ["Ответ 0", "Ответ 1"]
    assert [row.state for row in rows.all()].count(FOLDED) == 8


def test_more_notices_than_a_statement_has_room_for_become_several_digests(rows: Rows) -> None:
    telegram = FewWords()
    rows.post(*(notice(number) for number in range(MOST_IN_A_DIGEST + TOO_MANY + 1)))

    rows.sends(telegram, rows.all_settled)

    first, second = texts(telegram.sent)
    assert "Накопилось 5000 уведомлений" in first
    assert "Накопилось 6 уведомлений" in second


def test_a_repeat_is_marked_as_one_and_becomes_no_line_of_a_digest(rows: Rows) -> None:
    telegram = FewWords()
    rows.post(*(notice(number) for number in range(TOO_MANY + 2)))
    with rows.store.writing() as session:
        session.get_one(OutgoingMessage, rows.all()[2].id).is_repeat = True

    rows.sends(telegram, rows.all_settled)

    digest, repeat = texts(telegram.sent)
    assert "Накопилось 6 уведомлений" in digest
    assert "строка 2" not in digest
    assert repeat.endswith("\nновость 2")


def test_a_message_that_was_dropped_after_its_turn_had_come_is_not_sent(rows: Rows) -> None:
    rows.post(notice(1))
    (row,) = rows.all()
    with rows.store.writing() as session:
        drop(session, row.key, NOON)

    with rows.store.writing() as session:
        begun = begin(session, row.id, LANGUAGES, NOON)

    assert begun is None
    assert [one.state for one in rows.all()] == [DROPPED]


def test_a_sent_message_is_remembered_as_speaking_of_its_ticket(rows: Rows) -> None:
    rows.post(answer())

    rows.sends(FewWords(Taken(77)), rows.all_settled)

    assert rows.store.ask(mentioned_ticket, IVAN, 77) == 42


def test_a_delivered_answer_is_told_to_tickets_until_it_listens(rows: Rows) -> None:
    tickets = Tickets(Unavailable("not now"), ContractError("the service failed"))
    rows.post(answer())

    rows.sends(FewWords(), lambda: bool(tickets.told), tickets)

    (told,) = tickets.told
    assert (told.ticket_id, told.message_id, told.delivered) == (42, 7, True)


def test_an_outcome_that_tickets_chokes_on_holds_up_no_other(rows: Rows) -> None:
    class Choking(Tickets):
        def record_delivery(self, command: RecordDelivery) -> None:
            if command.message_id == 7:
                raise ContractError("the service failed")
            super().record_delivery(command)

    tickets = Choking()
    rows.post(answer(message_id=7))
    rows.post(answer(message_id=8))

    rows.sends(FewWords(), lambda: bool(tickets.told), tickets)

    assert [told.message_id for told in tickets.told] == [8]


def test_an_unknown_outcome_is_repeated_once_and_marked(rows: Rows) -> None:
    telegram = FewWords(Unknown("timed out"))
    rows.post(answer())

    rows.sends(telegram, rows.all_settled)

    assert len(telegram.sent) == 2
    assert "Повтор" in telegram.sent[1].text
    assert rows.all()[0].state == SENT


def test_after_two_unknown_outcomes_an_answer_counts_as_not_delivered(rows: Rows) -> None:
    tickets, telegram = Tickets(), FewWords(Unknown("timed out"), Unknown("timed out"))
    rows.post(answer())

    rows.sends(telegram, lambda: bool(tickets.told), tickets)

    assert len(telegram.sent) == 2
    assert rows.all()[0].state == UNKNOWN
    assert not tickets.told[0].delivered


class OutOfOrder(FewWords):
    """A Telegram that leaves everything in doubt until it was asked often enough whether it
    answers."""

    def __init__(self, questions: int) -> None:
        super().__init__()
        self._questions = questions

    async def send(self, message: Message) -> Outcome:
        outcome = await super().send(message)
        return Unknown("502") if self._questions else outcome

    async def is_reachable(self) -> bool:
        self._questions = max(self._questions - 1, 0)
        return not self._questions


def test_an_edit_in_doubt_is_not_tried_again_before_telegram_answers(rows: Rows) -> None:
    telegram = OutOfOrder(questions=2)
    rows.post(Edit(ANNA, 5, Html("новое лицо")))

    rows.sends(telegram, rows.all_settled)

    assert texts(telegram.sent) == ["новое лицо"] * 2
    assert [(row.state, row.tries) for row in rows.all()] == [(SENT, 1)]


def test_what_never_left_is_sent_again_without_a_mark(rows: Rows) -> None:
    telegram = FewWords(NotSent("no route"))
    rows.post(answer())

    rows.sends(telegram, rows.all_settled)

    assert texts(telegram.sent) == ["Ответ", "Ответ"]


def test_a_chat_told_to_wait_keeps_waiting_over_a_restart(rows: Rows) -> None:
    telegram = FewWords(Held(60))
    rows.post(notice(1))
    rows.sends(telegram, lambda: bool(telegram.sent) and rows.all()[0].state == "waiting")

    again = FewWords()
    rows.post(notice(2, BORIS))
    rows.sends(again, lambda: bool(again.sent))

    assert texts(again.sent) == ["новость 2"]


def test_and_no_longer_when_the_clock_was_set_back_since(rows: Rows) -> None:
    telegram = FewWords(Held(60))
    rows.post(notice(1))
    rows.sends(telegram, lambda: bool(telegram.sent) and rows.all()[0].state == "waiting")
    rows.clock.advance(days=-1)

    again = FewWords()
    rows.sends(again, rows.all_settled)

    assert texts(again.sent) == ["новость 1"]


def test_a_blocked_chat_gets_no_more_notices_and_the_answer_is_reported(rows: Rows) -> None:
    tickets = Tickets()
    rows.knows_agents(ANNA, IVAN)
    rows.post(answer("слово " * 1500))

    rows.sends(
        FewWords(Refused("bot was blocked", is_dead=True)), lambda: bool(tickets.told), tickets
    )

    assert {row.state for row in rows.all()} == {REFUSED}
    (told,) = tickets.told
    assert (told.delivered, told.refusal) == (False, "bot was blocked")
    assert [agent.telegram_id for agent in rows.store.ask(reachable_agents)] == [ANNA]
    assert rows.store.ask(find_known_agent, IVAN) is not None


def test_a_long_answer_is_delivered_when_its_last_part_is(rows: Rows) -> None:
    telegram = FewWords()
    rows.post(answer("слово " * 1500))
    assert len(rows.all()) == 3

    rows.sends(telegram, lambda: len(telegram.sent) == 2 and rows.all()[1].state == SENT)
    assert rows.store.ask(report_of, 7) is None
    rows.sends(telegram, rows.all_settled)

    report = rows.store.ask(report_of, 7)
    assert report is not None
    assert report.is_delivered


def test_what_was_being_sent_at_a_crash_is_repeated_and_an_edit_just_made_again(
    rows: Rows,
) -> None:
    rows.post(answer(), Edit(ANNA, 5, Html("новое лицо")))
    with rows.store.writing() as session:
        for row in rows.all():
            row.state = SENDING
            session.merge(row)
    telegram = FewWords()

    rows.sends(telegram, rows.all_settled)

    by_chat = {sent.chat_id: sent.text for sent in telegram.sent}
    assert by_chat[IVAN].startswith("🔁")
    assert by_chat[ANNA] == "новое лицо"


class HeldUp(FewWords):
    """A Telegram that takes a message while somebody else holds the rows for too long."""

    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self._rows = rows
        self.holder: Thread | None = None

    async def send(self, message: Message) -> Outcome:
        if self.holder is None:
            holds = Event()
            self.holder = Thread(target=self._hold, args=(holds,))
            self.holder.start()
            await asyncio.to_thread(holds.wait)
        return await super().send(message)

    def _hold(self, holds: Event) -> None:
        with self._rows.store.writing() as session:
            session.execute(update(OutgoingMessage).values(error="held"))
            holds.set()
            time.sleep(LOCK_WAIT_SECONDS + 1)  # that is what is being tried


def test_a_message_whose_fate_could_not_be_written_down_does_not_hold_its_chat_up(
    rows: Rows,
) -> None:
    telegram = HeldUp(rows)
    rows.post(answer("Первый", 7), answer("Второй", 8))

    rows.sends(telegram, rows.all_settled)

    assert texts(telegram.sent) == ["Первый", "Второй"]
    assert [(row.state, row.is_repeat) for row in rows.all()] == [(SENT, False)] * 2


def test_what_was_not_sent_after_all_has_its_turn_again_unmarked(rows: Rows) -> None:
    rows.post(answer("Первый", 7), answer("Второй", 8))
    with rows.store.writing() as session:
        first = session.get_one(OutgoingMessage, rows.all()[0].id)
        first.state = SENDING
        take_back(session, first.id)
    telegram = FewWords()

    rows.sends(telegram, rows.all_settled)

    assert texts(telegram.sent) == ["Первый", "Второй"]


@pytest.mark.parametrize("waiting", [1, TOO_MANY + 1], ids=["alone", "in a digest"])
def test_what_may_have_begun_is_taken_back_only_when_that_is_decided(
    rows: Rows, waiting: int
) -> None:
    rows.post(*(notice(number) for number in range(waiting)))
    row_id = rows.all()[0].id

    with rows.store.writing() as undecided:
        begun = begin(undecided, row_id, LANGUAGES, NOON)
        undecided.flush()
        with pytest.raises(Unavailable), rows.store.writing() as session:
            take_back(session, row_id)
    with rows.store.writing() as session:
        take_back(session, row_id)

    assert begun is not None
    assert [row.state for row in rows.all() if row.id == begun.id] == [WAITING]
