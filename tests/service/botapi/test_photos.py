"""sendPhoto: checked, shown and refused as Telegram does."""

import json
import urllib.error
import urllib.request

import pytest
from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    Message,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden, RetryAfter

from botapi.channel import Refused
from tests.service.botapi.conftest import BotRunner
from tests.support.botapi import SUPPORT_BOT, SUPPORT_BOT_TOKEN, TelegramWorld
from tests.support.pictures import picture

ANNA = 7
TAKE = InlineKeyboardMarkup([[InlineKeyboardButton("Take", callback_data="t:42")]])


@pytest.fixture(autouse=True)
def anna_has_started(telegram: TelegramWorld) -> None:
    telegram.person(ANNA, "Anna", username="anna").says("/start")


def test_a_photo_comes_back_in_several_sizes_with_its_caption(
    run: BotRunner, telegram: TelegramWorld
) -> None:
    uploaded = picture(900, 600)

    async def send(bot: Bot) -> Message:
        return await bot.send_photo(
            ANNA, uploaded, caption="😀 <b>Figures</b> /stats", parse_mode="HTML", reply_markup=TAKE
        )

    message = run(send)

    assert message.text is None
    assert message.caption == "😀 Figures /stats"
    assert message.caption_html == "😀 <b>Figures</b> /stats"
    assert message.reply_markup == TAKE
    sizes = [(size.width, size.height) for size in message.photo]
    assert sizes == [(90, 60), (320, 213), (800, 533), (900, 600)]
    assert len({size.file_id for size in message.photo}) == 4
    assert message.photo[-1].file_size == len(uploaded)
    seen = telegram.messages(ANNA, bot=SUPPORT_BOT)[-1]
    assert seen.photo is not None
    assert (seen.text, seen.photo.width, seen.photo.height) == (message.caption, 900, 600)
    assert seen.marked("bold") == ["Figures"]
    assert seen.button("Take") is not None
    assert telegram.file(ANNA, seen.id, bot=SUPPORT_BOT) == uploaded


@pytest.mark.parametrize(
    ("size", "shown"),
    [((2560, 1280), (1280, 640)), ((640, 2560), (320, 1280)), ((40, 30), (40, 30))],
)
def test_a_large_photo_is_made_smaller_and_a_small_one_left_alone(
    run: BotRunner, size: tuple[int, int], shown: tuple[int, int]
) -> None:
    async def send(bot: Bot) -> Message:
        return await bot.send_photo(ANNA, picture(*size, kind="JPEG"))

    largest = run(send).photo[-1]

    assert (largest.width, largest.height) == shown


def test_a_photo_needs_no_caption_and_may_quote_and_force_a_reply(
    run: BotRunner, telegram: TelegramWorld
) -> None:
    asked = telegram.say(ANNA, "How are we?", bot=SUPPORT_BOT)
    assert asked is not None

    async def send(bot: Bot) -> Message:
        return await bot.send_photo(
            ANNA,
            picture(),
            reply_parameters=ReplyParameters(asked.id),
            reply_markup=ForceReply(),
            disable_notification=True,
        )

    message = run(send)

    assert message.caption is None
    assert message.reply_to_message is not None
    assert message.reply_to_message.text == "How are we?"
    seen = telegram.messages(ANNA, bot=SUPPORT_BOT)[-1]
    assert (seen.text, seen.is_silent, seen.reply_to) == ("", True, asked.id)
    assert seen.markup == {"force_reply": True}


def test_a_photo_may_be_attached_under_another_name(run: BotRunner) -> None:
    async def send(bot: Bot) -> Message:
        return await bot.send_photo(ANNA, InputFile(picture(), attach=True))

    assert run(send).photo


def test_a_caption_may_be_1024_units_after_parsing_and_no_more(
    run: BotRunner, telegram: TelegramWorld
) -> None:
    async def send(bot: Bot) -> None:
        await bot.send_photo(ANNA, picture(), caption=f"<b>{'😀' * 512}</b>", parse_mode="HTML")
        with pytest.raises(BadRequest, match="Message caption is too long"):
            await bot.send_photo(ANNA, picture(), caption="😀" * 512 + "!")
        with pytest.raises(BadRequest, match="Can't parse entities"):
            await bot.send_photo(ANNA, picture(), caption="a < b", parse_mode="HTML")

    run(send)

    assert len(telegram.messages(ANNA, bot=SUPPORT_BOT)) == 2


@pytest.mark.parametrize(
    ("uploaded", "refusal"),
    [
        (b"not an image", "Image_process_failed"),
        (picture(900, 600)[:200], "Image_process_failed"),
        (b"\x89PNG\r\n\x1a\n", "Image_process_failed"),
        (picture(2001, 100), "Photo_invalid_dimensions"),
        (picture(100, 2001), "Photo_invalid_dimensions"),
        (picture(9000, 1001), "Photo_invalid_dimensions"),
        (b"x" * (10 * 1024 * 1024 + 1), "too big for a photo"),
    ],
    ids=["text", "cut off", "head alone", "flat", "thin", "wide", "heavy"],
)
def test_what_is_no_photo_is_refused_and_nothing_is_sent(
    run: BotRunner, telegram: TelegramWorld, uploaded: bytes, refusal: str
) -> None:
    async def send(bot: Bot) -> Message:
        return await bot.send_photo(ANNA, uploaded, caption="Figures")

    with pytest.raises(BadRequest, match=refusal):
        run(send)
    assert len(telegram.messages(ANNA, bot=SUPPORT_BOT)) == 1


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({}, "there is no photo in the request"),
        ({"photo": "AgACAgIAAxkBAAI"}, "wrong file identifier/HTTP URL specified"),
        ({"photo": "https://example.org/a.png"}, "wrong file identifier/HTTP URL specified"),
        ({"photo": "attach://nothing"}, "wrong file identifier/HTTP URL specified"),
    ],
)
def test_a_photo_that_was_not_uploaded_is_refused(
    telegram: TelegramWorld, parameters: dict[str, str], refusal: str
) -> None:
    request = urllib.request.Request(
        f"{telegram.base_url}{SUPPORT_BOT_TOKEN}/sendPhoto",
        json.dumps({"chat_id": ANNA, **parameters}).encode(),
        {"Content-Type": "application/json"},
    )

    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)

    with caught.value as answer:
        assert answer.code == 400
        assert json.load(answer)["description"] == f"Bad Request: {refusal}"


def test_a_photo_is_refused_on_request_and_to_a_closed_chat(
    run: BotRunner, telegram: TelegramWorld
) -> None:
    telegram.refuse("sendPhoto", 429, retry_after=7)
    telegram.refuse("sendPhoto", 403)

    async def send(bot: Bot) -> None:
        with pytest.raises(RetryAfter):
            await bot.send_photo(ANNA, picture())
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await bot.send_photo(ANNA, picture())
        telegram.block(ANNA, bot=SUPPORT_BOT)
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await bot.send_photo(ANNA, picture())

    run(send)

    assert [call.status for call in telegram.calls("sendPhoto")] == [429, 403, 403]


def test_a_photo_has_no_text_to_edit_but_its_buttons_change(run: BotRunner) -> None:
    async def send(bot: Bot) -> Message | bool:
        sent = await bot.send_photo(ANNA, picture(), caption="Figures", reply_markup=TAKE)
        with pytest.raises(BadRequest, match="There is no text in the message to edit"):
            await bot.edit_message_text("New", ANNA, sent.message_id)
        return await bot.edit_message_reply_markup(ANNA, sent.message_id)

    edited = run(send)

    assert isinstance(edited, Message)
    assert (edited.caption, edited.reply_markup) == ("Figures", None)


def test_who_looks_for_a_photo_where_there_is_none_is_told_so(telegram: TelegramWorld) -> None:
    (said,) = telegram.messages(ANNA, bot=SUPPORT_BOT)

    with pytest.raises(Refused, match=f"message {said.id} has no file"):
        telegram.file(ANNA, said.id, bot=SUPPORT_BOT)
