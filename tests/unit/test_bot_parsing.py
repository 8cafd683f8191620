"""What people did, and what they meant by a command."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from telegram import Update

from contracts.errors import IncidentNotFound, TicketNotFound
from contracts.tickets import KeptFile
from services.bot.arguments import (
    WrongCall,
    in_topic,
    link_of,
    merge_of,
    postmortem_of,
    reply_of,
    text_of,
    ticket_and_text,
    ticket_id_of,
    title_of,
    update_of,
)
from services.bot.files.sent_files import Lost, SentFile, TakenIn
from services.bot.receiving.parsing import Call, Deed, Incoming, Who, command_of, joined, read
from tests.support.bot_rows import LANGUAGES as SPEECHES

CHAT = {"id": 9, "type": "private"}
IVAN = {"id": 9, "is_bot": False, "first_name": "Иван", "language_code": "ru"}


BOT = 77


def written(**parts: Any) -> Incoming | None:
    message = {
        "message_id": 5,
        "date": int(datetime(2026, 3, 2, tzinfo=UTC).timestamp()),
        "chat": CHAT,
        "from": IVAN,
        **parts,
    }
    update = Update.de_json({"update_id": 1, "message": message}, None)
    assert update is not None
    return read(update, BOT)


@pytest.mark.parametrize("name", ["\u200b", "\u3164\u2800", "\x00", "\u202e"])
def test_whoever_has_no_name_that_can_be_read_goes_by_their_number(name: str) -> None:
    said = written(text="привет", **{"from": {**IVAN, "first_name": name}})

    assert said is not None
    assert said.who.name == "9"


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("/tickets", Call("tickets")),
        ("/TICKETS", Call("tickets")),
        ("/view_42", Call("view", "42")),
        ("/view_42@support_bot", Call("view", "42")),
        ("/take_42", Call("take", "42")),
        ("/Reply_42  Уже чиним", Call("reply", "42 Уже чиним")),
        ("/resolve_42", Call("resolve_42")),
        ("/take_it", Call("take_it")),
        ("/view 42", Call("view", "42")),
        ("/reply 42 Спасибо за обращение!", Call("reply", "42 Спасибо за обращение!")),
        ("/reply@Support_Bot 42\nПервая\n\nВторая", Call("reply", "42\nПервая\n\nВторая")),
        ("/incident   Платежи ", Call("incident", "Платежи")),
        ("/tickets@another_bot", Call("")),
    ],
)
def test_a_command_is_its_name_and_what_follows(text: str, call: Call) -> None:
    assert command_of(text, "support_bot") == call


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("/note: не показывать", "note"),
        ("/NOTE,не показывать", "note"),
        ("/note—не показывать", "note"),
        ("/note@support_bot: не показывать", "note"),
        ("/note@ не показывать", "note"),
        ("/view_42.", "view"),
        ("/take_42.", "take"),
        ("/noteне показывать", "noteне"),
        ("/var/log/nginx полон", "var/log/nginx"),
        (f"/{'a' * 65} не показывать", "a" * 65),
        ("/note@another_bot: не показывать", ""),
    ],
)
def test_a_command_with_no_space_behind_its_name_is_garbled(text: str, name: str) -> None:
    assert command_of(text, "support_bot") == Call(name, is_garbled=True)


@pytest.mark.parametrize(
    "text", ["привет", "/ не работает", "не /tickets", "//", "/привет", "/1. Войти", ""]
)
def test_other_texts_are_no_commands(text: str) -> None:
    assert command_of(text, "support_bot") is None


@pytest.mark.parametrize("argument", ["", "сорок", "-1 текст", "0 текст", "4.2", "42x"])
def test_what_names_no_ticket_is_a_wrong_call(argument: str) -> None:
    with pytest.raises(WrongCall):
        ticket_and_text(argument, "reply")


@pytest.mark.parametrize("argument", ["9" * 20 + " текст", "9" * 4000])
def test_a_number_beyond_the_largest_is_a_ticket_that_does_not_exist(argument: str) -> None:
    with pytest.raises(TicketNotFound):
        ticket_and_text(argument, "reply")


def test_a_ticket_may_be_named_with_its_sign() -> None:
    assert ticket_id_of("#42", "take") == 42
    assert reply_of("№42 Ответ") == (42, "Ответ")


@pytest.mark.parametrize("argument", ["42  \n ", "42 \u2800", "42 \u200b\u2060"])
def test_a_reply_needs_words(argument: str) -> None:
    with pytest.raises(WrongCall) as wrong:
        reply_of(argument)

    assert wrong.value.reason == "bot.wrong.no_text"


@pytest.mark.parametrize("argument", ["42 40", "#42 №40", "42\n40", "  42   40  "])
def test_a_merge_names_what_ends_and_what_goes_on(argument: str) -> None:
    assert merge_of(argument.strip()) == (42, 40)


@pytest.mark.parametrize(
    ("argument", "reason"),
    [
        ("", None),
        ("42", "bot.wrong.no_survivor"),
        ("42 сорок", None),
        ("сорок 42", None),
        ("42 40 38", None),
        ("42 0", None),
        ("42 -1", None),
        ("42,40", None),
    ],
)
def test_a_merge_of_anything_but_two_tickets_is_a_wrong_call(
    argument: str, reason: str | None
) -> None:
    with pytest.raises(WrongCall) as wrong:
        merge_of(argument)

    assert (wrong.value.command, wrong.value.reason) == ("merge", reason)


@pytest.mark.parametrize("argument", [f"42 {2**63}", f"{2**63} 42"])
def test_a_merge_with_a_number_beyond_the_largest_finds_no_ticket(argument: str) -> None:
    with pytest.raises(TicketNotFound):
        merge_of(argument)


@pytest.mark.parametrize(
    ("argument", "meant"),
    [("42", (42, None)), ("42 3", (42, 3)), ("#42 #3", (42, 3)), ("№42\n  №3  ", (42, 3))],
)
def test_a_link_names_a_ticket_and_maybe_an_incident(
    argument: str, meant: tuple[int, int | None]
) -> None:
    assert link_of(argument) == meant


@pytest.mark.parametrize(
    "argument", ["", "сорок", "42 три", "42 3 4", "42 0", "0 3", "42 -1", "42,3"]
)
def test_a_link_of_anything_else_is_a_wrong_call(argument: str) -> None:
    with pytest.raises(WrongCall) as wrong:
        link_of(argument)

    assert wrong.value.command == "link"


@pytest.mark.parametrize(
    ("argument", "error"),
    [
        (f"{2**63} 3", TicketNotFound),
        (f"{2**63}", TicketNotFound),
        (f"42 {2**63}", IncidentNotFound),
    ],
)
def test_a_link_with_a_number_beyond_the_largest_finds_nothing(
    argument: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        link_of(argument)


def test_a_title_is_one_line_and_not_too_long() -> None:
    assert title_of(" Платежи\n не  проходят ", 200) == "Платежи не проходят"
    with pytest.raises(WrongCall) as wrong:
        title_of("ы" * 201, 200)
    assert wrong.value.values == {"limit": 200, "length": 201}


@pytest.mark.parametrize("argument", [" \n\t", "\u2800", "\u200b"])
def test_what_nobody_can_read_is_no_text(argument: str) -> None:
    with pytest.raises(WrongCall):
        text_of(argument, "resolve", 100)


def test_a_message_is_read_with_its_author_and_what_it_replies_to() -> None:
    quoted = {"message_id": 3, "date": 0, "chat": CHAT}

    incoming = written(text="Привет", reply_to_message=quoted)

    assert incoming is not None
    assert (incoming.deed, incoming.text, incoming.reply_to) == (Deed.WROTE, "Привет", 3)
    assert (incoming.who.id, incoming.who.name, incoming.who.language) == (9, "Иван", "ru")


def test_a_file_is_known_by_its_kind_and_its_caption_is_the_text() -> None:
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]

    incoming = written(photo=photo, caption="Вот экран")

    assert incoming is not None
    assert (incoming.attachment, incoming.text) == ("photo", "Вот экран")


def test_characters_that_no_database_takes_are_left_out() -> None:
    incoming = written(text="до\x00после \ud83d")

    assert incoming is not None
    assert incoming.text == "допосле"


@pytest.mark.parametrize(
    "service", [{"new_chat_title": "x"}, {"text": "  "}, {"group_chat_created": True}]
)
def test_what_says_nothing_is_none_of_our_business(service: dict[str, Any]) -> None:
    assert written(**service) is None


@pytest.mark.parametrize(
    ("argument", "meant"),
    [
        ("Чиним", (None, "Чиним")),
        ("@14:05 Чиним\nи это долго", (time(14, 5), "Чиним\nи это долго")),
        ("@7:30 Чиним", (time(7, 30), "Чиним")),
        ("@00:00\nЧиним", (time(0, 0), "Чиним")),
        ("@anna чинит", (None, "@anna чинит")),
        ("@Анна чинит", (None, "@Анна чинит")),
        ("Чиним с @25:00", (None, "Чиним с @25:00")),
    ],
)
def test_an_update_may_begin_with_the_time_when_it_was_so(
    argument: str, meant: tuple[time | None, str]
) -> None:
    assert update_of(argument, 100) == meant


@pytest.mark.parametrize("argument", ["", "  ", "я" * 101])
def test_an_update_without_words_or_with_too_many_is_a_wrong_call(argument: str) -> None:
    with pytest.raises(WrongCall):
        update_of(argument, 100)


@pytest.mark.parametrize(
    "argument",
    [
        "@",
        "@ Чиним",
        "@14:05",
        "@14:05  ",
        "@14:05Чиним",
        "@14:05: Чиним",
        "@24:00 Чиним",
        "@25:00 Чиним",
        "@12:60 Чиним",
        "@1:5 Чиним",
        "@1 Чиним",
        "@-1:00 Чиним",
        "@@11:40 Чиним",
        "@11.40 Чиним",
        "@11:40:20 Чиним",
        "@ 11:40 Чиним",
        "@_ Чиним",
        "@١١:٤٠ Чиним",
    ],
)
def test_a_time_told_wrongly_is_not_published_as_words(argument: str) -> None:
    with pytest.raises(WrongCall) as wrong:
        update_of(argument, 100)

    assert (wrong.value.command, wrong.value.reason) == ("update", "bot.wrong.no_such_moment")


def test_a_time_of_day_is_the_last_one_that_the_desks_clock_showed() -> None:
    noon = datetime(2026, 3, 2, 9, tzinfo=UTC)  # 12:00 in Moscow

    assert SPEECHES.own.last_time(time(11, 59), noon) == noon - timedelta(minutes=1)
    assert SPEECHES.own.last_time(time(12, 0), noon) == noon
    assert SPEECHES.own.last_time(time(12, 1), noon) == noon - timedelta(hours=23, minutes=59)


def test_a_post_mortem_names_its_incident() -> None:
    assert postmortem_of("#3 Истёк\nсертификат", 100) == (3, "Истёк\nсертификат")
    with pytest.raises(IncidentNotFound):
        postmortem_of(f"{2**63} Истёк", 100)
    for wrong in ("", "3", "0 текст", "сертификат"):
        with pytest.raises(WrongCall):
            postmortem_of(wrong, 100)


def test_of_a_photo_the_largest_size_is_fetched_and_a_name_has_no_folders() -> None:
    sizes = [{"file_id": one, "file_unique_id": one, "width": 1, "height": 1} for one in "ab"]
    photo, document = (
        written(photo=sizes),
        written(
            document={"file_id": "d", "file_unique_id": "d", "file_name": "../../etc/a\u202eb"}
        ),
    )

    assert photo is not None
    assert photo.files == (SentFile("photo", "b", "photo", None),)
    assert document is not None
    assert document.files == (SentFile("document", "d", "ab", None),)


@pytest.mark.parametrize("part", [{"location": {"latitude": 1.0, "longitude": 2.0}}])
def test_what_is_no_file_brings_none(part: dict[str, Any]) -> None:
    incoming = written(**part)

    assert incoming is not None
    assert (incoming.attachment, incoming.files) == ("location", ())


def test_an_album_is_joined_as_far_as_its_words_go() -> None:
    first, second, third = (
        Incoming(Deed.WROTE, Who(9, "Иван", "ru"), 9, True, number, text=text)
        for number, text in ((1, "раз"), (2, "два"), (3, "я" * 9_000))
    )

    album = joined(first, [(11, second), (12, third)])

    assert (album.text, album.with_updates, album.with_messages) == ("раз\nдва", (11,), (2,))


def test_files_and_their_fate_are_read_as_they_were_written() -> None:
    kept = KeptFile(key="a" * 64, media_type="image/png", name="a.png", size=9)
    taken = TakenIn([kept], [Lost("b.exe", "kind"), Lost("c", "too_large", 20)], [11, 12])

    assert TakenIn.read(taken.write()) == taken


@pytest.mark.parametrize(
    ("command", "argument", "meant"),
    [
        ("take", "", "42"),
        ("take", "7", "7"),
        ("view", "", "42"),
        ("close", "", "42"),
        ("close", "7", "7"),
        ("close", "Готово", "42 Готово"),
        ("reply", "Уже чиним", "42 Уже чиним"),
        ("reply", "2-го числа", "42 2-го числа"),
        ("reply", "42 Уже чиним", "42 Уже чиним"),
        ("note", "Опять банк", "42 Опять банк"),
        ("priority", "P1", "42 P1"),
        ("priority", "1", "42 1"),
        ("priority", "7 P1", "7 P1"),
        ("assign", "Анна", "42 Анна"),
        ("assign", "7 Анна", "7 Анна"),
        ("canned", "", ""),
        ("canned", "looking", "42 looking"),
        ("link", "", "42"),
        ("link", "7", "7"),
        ("merge", "7", "7"),
        ("update", "Ищем", "Ищем"),
    ],
)
def test_in_a_tickets_topic_its_number_may_be_left_out(
    command: str, argument: str, meant: str
) -> None:
    assert in_topic(argument, command, 42) == meant


@pytest.mark.parametrize("command", ["reply", "note", "close"])
def test_a_text_that_begins_with_another_number_there_goes_to_nobody(command: str) -> None:
    with pytest.raises(WrongCall) as refused:
        in_topic("15 минут, и починим", command, 42)

    assert refused.value.reason == "bot.wrong.another_number"
