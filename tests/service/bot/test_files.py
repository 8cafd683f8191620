"""Files both ways on the real desk: from people into the thread, from agents into chats."""

import re

import pytest

from botapi.sights import Enclosed
from botapi.wire import FileKind
from contracts.vocabulary import Delivery, TicketStatus
from tests.support.bot_desk import BotDesk
from tests.support.bot_files import asks, contents, last_message, waits_for_delivery, with_files
from tests.support.bot_story import press, ticket_in
from tests.support.botapi import TelegramPerson
from tests.support.pictures import picture

MEGABYTE = 2**20
PDF = b"%PDF-1.7 a bill"
VOICE = b"OggS\0 words that are heard"
FILM = b"\0\0\0\x18ftypmp42 a film"
SONG = b"ID3 a song"
PROGRAM = b"MZ\x90\0 a program"
PHOTO = Enclosed("photo", picture(), "Вот экран")


def test_a_photo_opens_a_ticket_is_seen_under_its_notice_and_answered_there(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    (sent,) = ivan.sends(PHOTO)
    opened = ivan.receives("принято", after=sent)
    ticket_id = ticket_in(opened)

    card = anna.receives("Новый тикет", f"#{ticket_id} ", "📎 1 файл: photo.png", "Вот экран")
    assert anna.file_of(card) == picture()
    assert f"#{ticket_id}" in press(anna, card, "Взять").text
    anna.sees(card, lambda one: "Анна" in one.text and one.edited_at is not None)
    anna.says("Вижу, чиним", reply_to=card)

    ivan.receives("Ответ поддержки", "Вижу, чиним", after=opened)
    ticket = desk.tickets.get_ticket(ticket_id)
    assert (ticket.description, ticket.subject) == ("Вот экран", "Вот экран")
    assert contents(desk, ticket.messages[0]) == [picture()]
    assert ticket.messages[0].attachments[0].media_type == "image/png"


def test_a_card_too_long_to_stand_under_a_photo_comes_as_a_message(
    anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    (sent,) = ivan.sends(Enclosed("photo", picture(), "слово " * 115))
    ticket_id = ticket_in(ivan.receives("принято", after=sent))
    card = anna.receives("Новый тикет", f"#{ticket_id} ")
    assert card.file is not None

    press(anna, card, "Взять")

    told = anna.receives(f"#{ticket_id} ", "Анна", after=card)
    assert told.file is None
    assert told.reply_to == card.id
    assert told.button("Файлы (1)") is not None
    anna.says("Вижу, чиним", reply_to=told)
    ivan.receives("Вижу, чиним", after=sent)


@pytest.mark.parametrize(
    ("kind", "data", "name", "kept_as", "shown_as"),
    [
        ("document", PDF, "счёт.pdf", "счёт.pdf", "document"),
        ("document", picture(), "evil.exe", "evil.exe.png", "photo"),
        ("voice", VOICE, "", "voice.ogg", "voice"),
        ("video", FILM, "film.mp4", "film.mp4", "video"),
        ("video_note", FILM, "", "video.mp4", "video"),
        ("animation", FILM, "", "animation.mp4", "video"),
        ("audio", SONG, "song.mp3", "song.mp3", "audio"),
        ("sticker", b"RIFF\0\0\0\0WEBP a sticker", "", "sticker.webp", "photo"),
    ],
)
def test_every_kind_of_file_is_kept_and_sent_to_the_agent_who_asks_for_it(
    desk: BotDesk,
    anna: TelegramPerson,
    ivan: TelegramPerson,
    *,
    kind: FileKind,
    data: bytes,
    name: str,
    kept_as: str,
    shown_as: str,
) -> None:
    ticket_id = asks(ivan)
    (sent,) = ivan.sends(Enclosed(kind, data, "", name))
    ivan.receives(f"№{ticket_id}", "Добавлено", after=sent)

    message = last_message(desk, ticket_id)
    assert (message.body, contents(desk, message)) == ("", [data])
    assert [file.name for file in message.attachments] == [kept_as]
    notice = anna.receives(f"#{ticket_id} ", kept_as, "📎 1 файл")
    if notice.file is None:
        press(anna, notice, "Файлы (1)")
        notice = anna.receives(f"Файлы тикета #{ticket_id}", after=notice)
    assert notice.file is not None
    # What is no true picture Telegram takes as a document.
    assert notice.file.kind in (shown_as, "document")
    assert anna.file_of(notice) == data


def test_an_album_is_one_message_of_the_thread_and_an_album_again_for_the_agent(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    photos = [picture(90 + number) for number in range(3)]
    first, *_ = ivan.sends(
        Enclosed("photo", photos[0], "Три экрана"), *(Enclosed("photo", one) for one in photos[1:])
    )
    opened = ivan.receives("принято", after=first)
    ticket_id = ticket_in(opened)

    notice = anna.receives("Новый тикет", f"#{ticket_id} ", "📎 3 файла")
    press(anna, notice, "Файлы (3)")
    anna.receives(f"Файлы тикета #{ticket_id}", after=notice)
    desk.waits_until_all_is_sent()

    assert len(desk.tickets_of(ivan)) == 1
    (message,) = desk.tickets.get_ticket(ticket_id).messages
    assert contents(desk, message) == photos
    shown = with_files(anna, notice)
    assert [anna.file_of(one) for one in shown] == photos
    assert len({one.album for one in shown}) == 1
    assert len([one for one in ivan.received() if one.id > first.id]) == 1
    anna.says("Вижу", reply_to=shown[-1])
    ivan.receives("Вижу", after=opened)


def test_a_request_says_in_its_authors_language_what_did_not_come_with_it(desk: BotDesk) -> None:
    john = desk.user("John", language_code="en")
    heavy = b"%PDF-" + b"x" * (20 * MEGABYTE)
    (sent,) = john.sends(Enclosed("document", heavy, "Look", "bill.pdf"))

    opened = john.receives("“bill.pdf”", after=sent)

    ticket = desk.tickets.get_ticket(ticket_in(opened))
    assert ticket.description.startswith("Look\n[The file “bill.pdf”")
    assert not re.search("[а-яё]", ticket.description)


def test_a_file_that_telegram_does_not_give_is_told_and_the_words_arrive(
    desk: BotDesk, ivan: TelegramPerson
) -> None:
    heavy = b"%PDF-" + b"x" * (20 * MEGABYTE)
    (sent,) = ivan.sends(Enclosed("document", heavy, "Смотрите", "счёт.pdf"))

    opened = ivan.receives("принято", "«счёт.pdf» не сохранён", "больше 20 МБ", after=sent)

    ticket = desk.tickets.get_ticket(ticket_in(opened))
    assert ticket.description == "Смотрите\n[Файл «счёт.pdf» не сохранён: он больше 20 МБ.]"
    assert ticket.messages[0].attachments == []


def test_a_program_is_not_kept_whatever_it_is_called(desk: BotDesk, ivan: TelegramPerson) -> None:
    (sent,) = ivan.sends(Enclosed("document", PROGRAM, "", "photo.png"))

    opened = ivan.receives("принято", "такого вида не принимаются", after=sent)

    ticket = desk.tickets.get_ticket(ticket_in(opened))
    assert "photo.png" in ticket.description
    assert ticket.messages[0].attachments == []


def test_an_agents_files_reach_the_user_in_their_order_and_count_as_delivered(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ticket_id = asks(ivan)
    card = anna.receives("Новый тикет", f"#{ticket_id} ")
    before = ivan.received()[-1]

    anna.sends(
        Enclosed("photo", picture(), "Нажмите сюда"),
        Enclosed("video", FILM, "", "how.mp4"),
        reply_to=card,
    )

    answer = ivan.receives("Ответ поддержки", "Нажмите сюда", after=before)
    anna.receives("доставлен", f"#{ticket_id}", after=card)
    waits_for_delivery(desk, ticket_id, Delivery.DELIVERED)
    shown = with_files(ivan, before)
    assert [ivan.file_of(one) for one in shown] == [picture(), FILM]
    assert shown[0].album is not None
    assert shown[0].album == shown[1].album
    ivan.says("Спасибо", reply_to=shown[1])
    ivan.receives("Добавлено", f"№{ticket_id}", after=answer)


def test_reply_under_a_voice_message_answers_with_it(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ticket_id = asks(ivan)
    before = ivan.received()[-1]

    (said,) = anna.sends(Enclosed("voice", VOICE, f"/reply {ticket_id}"))

    anna.receives("доставлен", after=said)
    (heard,) = with_files(ivan, before)
    assert heard.file is not None
    assert (heard.file.kind, ivan.file_of(heard)) == ("voice", VOICE)
    assert heard.text.startswith("💬") or "Ответ поддержки" in heard.text
    assert last_message(desk, ticket_id).body == ""


def test_an_answer_with_a_file_to_the_app_is_in_the_thread(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    ticket = desk.opens_in_app("Где счёт?")
    card = anna.receives("Новый тикет", f"#{ticket.id} ")

    anna.sends(Enclosed("document", PDF, "Вот он", "счёт.pdf"), reply_to=card)

    anna.receives("в приложении", after=card)
    answer = last_message(desk, ticket.id)
    assert (answer.body, contents(desk, answer)) == ("Вот он", [PDF])


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (Enclosed("document", PROGRAM, "Запустите", "fix.exe"), "такого вида не принимаются"),
        (Enclosed("document", b"x" * (20 * MEGABYTE + 1), "", "a.txt"), "больше 20 МБ"),
    ],
)
def test_an_answer_whose_file_is_not_kept_is_not_sent(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson, *, file: Enclosed, reason: str
) -> None:
    ticket_id = asks(ivan)
    card = anna.receives("Новый тикет", f"#{ticket_id} ")

    (sent,) = anna.sends(file, reply_to=card)

    anna.receives(reason, "Ответ не отправлен", after=sent)
    assert len(desk.tickets.get_ticket(ticket_id).messages) == 1


def test_what_telegram_refuses_as_a_photo_reaches_the_user_as_a_document(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ticket_id = asks(ivan)
    before = ivan.received()[-1]
    anna.world.refuse(
        "sendPhoto", 400, description="Bad Request: PHOTO_INVALID_DIMENSIONS", chat_id=ivan.id
    )

    anna.sends(Enclosed("photo", picture(), f"/reply {ticket_id} Вот"))

    waits_for_delivery(desk, ticket_id, Delivery.DELIVERED)
    (shown,) = with_files(ivan, before)
    assert shown.file is not None
    assert (shown.file.kind, ivan.file_of(shown)) == ("document", picture())


def test_a_chat_that_has_to_wait_with_an_album_gets_it_once(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ticket_id = asks(ivan)
    before = ivan.received()[-1]
    anna.world.refuse("sendMediaGroup", 429, retry_after=2, chat_id=ivan.id)

    anna.sends(
        Enclosed("document", PDF, f"/reply {ticket_id} Вот", "a.pdf"),
        Enclosed("document", PDF + b"2", "", "b.pdf"),
    )

    waits_for_delivery(desk, ticket_id, Delivery.DELIVERED)
    held, taken = anna.world.calls("sendMediaGroup", chat_id=ivan.id)[-2:]
    assert (held.status, taken.status) == (429, 200)
    assert taken.at - held.at >= 2
    assert [ivan.file_of(one) for one in with_files(ivan, before)] == [PDF, PDF + b"2"]


def test_who_has_blocked_the_bot_gets_no_file_and_the_agent_is_told(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ticket_id = asks(ivan)
    ivan.blocks_the_bot()

    (said,) = anna.sends(Enclosed("photo", picture(), f"/reply {ticket_id} Вот"))

    anna.receives("не доставлен", f"#{ticket_id}", after=said)
    waits_for_delivery(desk, ticket_id, Delivery.FAILED)


def test_a_last_answer_may_have_a_file(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    ticket_id = asks(ivan)

    (sent,) = anna.sends(Enclosed("document", PDF, f"/close {ticket_id} Счёт готов", "bill.pdf"))

    anna.receives(f"#{ticket_id} решён", after=sent)
    answer = ivan.receives("Ответ поддержки", "Счёт готов")
    assert ivan.file_of(answer) == PDF
    assert desk.tickets.get_ticket(ticket_id).status == TicketStatus.RESOLVED


@pytest.mark.parametrize(
    ("caption", "refused"),
    [
        ("/note {id} не показывать", "только текст"),
        ("/priority {id} P1", "ничего не сделал"),
        ("/canned {id} looking", "ничего не сделал"),
        ("/incident не показывать", "ничего не сделал"),
        ("/nonsense не показывать", "Такой команды нет"),
    ],
)
def test_a_command_under_a_file_is_never_an_answer_to_the_user(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson, *, caption: str, refused: str
) -> None:
    ticket_id = asks(ivan)
    card = anna.receives("Новый тикет", f"#{ticket_id} ")
    before = desk.tickets.get_ticket(ticket_id)

    (sent,) = anna.sends(Enclosed("photo", picture(), caption.format(id=ticket_id)), reply_to=card)

    anna.receives(refused, after=sent)
    assert desk.tickets.get_ticket(ticket_id) == before
