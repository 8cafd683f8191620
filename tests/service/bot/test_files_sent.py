"""Files on their way through the outbox: alone or as albums, refused, gone, of unknown fate."""

import asyncio
import shutil
from pathlib import Path
from time import monotonic

import pytest

from services.bot.files.enclosures import Enclosure, Shape
from services.bot.letters import AnswerRef, Button, Edit, Letter, Rank
from services.bot.markup import Html
from services.bot.queries import mentioned_ticket, report_of
from services.bot.sending import outgoing_files, sender
from services.bot.sending.outbox import REFUSED, SENDING, SENT
from services.bot.sending.pace import CHAT_SECONDS
from services.bot.sending.telegram_outcomes import (
    Message,
    Outcome,
    OutFile,
    Refused,
    Taken,
    Unknown,
)
from services.bot.sending.telegram_sender import BotApiSender
from services.bot.sending.undelivered import FILE_GONE
from services.bot.telegram_link import make_bot
from tests.support.bot_rows import ANNA, IVAN, FewWords, Rows, Tickets, texts
from tests.support.botapi import SUPPORT_BOT_TOKEN, TelegramWorld, running_telegram
from tests.support.pictures import picture

LONG = Html("<b>Ответ</b>\n" + "строка &amp; строка\n" * 100)
BUTTON = ((Button("Взять", "t:42"),),)
PDF = b"%PDF-1.7 bill"


def kept(rows: Rows, media_type: str, name: str, data: bytes) -> Enclosure:
    return Enclosure(rows.files.keep(data), media_type, name, len(data))


def photo(rows: Rows, name: str = "a.png", side: int = 90) -> Enclosure:
    return kept(rows, "image/png", name, picture(side, 60))


def bill(rows: Rows, name: str = "bill.pdf") -> Enclosure:
    return kept(rows, "application/pdf", name, PDF + name.encode())


def answer(text: str, *files: Enclosure) -> Letter:
    carries = AnswerRef(42, 7)
    return Letter(IVAN, Html(text), Rank.ANSWER, ticket_id=42, answer=carries, files=files)


def shapes(message: Message) -> list[str]:
    return [file.shape.value for file in message.files]


def test_one_file_goes_with_its_caption_its_buttons_and_its_name(rows: Rows) -> None:
    telegram = FewWords()
    rows.post(Letter(ANNA, Html("Новый тикет"), buttons=BUTTON, files=(photo(rows),)))

    rows.sends(telegram, rows.all_settled)

    (sent,) = telegram.sent
    assert (sent.text, sent.buttons) == ("Новый тикет", BUTTON)
    (file,) = sent.files
    assert (file.shape, file.name, file.data) == ("photo", "a.png", picture(90, 60))
    assert picture(90, 60).hex() not in str(vars(rows.all()[0]))


def test_an_answer_with_files_of_all_kinds_keeps_their_order_in_as_few_messages_as_may_be(
    rows: Rows,
) -> None:
    telegram, tickets = FewWords(), Tickets()
    files = (
        photo(rows),
        kept(rows, "video/mp4", "b.mp4", b"film"),
        bill(rows, "c.pdf"),
        kept(rows, "image/heic", "d.heic", b"heic"),
        kept(rows, "audio/ogg", "e.ogg", b"voice"),
        kept(rows, "image/gif", "f.gif", b"gif"),
        kept(rows, "audio/mpeg", "g.mp3", b"song"),
    )
    rows.post(answer("Вот всё", *files))

    rows.sends(telegram, lambda: bool(tickets.told) and rows.all_settled(), tickets)

    assert [shapes(sent) for sent in telegram.sent] == [
        ["photo", "video"],
        ["document", "document"],
        ["voice"],
        ["animation"],
        ["audio"],
    ]
    assert texts(telegram.sent) == ["Вот всё", "", "", "", ""]
    assert [told.delivered for told in tickets.told] == [True]


def test_eleven_photos_are_an_album_and_one_more(rows: Rows) -> None:
    telegram = FewWords()
    rows.post(answer("", *(photo(rows, f"{n}.png", 90 + n) for n in range(11))))

    rows.sends(telegram, rows.all_settled)

    assert [len(sent.files) for sent in telegram.sent] == [10, 1]
    assert [file.name for file in telegram.sent[0].files] == [f"{n}.png" for n in range(10)]


@pytest.mark.parametrize("buttons", [(), BUTTON])
def test_what_is_too_long_for_a_caption_comes_before_its_files(
    rows: Rows, buttons: tuple[tuple[Button, ...], ...]
) -> None:
    telegram = FewWords()
    rows.post(Letter(ANNA, LONG, buttons=buttons, files=(photo(rows),), reply_to=5))

    rows.sends(telegram, rows.all_settled)

    words, file = telegram.sent
    assert (words.text, words.files, words.buttons) == (LONG, (), buttons)
    assert (file.text, shapes(file), file.buttons) == ("", ["photo"], ())
    assert (words.reply_to, file.reply_to) == (5, None)


def test_under_an_album_there_are_no_buttons_so_the_words_come_before_it(rows: Rows) -> None:
    telegram = FewWords()
    rows.post(Letter(ANNA, Html("Тикет"), buttons=BUTTON, files=(photo(rows), photo(rows, "b"))))

    rows.sends(telegram, rows.all_settled)

    words, album = telegram.sent
    assert (words.text, words.buttons) == ("Тикет", BUTTON)
    assert (album.text, len(album.files)) == ("", 2)


def test_a_reply_to_any_part_of_an_album_means_its_ticket(rows: Rows) -> None:
    rows.post(answer("", photo(rows), photo(rows, "b.png")))

    rows.sends(FewWords(Taken(100, (101,))), rows.all_settled)

    assert [rows.store.ask(mentioned_ticket, IVAN, one) for one in (100, 101)] == [42, 42]


def test_an_answer_is_delivered_when_its_last_file_is(rows: Rows) -> None:
    telegram, tickets = FewWords(Taken(1), Refused("no"), Refused("no files here")), Tickets()
    rows.post(answer("Вот", photo(rows), bill(rows), kept(rows, "audio/ogg", "v.ogg", b"v")))

    rows.sends(telegram, lambda: bool(tickets.told) and rows.all_settled(), tickets)

    (told,) = tickets.told
    assert (told.delivered, told.refusal) == (False, "no")
    assert [row.state for row in rows.all()] == [SENT, REFUSED, REFUSED]


def test_what_is_refused_as_a_photo_goes_as_a_document(rows: Rows) -> None:
    telegram, tickets = FewWords(Refused("Photo_invalid_dimensions")), Tickets()
    rows.post(answer("Вот", photo(rows)))

    rows.sends(telegram, lambda: bool(tickets.told) and rows.all_settled(), tickets)

    assert [shapes(sent) for sent in telegram.sent] == [["photo"], ["document"]]
    assert texts(telegram.sent) == ["Вот", "Вот"]
    assert tickets.told[0].delivered


def test_of_news_whose_file_is_refused_the_words_go_alone(rows: Rows) -> None:
    telegram = FewWords(Refused("no photo"), Refused("no document"))
    rows.post(Letter(ANNA, Html("Новый тикет"), buttons=BUTTON, files=(photo(rows),)))

    rows.sends(telegram, rows.all_settled)

    assert [shapes(sent) for sent in telegram.sent] == [["photo"], ["document"], []]
    assert (telegram.sent[2].text, telegram.sent[2].buttons) == ("Новый тикет", BUTTON)


def test_a_file_that_is_no_longer_kept_is_told_as_a_refusal(rows: Rows) -> None:
    tickets = Tickets()
    rows.post(answer("Вот", bill(rows)))
    shutil.rmtree(rows.files._shelf.root)  # type: ignore[attr-defined]

    rows.sends(FewWords(), lambda: bool(tickets.told) and rows.all_settled(), tickets)

    assert (tickets.told[0].delivered, tickets.told[0].refusal) == (False, FILE_GONE)
    assert rows.store.ask(report_of, 7) is not None


def test_what_agents_look_at_comes_without_a_file_that_is_no_longer_kept_and_says_so(
    rows: Rows,
) -> None:
    lost, there = photo(rows), bill(rows)
    rows.post(Letter(ANNA, Html("Файлы тикета #8"), files=(lost, there, bill(rows, "b.pdf"))))
    (path,) = (one for one in rows.files._shelf.root.rglob(lost.key))  # type: ignore[attr-defined]
    path.unlink()
    telegram = FewWords()

    rows.sends(telegram, rows.all_settled)

    assert [(sent.text, shapes(sent)) for sent in telegram.sent] == [
        ("Файлы тикета #8\n⚠️ 1 файл не нашёлся в хранилище", []),
        ("", ["document", "document"]),
    ]


def test_a_file_that_cannot_be_read_does_not_hold_its_chat_up_for_ever(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing_files, "PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(sender, "AWAY_SECONDS", 0.3)
    tickets, telegram, file = Tickets(), FewWords(), bill(rows)
    rows.post(answer("Вот", file), Letter(IVAN, Html("Дальше"), Rank.REPLY))
    (path,) = (one for one in rows.files._shelf.root.rglob(file.key))  # type: ignore[attr-defined]
    path.unlink()
    path.mkdir()  # it is there, and whoever reads it is refused

    rows.sends(telegram, lambda: bool(tickets.told) and rows.all_settled(), tickets)

    assert texts(telegram.sent) == ["Дальше"]
    assert (tickets.told[0].delivered, tickets.told[0].refusal) == (False, FILE_GONE)


def test_while_the_store_of_files_is_away_the_chat_waits_in_order_and_no_other(
    rows: Rows, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sender, "AWAY_SECONDS", 0.3)
    telegram, there = FewWords(), tmp_path / "files"
    rows.post(answer("Вот", bill(rows)), answer("И ещё"), Letter(ANNA, Html("Другому")))
    there.rename(tmp_path / "away")
    there.write_text("a file where the folder should be")

    rows.sends(telegram, lambda: bool(telegram.sent))
    assert texts(telegram.sent) == ["Другому"]
    there.unlink()
    (tmp_path / "away").rename(there)
    rows.sends(telegram, rows.all_settled)

    assert texts(telegram.sent) == ["Другому", "Вот", "И ещё"]


@pytest.mark.parametrize("count", [1, 2])
def test_files_whose_fate_is_unknown_are_repeated_once_and_marked(rows: Rows, count: int) -> None:
    telegram = FewWords(Unknown("timed out"), Unknown("timed out"))
    rows.post(answer("Вот", *(photo(rows, f"{n}.png", 90 + n) for n in range(count))))

    rows.sends(telegram, rows.all_settled)

    first, repeat = telegram.sent
    assert (first.text, first.files) == ("Вот", repeat.files)
    assert repeat.text.startswith("🔁")


def test_files_in_the_air_at_a_crash_are_repeated_and_marked_at_the_pace_of_so_many(
    rows: Rows,
) -> None:
    rows.post(answer("", photo(rows), photo(rows, "b.png")))
    with rows.store.writing() as session:
        session.merge(rows.all()[0]).state = SENDING
    telegram, began = FewWords(), monotonic()

    rows.sends(telegram, rows.all_settled)

    assert [sent.text[:1] for sent in telegram.sent] == ["🔁"]
    assert monotonic() - began >= 2 * CHAT_SECONDS


def test_a_new_face_of_a_message_with_a_file_is_a_caption(rows: Rows) -> None:
    telegram = FewWords()
    rows.post(Edit(ANNA, 5, Html("я" * 1000), BUTTON, is_caption=True), Edit(ANNA, 6, Html("Ещё")))

    rows.sends(telegram, rows.all_settled)

    assert [(sent.edits, sent.is_caption) for sent in telegram.sent] == [(5, True), (6, False)]


def test_telegram_itself_takes_files_albums_and_captions() -> None:
    with running_telegram() as telegram:
        anna = telegram.person(ANNA, "Анна")
        anna.says("/start")

        outcomes = asyncio.run(_send_to(telegram))

        alone, one, two, broken = anna.received()
        assert outcomes[0] == outcomes[1] == outcomes[2] == Taken(alone.id)
        assert outcomes[3] == Taken(one.id, (two.id,))
        assert outcomes[4] == Taken(broken.id)
        assert (alone.text, alone.marked("bold"), anna.file_of(alone)) == ("новое", ["новое"], PDF)
        assert (one.text, two.text, one.album) == ("две", "", two.album)
        assert [anna.file_of(seen) for seen in (one, two)] == [picture(), picture(91)]
        # Our own broken markup costs the bold letters, not the file.
        assert (broken.text, broken.file is not None) == ("a < b", True)
        assert isinstance(outcomes[5], Refused)


async def _send_to(telegram: TelegramWorld) -> list[Outcome]:
    document = OutFile(Shape.DOCUMENT, "счёт.pdf", PDF)
    photos = tuple(OutFile(Shape.PHOTO, "a.png", picture(90 + n)) for n in (0, 1))
    async with make_bot(SUPPORT_BOT_TOKEN, telegram.base_url) as bot:
        there = BotApiSender(bot)
        first = await there.send(Message(ANNA, "<b>старое</b>", files=(document,)))
        assert isinstance(first, Taken)
        face = Message(ANNA, "<b>новое</b>", edits=first.message_id, is_caption=True)
        return [
            first,
            await there.send(face),
            await there.send(face),  # "message is not modified" is no error
            await there.send(Message(ANNA, "две", files=photos)),
            await there.send(Message(ANNA, "a < b", files=(document,))),
            await there.send(Message(ANNA, "", files=(OutFile(Shape.PHOTO, "a", b"x"), *photos))),
        ]
