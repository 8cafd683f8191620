"""Files both ways: what people send and a bot fetches, what a bot sends, alone and as an album."""

import urllib.error
import urllib.request
from typing import Any

import pytest
from telegram import (
    Bot,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    Message,
    ReplyParameters,
    Update,
)
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from botapi.channel import Refused
from botapi.sights import Enclosed
from tests.service.botapi.conftest import BotRunner
from tests.support.botapi import (
    MAIN_BOT_TOKEN,
    SUPPORT_BOT_TOKEN,
    TelegramPerson,
    TelegramWorld,
)
from tests.support.pictures import picture

ANNA = 7
KINDS = ("document", "video", "animation", "voice", "audio", "video_note")
MEGABYTE = 1024 * 1024


@pytest.fixture
def anna(telegram: TelegramWorld) -> TelegramPerson:
    person = telegram.person(ANNA, "Anna")
    person.says("/start")
    return person


async def _updates(bot: Bot) -> list[Message]:
    updates: tuple[Update, ...] = await bot.get_updates()
    return [one.message for one in updates if one.message is not None]


@pytest.mark.parametrize("kind", [*KINDS, "sticker"])
def test_what_a_person_sends_comes_with_its_facts_and_can_be_fetched(
    run: BotRunner, anna: TelegramPerson, kind: Any
) -> None:
    data = b"OggS and more"
    wordless = kind in ("video_note", "sticker")
    anna.sends(Enclosed(kind, data, "" if wordless else "Look /here", "счёт.pdf", "a/b"))

    async def fetch(bot: Bot) -> tuple[Message, bytes]:
        message = (await _updates(bot))[-1]
        found = await bot.get_file(getattr(message, kind).file_id)
        assert found.file_size == len(data)
        return message, bytes(await found.download_as_bytearray())

    message, fetched = run(fetch)

    assert fetched == data
    assert message.caption == (None if wordless else "Look /here")
    assert getattr(message, kind).file_size == len(data)
    if kind in ("document", "video", "audio"):
        assert getattr(message, kind).file_name == "счёт.pdf"
        assert getattr(message, kind).mime_type == "application/pdf"
    assert bool(message.document) == (kind in ("document", "animation"))


def test_a_photo_of_a_person_is_fetched_by_any_of_its_sizes(
    run: BotRunner, anna: TelegramPerson
) -> None:
    anna.sends(Enclosed("photo", picture(900, 600), "Screen"))

    async def fetch(bot: Bot) -> list[bytes]:
        message = (await _updates(bot))[-1]
        found = [await bot.get_file(size.file_id) for size in message.photo]
        return [bytes(await one.download_as_bytearray()) for one in found]

    assert run(fetch) == [picture(900, 600)] * 4


def test_an_album_of_a_person_is_several_messages_of_one_group(
    run: BotRunner, anna: TelegramPerson
) -> None:
    asked = anna.says("Here")
    anna.sends(Enclosed("photo", picture(), "both"), Enclosed("video", b"film"), reply_to=asked)

    async def look(bot: Bot) -> list[Message]:
        return (await _updates(bot))[-2:]

    first, second = run(look)

    assert first.media_group_id is not None
    assert first.media_group_id == second.media_group_id
    assert (first.caption, second.caption) == ("both", None)
    assert [one.reply_to_message is not None for one in (first, second)] == [True, True]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ([], "1 to 10 files at once, not 0"),
        ([Enclosed("photo", picture())] * 11, "1 to 10 files at once, not 11"),
        ([Enclosed("photo", picture()), Enclosed("document", b"x")], "photo, document"),
        ([Enclosed("voice", b"x")] * 2, "voice, voice"),
        ([Enclosed("sticker", b"x", "words")], "no caption under a sticker"),
        ([Enclosed("document", b"")], "file must be non-empty"),
        ([Enclosed("photo", b"not one")], "IMAGE_PROCESS_FAILED"),
        ([Enclosed("document", b"x", "я" * 1025)], "caption is too long"),
        ([Enclosed("film", b"x")], "a file is one of: photo"),  # type: ignore[arg-type]
    ],
)
def test_what_the_app_would_not_send_is_refused(
    anna: TelegramPerson, files: list[Enclosed], reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        anna.sends(*files)

    assert len(anna.world.messages(ANNA, bot=anna.bot)) == 1


def test_a_file_of_20_megabytes_can_be_fetched_and_a_larger_one_cannot(
    run: BotRunner, anna: TelegramPerson
) -> None:
    anna.sends(Enclosed("document", b"x" * (20 * MEGABYTE), file_name="a.bin"))
    anna.sends(Enclosed("document", b"x" * (20 * MEGABYTE + 1), file_name="b.bin"))

    async def fetch(bot: Bot) -> None:
        fits, heavy = (await _updates(bot))[-2:]
        assert fits.document is not None
        assert heavy.document is not None
        assert (await bot.get_file(fits.document.file_id)).file_size == 20 * MEGABYTE
        with pytest.raises(BadRequest, match="File is too big"):
            await bot.get_file(heavy.document.file_id)

    run(fetch)


def test_a_file_is_for_the_bot_it_was_sent_to_and_only_once_it_has_asked(
    run: BotRunner, anna: TelegramPerson
) -> None:
    anna.sends(Enclosed("document", b"secret", file_name="a.txt"))

    async def ask(bot: Bot) -> str:
        message = (await _updates(bot))[-1]
        assert message.document is not None
        return message.document.file_id

    file_id = run(ask)

    async def pry(bot: Bot) -> None:
        for wrong in (file_id, "nonsense"):
            with pytest.raises(BadRequest, match="Wrong file_id"):
                await bot.get_file(wrong)

    run(pry, MAIN_BOT_TOKEN)
    path = "documents/file_1.txt"
    assert _status(anna.world, SUPPORT_BOT_TOKEN, path) == 404

    async def fetch(bot: Bot) -> str | None:
        return (await bot.get_file(file_id)).file_path

    told = run(fetch)
    assert told is not None
    assert told.endswith(f"/file/bot{SUPPORT_BOT_TOKEN}/{path}")
    assert _status(anna.world, SUPPORT_BOT_TOKEN, path) == 200
    assert _status(anna.world, MAIN_BOT_TOKEN, path) == 404
    assert _status(anna.world, "1:nobody", path) == 401


def _status(world: TelegramWorld, token: str, path: str) -> int:
    try:
        with urllib.request.urlopen(f"{world.url}/file/bot{token}/{path}") as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_fetching_has_its_troubles_on_request(run: BotRunner, anna: TelegramPerson) -> None:
    anna.sends(Enclosed("document", b"x"))
    anna.world.refuse("getFile", 502)
    anna.world.refuse("downloadFile", 500)
    anna.world.cut("downloadFile")

    async def fetch(bot: Bot) -> bytes:
        message = (await _updates(bot))[-1]
        assert message.document is not None
        with pytest.raises(NetworkError, match="Bad Gateway"):
            await bot.get_file(message.document.file_id)
        found = await bot.get_file(message.document.file_id)
        for _ in range(2):
            with pytest.raises(NetworkError):
                await found.download_as_bytearray()
        return bytes(await found.download_as_bytearray())

    assert run(fetch) == b"x"
    assert [one.status for one in anna.world.calls("downloadFile")] == [500, None, 200]


@pytest.mark.parametrize("kind", KINDS)
def test_a_bot_sends_a_file_of_any_kind_and_again_by_its_id(
    run: BotRunner, anna: TelegramPerson, kind: str
) -> None:
    wordless = {} if kind == "video_note" else {"caption": "<b>Bill</b>", "parse_mode": "HTML"}

    async def send(bot: Bot) -> None:
        method = getattr(bot, f"send_{kind}")
        sent = await method(ANNA, b"bytes", filename="счёт.pdf", **wordless)
        await method(ANNA, getattr(sent, kind).file_id)
        with pytest.raises(BadRequest, match="use file of type"):
            await bot.send_photo(ANNA, getattr(sent, kind).file_id)
        with pytest.raises(BadRequest, match="Wrong file identifier"):
            await method(ANNA, "nonsense")

    run(send)

    first, again = anna.received()
    assert [anna.file_of(one) for one in (first, again)] == [b"bytes", b"bytes"]
    assert first.file is not None
    assert first.file.kind == kind
    assert first.text == ("Bill" if wordless else "")
    assert again.text == ""


def test_an_empty_or_huge_file_is_refused(run: BotRunner, anna: TelegramPerson) -> None:
    async def send(bot: Bot) -> None:
        with pytest.raises(BadRequest, match="File must be non-empty"):
            await bot.send_document(ANNA, b"")
        with pytest.raises(Exception, match="Request Entity Too Large"):
            await bot.send_document(ANNA, b"x" * (50 * MEGABYTE + 1))

    run(send)

    assert anna.received() == []


def test_a_bot_sends_an_album_with_captions_that_quotes_what_it_answers(
    run: BotRunner, anna: TelegramPerson
) -> None:
    asked = anna.says("Show me")

    async def send(bot: Bot) -> tuple[Message, ...]:
        parts = [
            InputMediaPhoto(picture(), caption="<i>one</i>", parse_mode="HTML"),
            InputMediaVideo(b"film", caption="two"),
        ]
        return await bot.send_media_group(ANNA, parts, reply_parameters=ReplyParameters(asked.id))

    first, second = run(send)

    assert first.media_group_id is not None
    assert first.media_group_id == second.media_group_id
    assert [one.caption for one in (first, second)] == ["one", "two"]
    assert second.message_id == first.message_id + 1
    assert [one.reply_to for one in anna.received()] == [asked.id] * 2
    assert [anna.file_of(one) for one in anna.received()] == [picture(), b"film"]


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ([InputMediaPhoto(picture())], "Too few messages"),
        ([InputMediaPhoto(picture())] * 11, "Too many messages"),
        ([InputMediaPhoto(picture()), InputMediaDocument(b"x")], "Document can't be mixed"),
        ([InputMediaPhoto(picture()), InputMediaPhoto(b"x")], "Image_process_failed"),
        ([InputMediaPhoto(picture()), InputMediaPhoto("nonsense")], "Wrong file identifier"),
        ([InputMediaDocument(b"x"), InputMediaDocument(b"y", caption="я" * 1025)], "too long"),
    ],
)
def test_of_an_album_with_a_fault_nothing_is_sent(
    run: BotRunner, anna: TelegramPerson, parts: Any, reason: str
) -> None:
    async def send(bot: Bot) -> None:
        with pytest.raises(BadRequest, match=reason):
            await bot.send_media_group(ANNA, parts)

    run(send)

    assert anna.received() == []


def test_every_kind_is_refused_held_and_cut_on_request(
    run: BotRunner, anna: TelegramPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    for method in ("sendDocument", "sendMediaGroup", "sendVoice"):
        anna.world.refuse(method, 429, retry_after=3)
        anna.world.refuse(method, 403)
        anna.world.cut(method)

    async def send(bot: Bot) -> None:
        album = [InputMediaDocument(b"x"), InputMediaDocument(b"y")]
        for call in (
            lambda: bot.send_document(ANNA, b"x"),
            lambda: bot.send_media_group(ANNA, album),
            lambda: bot.send_voice(ANNA, b"x"),
        ):
            for error in (RetryAfter, Forbidden):
                with pytest.raises(error):
                    await call()
            with pytest.raises(NetworkError):
                await call()

    run(send)

    assert len(anna.received()) == 4


def test_a_caption_is_edited_by_its_own_method(run: BotRunner, anna: TelegramPerson) -> None:
    async def send(bot: Bot) -> None:
        sent = await bot.send_document(ANNA, b"x", caption="Old")
        new: Any = {"caption": "<b>New</b>", "parse_mode": "HTML"}
        await bot.edit_message_caption(ANNA, sent.message_id, **new)
        with pytest.raises(BadRequest, match="Message is not modified"):
            await bot.edit_message_caption(ANNA, sent.message_id, **new)
        with pytest.raises(BadRequest, match="no text in the message to edit"):
            await bot.edit_message_text("New", ANNA, sent.message_id)
        with pytest.raises(BadRequest, match="caption is too long"):
            await bot.edit_message_caption(ANNA, sent.message_id, caption="я" * 1025)
        words = await bot.send_message(ANNA, "words")
        with pytest.raises(BadRequest, match="no caption in the message to edit"):
            await bot.edit_message_caption(ANNA, words.message_id, caption="New")

    run(send)

    document = anna.received()[0]
    assert (document.text, document.marked("bold"), document.earlier_texts) == (
        "New",
        ["New"],
        ("Old",),
    )
    assert anna.file_of(document) == b"x"


def test_a_person_edits_the_words_under_a_file(run: BotRunner, anna: TelegramPerson) -> None:
    (sent,) = anna.sends(Enclosed("photo", picture(), "old"))
    anna.edits(sent, "new")

    async def look(bot: Bot) -> Message | None:
        return (await bot.get_updates())[-1].edited_message

    edited = run(look)

    assert edited is not None
    assert edited.caption == "new"
    assert edited.photo


def test_in_a_group_a_bot_fetches_what_replies_to_it(run: BotRunner, anna: TelegramPerson) -> None:
    anna.world.add_group(-5, "Group", people=[ANNA], bots=[anna.bot])

    async def ask(bot: Bot) -> int:
        return (await bot.send_message(-5, "Show me")).message_id

    asked = run(ask)
    anna.world.send(ANNA, Enclosed("document", b"x"), bot=anna.bot, chat_id=-5)
    anna.world.send(ANNA, Enclosed("document", b"y"), bot=anna.bot, chat_id=-5, reply_to=asked)

    async def fetch(bot: Bot) -> list[bytes]:
        sent = [one.document for one in await _updates(bot) if one.document]
        return [bytes(await (await one.get_file()).download_as_bytearray()) for one in sent]

    assert run(fetch) == [b"y"]
