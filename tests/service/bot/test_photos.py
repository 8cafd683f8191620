"""A picture on its way through the outbox: everything a text is promised, and the text besides."""

import asyncio

import pytest

from services.bot.letters import AnswerRef, Button, Letter, Rank
from services.bot.markup import Html, units, visible
from services.bot.queries import reachable_agents, report_of
from services.bot.sending.outbox import REFUSED, SENDING, SENT, UNKNOWN, post
from services.bot.sending.telegram_outcomes import (
    Held,
    Message,
    NotSent,
    Outcome,
    Refused,
    Taken,
    Unknown,
)
from services.bot.sending.telegram_sender import BotApiSender
from services.bot.telegram_link import make_bot
from tests.support.bot_rows import ANNA, IVAN, NOON, FewWords, Rows, Tickets, texts
from tests.support.botapi import SUPPORT_BOT_TOKEN, TelegramWorld, running_telegram
from tests.support.pictures import picture

LONG = Html("<b>Показатели</b>\n" + "строка &amp; строка\n" * 400)
BUTTON = ((Button("Ещё", "x"),),)


def figures(text: str = "Показатели") -> Letter:
    return Letter(ANNA, Html(text), photo=picture(), buttons=BUTTON, reply_to=5)


def test_a_picture_goes_with_its_caption_and_is_let_go_of_afterwards(rows: Rows) -> None:
    telegram = FewWords()
    rows.post(figures())

    rows.sends(telegram, rows.all_settled)

    (sent,) = telegram.sent
    assert (sent.text, sent.photo, sent.reply_to) == ("Показатели", picture(), 5)
    assert sent.buttons == BUTTON
    (row,) = rows.all()
    assert (row.state, row.photo) == (SENT, None)


def test_what_is_too_long_for_a_caption_follows_whole_and_in_order(rows: Rows) -> None:
    telegram = FewWords()
    rows.post(figures(LONG), Letter(ANNA, Html("следующее")))

    rows.sends(telegram, rows.all_settled)

    photo, *parts, last = telegram.sent
    assert (photo.text, photo.photo, photo.buttons, photo.reply_to) == ("", picture(), (), 5)
    assert len(parts) == 2
    assert [part.photo for part in parts] == [None, None]
    whole = "\n".join(visible(part.text) for part in parts)
    assert whole == visible(LONG).strip()
    assert [bool(part.buttons) for part in parts] == [False, True]
    assert last.text == "следующее"


def test_the_longest_caption_has_room_for_the_mark_of_a_repeat(rows: Rows) -> None:
    telegram = FewWords(Unknown("timed out"))
    rows.post(figures("😀" * 464))

    rows.sends(telegram, rows.all_settled)

    first, repeat = telegram.sent
    assert first.photo == repeat.photo == picture()
    assert "Повтор" in repeat.text
    assert units(visible(repeat.text)) <= 1024
    rows.post(figures("😀" * 464 + "!"))
    assert [bool(row.text) for row in rows.all()[1:]] == [False, True]


def test_a_picture_that_telegram_refuses_leaves_its_text(rows: Rows) -> None:
    telegram = FewWords(Refused("Photo_invalid_dimensions"))
    rows.post(figures())

    rows.sends(telegram, rows.all_settled)

    assert [sent.photo for sent in telegram.sent] == [picture(), None]
    assert texts(telegram.sent) == ["Показатели", "Показатели"]
    assert telegram.sent[1].buttons == BUTTON
    assert rows.all()[0].state == SENT


def test_a_text_that_telegram_refuses_too_is_given_up(rows: Rows) -> None:
    telegram = FewWords(Refused("no photos here"), Refused("no texts either"))
    rows.post(figures())

    rows.sends(telegram, rows.all_settled)

    assert len(telegram.sent) == 2
    assert (rows.all()[0].state, rows.all()[0].error) == (REFUSED, "no texts either")


def test_of_a_refused_picture_with_a_long_text_the_text_still_arrives_once(rows: Rows) -> None:
    tickets, telegram = Tickets(), FewWords(Refused("Photo_invalid_dimensions"))
    rows.post(
        Letter(IVAN, LONG, Rank.ANSWER, ticket_id=42, answer=AnswerRef(42, 7), photo=picture())
    )

    rows.sends(telegram, lambda: bool(tickets.told) and rows.all_settled(), tickets)

    assert [row.state for row in rows.all()] == [REFUSED, SENT, SENT]
    assert [sent.photo for sent in telegram.sent] == [picture(), None, None]
    assert "" not in texts(telegram.sent[1:])
    report = rows.store.ask(report_of, 7)
    assert report is not None
    assert report.is_delivered


def test_to_a_blocked_chat_neither_picture_nor_text_is_tried_again(rows: Rows) -> None:
    telegram = FewWords(Refused("bot was blocked", is_dead=True))
    rows.knows_agents(ANNA)
    rows.post(figures())

    rows.sends(telegram, rows.all_settled)

    assert len(telegram.sent) == 1
    assert (rows.all()[0].state, rows.all()[0].photo) == (REFUSED, None)
    assert rows.store.ask(reachable_agents) == []


def test_after_two_unknown_outcomes_a_picture_is_given_up(rows: Rows) -> None:
    telegram = FewWords(Unknown("timed out"), Unknown("timed out"))
    rows.post(figures())

    rows.sends(telegram, rows.all_settled)

    assert len(telegram.sent) == 2
    assert (rows.all()[0].state, rows.all()[0].photo) == (UNKNOWN, None)


def test_a_picture_that_has_to_wait_or_never_left_keeps_its_bytes(rows: Rows) -> None:
    telegram = FewWords(Held(0.2), NotSent("no route"))
    rows.post(figures())

    rows.sends(telegram, rows.all_settled)

    assert [sent.photo for sent in telegram.sent] == [picture()] * 3
    assert texts(telegram.sent) == ["Показатели"] * 3


@pytest.mark.parametrize(("text", "marked"), [("Слово", "Слово"), (LONG, "")])
def test_a_picture_in_the_air_at_a_crash_is_repeated_and_marked(
    rows: Rows, text: str, marked: str
) -> None:
    rows.post(figures(text))
    with rows.store.writing() as session:
        session.merge(rows.all()[0]).state = SENDING
    telegram = FewWords()

    rows.sends(telegram, rows.all_settled)

    repeat = telegram.sent[0]
    assert repeat.photo == picture()
    assert repeat.text.startswith("🔁")
    assert repeat.text.endswith(marked)
    assert repeat.text == repeat.text.strip()
    assert not any("🔁" in one.text for one in telegram.sent[1:])


def test_the_same_cause_sends_one_picture(rows: Rows) -> None:
    with rows.store.writing() as session:
        for _ in range(2):
            post(session, figures(LONG), "update:1:0", NOON)
    telegram = FewWords()

    rows.sends(telegram, rows.all_settled)

    assert [bool(sent.photo) for sent in telegram.sent] == [True, False, False]


def test_a_picture_is_no_line_of_a_digest_and_keeps_its_rank(rows: Rows) -> None:
    telegram = FewWords()
    notices = [
        Letter(ANNA, Html(f"новость {n}"), Rank.NOTICE, summary=Html(f"строка {n}"))
        for n in range(6)
    ]
    shown = Letter(ANNA, Html("картинка"), Rank.NOTICE, summary=Html("строка"), photo=picture())
    rows.post(shown, *notices, Letter(ANNA, Html("инцидент"), Rank.ALARM))

    rows.sends(telegram, rows.all_settled)

    assert texts(telegram.sent)[:2] == ["инцидент", "картинка"]
    assert telegram.sent[1].photo == picture()
    assert "Накопилось 6 уведомлений" in telegram.sent[2].text


def test_telegram_itself_takes_a_picture_or_says_why_not() -> None:
    with running_telegram() as telegram:
        anna = telegram.person(ANNA, "Анна")
        anna.says("/start")

        taken, refused, broken = asyncio.run(_send_to(telegram))

        seen = anna.received()
        assert taken == Taken(seen[0].id)
        assert (seen[0].text, telegram.file(ANNA, seen[0].id, bot=anna.bot)) == (
            "жирно",
            picture(),
        )
        assert seen[0].marked("bold") == ["жирно"]
        assert isinstance(refused, Refused)
        assert not refused.is_dead
        # Our own broken markup costs the bold letters, not the picture.
        assert broken == Taken(seen[1].id)
        assert (seen[1].text, bool(seen[1].photo)) == ("a < b", True)


async def _send_to(telegram: TelegramWorld) -> list[Outcome]:
    async with make_bot(SUPPORT_BOT_TOKEN, telegram.base_url) as bot:
        sender = BotApiSender(bot)
        return [
            await sender.send(Message(ANNA, "<b>жирно</b>", photo=picture())),
            await sender.send(Message(ANNA, "слова", photo=b"not an image")),
            await sender.send(Message(ANNA, "a < b", photo=picture())),
        ]
