"""Whoever asked in the app and never came to the support bot is told by the product's main bot."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from contracts.tickets import AttachmentView, Person, TicketAnswered
from contracts.vocabulary import AuthorKind, Delivery, Source
from services.bot import memory
from services.bot.letters import MAIN_BOT, SUPPORT_BOT, Letter
from services.bot.markup import Html
from services.bot.models import ChatState, MainBotChat, OutgoingMessage, TicketMention
from services.bot.sending.outbox import DROPPED, REFUSED, SENDING, SENT, WAITING, drop_of_main_bot
from services.bot.sending.settling import recover, take_back
from services.bot.sending.telegram_outcomes import Held, Refused
from services.bot.settings import MainBot
from tests.support import botapi
from tests.support.bot_desk import BotDesk
from tests.support.bot_events import AGENT, hear, made
from tests.support.bot_rows import IVAN, FewWords, Rows, message, ticket
from tests.support.botapi import TelegramPerson

PRODUCT = MainBot("2:token", "teaching_panel_bot")
BLOCKED = Refused("Forbidden: bot was blocked by the user", is_dead=True)


def answered(body: str = "Готово", files: int = 0) -> TicketAnswered:
    said = message(body, kind=AuthorKind.AGENT)
    given = [
        AttachmentView(
            id=number,
            key=f"{number:064x}",
            name=f"{number}.pdf",
            media_type="application/pdf",
            size=9,
        )
        for number in range(1, files + 1)
    ]
    event = made(
        TicketAnswered,
        ticket=ticket(source=Source.APP),
        message=said.model_copy(update={"attachments": given}),
        agent=AGENT,
    )
    assert isinstance(event, TicketAnswered)
    return event


def letter_of(bot: str, text: str = "раз") -> Letter:
    return Letter(chat_id=IVAN, text=Html(text), bot=bot)


def is_settled(rows: Rows, bot: str) -> bool:
    return all(row.settled_at is not None for row in rows.all() if row.bot == bot)


def test_an_answer_is_told_with_a_link_into_the_app_and_its_files_mentioned(rows: Rows) -> None:
    hear(rows, answered("Смотрите <схему>", files=2), main_bot=PRODUCT)

    (row,) = rows.all()
    assert (row.bot, row.chat_id, row.files) == (MAIN_BOT, IVAN, None)
    assert "Смотрите &lt;схему&gt;" in row.text
    assert "приложено 2 файла" in row.text
    assert row.text.endswith("https://t.me/teaching_panel_bot?startapp=ticket_42")
    assert (row.answer_id, row.ticket_id) == (None, None)


def test_without_a_name_of_the_bot_there_is_no_link(rows: Rows) -> None:
    hear(rows, answered(), main_bot=replace(PRODUCT, username=None))

    (row,) = rows.all()
    assert "в приложении" in row.text
    assert "t.me" not in row.text


def test_without_a_main_bot_nobody_is_told(rows: Rows) -> None:
    hear(rows, answered())

    assert rows.all() == []


@pytest.mark.parametrize("is_dead", [False, True])
def test_whoever_has_come_to_the_support_bot_is_not_told_by_the_other(
    rows: Rows, is_dead: bool
) -> None:
    with rows.store.writing() as session:
        memory.note_alive(session, IVAN, rows.clock.now())
        memory.note_chat(session, IVAN, is_dead=is_dead)

    hear(rows, answered(), main_bot=PRODUCT)

    assert [row.bot for row in rows.all()] == ([] if is_dead else [SUPPORT_BOT])


def test_each_bot_sends_its_own_and_no_reply_to_the_main_bots_means_a_ticket(rows: Rows) -> None:
    hear(rows, answered(), main_bot=PRODUCT)
    rows.post(letter_of(SUPPORT_BOT, "привет"))
    product, support = FewWords(), FewWords()

    rows.sends(support, lambda: is_settled(rows, SUPPORT_BOT))
    assert [one.text for one in support.sent] == ["привет"]
    rows.sends(product, rows.all_settled, bot=MAIN_BOT)

    assert len(product.sent) == 1
    assert {row.state for row in rows.all()} == {SENT}
    with rows.store.reading() as session:
        assert session.scalars(select(TicketMention)).all() == []


def test_who_never_started_the_main_bot_is_not_tried_for_a_day_and_stays_the_support_bots(
    rows: Rows,
) -> None:
    hear(rows, answered(), main_bot=PRODUCT)
    rows.sends(FewWords(BLOCKED), rows.all_settled, bot=MAIN_BOT)

    hear(rows, answered(), main_bot=PRODUCT)

    assert [row.state for row in rows.all()] == [REFUSED]
    with rows.store.reading() as session:
        assert session.get(ChatState, IVAN) is None
        assert session.get_one(MainBotChat, IVAN).refused_at == rows.clock.now()
    rows.clock.advance(days=1)
    hear(rows, answered(), main_bot=PRODUCT)
    assert [row.state for row in rows.all()] == [REFUSED, WAITING]


def test_a_wait_that_one_bot_was_asked_for_does_not_hold_the_other(rows: Rows) -> None:
    rows.post(letter_of(MAIN_BOT, "два"))
    product = FewWords(Held(600))
    rows.sends(product, lambda: len(product.sent) == 1, bot=MAIN_BOT)
    rows.post(letter_of(SUPPORT_BOT))

    rows.sends(FewWords(), lambda: is_settled(rows, SUPPORT_BOT))

    with rows.store.reading() as session:
        assert session.get_one(MainBotChat, IVAN).quiet_until == rows.clock.now() + timedelta(
            seconds=600
        )
        assert session.get(ChatState, IVAN) is None


def test_a_start_and_a_taking_back_touch_only_what_that_bot_was_sending(rows: Rows) -> None:
    rows.post(letter_of(MAIN_BOT), letter_of(SUPPORT_BOT))
    _, own = rows.all()

    def sending() -> set[str]:
        return {row.bot for row in rows.all() if row.state == SENDING}

    for undo in (recover, lambda session: take_back(session, own.id)):
        with rows.store.writing() as session:
            for row in rows.all():
                session.get_one(OutgoingMessage, row.id).state = SENDING
        with rows.store.writing() as session:
            undo(session)
        assert sending() == {MAIN_BOT}


def test_what_the_main_bot_could_not_tell_for_long_it_does_not_tell(rows: Rows) -> None:
    rows.post(letter_of(MAIN_BOT), letter_of(SUPPORT_BOT))
    rows.clock.advance(hours=1)
    rows.post(letter_of(MAIN_BOT))

    with rows.store.writing() as session:
        drop_of_main_bot(session, rows.clock.now(), rows.clock.now())

    assert [(row.bot, row.state) for row in rows.all()] == [
        (MAIN_BOT, DROPPED),
        (SUPPORT_BOT, WAITING),
        (MAIN_BOT, WAITING),
    ]


# On the real desk


def app_user_of(person: TelegramPerson) -> Person:
    return Person(id=f"app-{uuid4()}", name="Мария", telegram_id=person.id)


def test_the_main_bot_tells_and_nothing_of_it_is_polled_or_reported(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    maria = desk.user("Мария", bot=botapi.MAIN_BOT)
    maria.says("/start")
    asked = desk.opens_in_app("Не открывается урок", by=app_user_of(maria))

    said = anna.says(f"/reply {asked.id} Уже открыли")

    told = maria.receives("Уже открыли", f"№{asked.id}", f"startapp=ticket_{asked.id}")
    assert told.rows == ()
    anna.receives("в приложении", after=said)
    desk.waits_until_all_is_sent()
    assert desk.telegram.messages(maria.id, bot=botapi.SUPPORT_BOT) == []
    assert desk.telegram.pending_updates(bot=botapi.MAIN_BOT) > 0
    answer = desk.tickets.get_ticket(asked.id).messages[-1]
    assert answer.delivery == Delivery.DELIVERED


def test_whoever_started_neither_comes_to_the_support_bot_later_and_is_told_there(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    maria = desk.user("Мария")
    asked = desk.opens_in_app("Не открывается урок", by=app_user_of(maria))
    anna.receives("в приложении", after=anna.says(f"/reply {asked.id} Первый ответ"))
    desk.waits_until_all_is_sent()

    greeted = maria.receives("", after=maria.says("/start"))
    anna.says(f"/reply {asked.id} Второй ответ")

    maria.receives("Второй ответ", after=greeted)
    assert desk.telegram.messages(maria.id, bot=botapi.MAIN_BOT) == []
