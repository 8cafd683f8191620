import json
import urllib.error
import urllib.request

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden, InvalidToken

from tests.service.botapi.conftest import BotRunner
from tests.support.botapi import MAIN_BOT, MAIN_BOT_TOKEN, SUPPORT_BOT_TOKEN, TelegramWorld

ANNA = 7
TAKE = InlineKeyboardMarkup([[InlineKeyboardButton("Take", callback_data="t:42")]])


@pytest.fixture(autouse=True)
def anna_has_started(telegram: TelegramWorld) -> None:
    telegram.person(ANNA, "Anna", username="anna").says("/start")


def test_the_bot_learns_its_own_name(run: BotRunner) -> None:
    async def ask(bot: Bot) -> tuple[int, str, bool]:
        me = await bot.get_me()
        return me.id, me.name, me.is_bot

    assert run(ask) == (1000001, "@test_support_bot", True)


def test_an_unknown_token_is_refused(run: BotRunner) -> None:
    async def nothing(_bot: Bot) -> None:
        """The refusal comes before."""

    with pytest.raises(InvalidToken, match="999:nobody"):
        run(nothing, token="999:nobody")


def test_a_message_comes_back_parsed(run: BotRunner, telegram: TelegramWorld) -> None:
    async def send(bot: Bot) -> Message:
        return await bot.send_message(
            ANNA, "😀 <b>Ticket</b> /view_42", parse_mode="HTML", reply_markup=TAKE
        )

    message = run(send)

    assert message.text == "😀 Ticket /view_42"
    assert message.text_html == "😀 <b>Ticket</b> /view_42"
    assert [message.parse_entity(entity) for entity in message.entities] == ["Ticket", "/view_42"]
    assert message.reply_markup == TAKE
    assert message.from_user is not None
    assert message.from_user.is_bot
    assert message.chat.first_name == "Anna"
    (seen,) = [seen for seen in telegram.messages(ANNA, bot="test_support_bot") if seen.is_from_bot]
    assert (seen.id, seen.text) == (message.message_id, message.text)
    assert seen.button("Take") is not None
    assert seen.marked("bold") == ["Ticket"]


def test_wrong_html_is_refused(run: BotRunner) -> None:
    async def send(bot: Bot) -> Message:
        return await bot.send_message(ANNA, "a < b", parse_mode="HTML")

    with pytest.raises(BadRequest, match=r"Can't parse entities: .* byte offset 2"):
        run(send)


def test_a_message_may_be_4096_units_and_no_more(run: BotRunner) -> None:
    async def send(bot: Bot) -> None:
        await bot.send_message(ANNA, "😀" * 2048)
        with pytest.raises(BadRequest, match="Message is too long"):
            await bot.send_message(ANNA, "😀" * 2048 + "!")
        with pytest.raises(BadRequest, match="Message text is empty"):
            await bot.send_message(ANNA, "")

    run(send)


def test_a_reply_quotes_its_message(run: BotRunner, telegram: TelegramWorld) -> None:
    asked = telegram.say(ANNA, "Where is my lesson?", bot="test_support_bot")
    assert asked is not None

    async def send(bot: Bot) -> Message:
        return await bot.send_message(
            ANNA,
            "Here",
            reply_parameters=ReplyParameters(asked.id),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            disable_notification=True,
        )

    message = run(send)

    assert message.reply_to_message is not None
    assert message.reply_to_message.text == "Where is my lesson?"
    assert telegram.messages(ANNA, bot="test_support_bot")[-1].reply_to == asked.id
    assert telegram.messages(ANNA, bot="test_support_bot")[-1].is_silent


def test_a_reply_to_nothing_is_refused_unless_allowed(run: BotRunner) -> None:
    async def send(bot: Bot) -> None:
        with pytest.raises(BadRequest, match="Message to be replied not found"):
            await bot.send_message(ANNA, "Here", reply_parameters=ReplyParameters(1))
        await bot.send_message(
            ANNA, "Here", reply_to_message_id=1, allow_sending_without_reply=True
        )

    run(send)


def test_too_much_button_data_is_refused(run: BotRunner) -> None:
    async def send(bot: Bot) -> Message:
        button = InlineKeyboardButton("Take", callback_data="я" * 33)
        return await bot.send_message(ANNA, "x", reply_markup=InlineKeyboardMarkup([[button]]))

    with pytest.raises(BadRequest, match="Button_data_invalid"):
        run(send)


def test_who_never_wrote_cannot_be_written_to(run: BotRunner, telegram: TelegramWorld) -> None:
    telegram.person(8, "Boris")

    async def send(bot: Bot) -> None:
        with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
            await bot.send_message(8, "Hello")
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(9, "Hello")

    run(send)


def test_who_blocked_the_bot_is_not_reached_until_they_come_back(
    run: BotRunner, telegram: TelegramWorld
) -> None:
    telegram.block(ANNA, bot="test_support_bot")

    async def send(bot: Bot) -> Message:
        return await bot.send_message(ANNA, "Hello")

    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        run(send)
    telegram.say(ANNA, "/start", bot="test_support_bot")
    assert run(send).text == "Hello"


def test_bots_do_not_share_chats(run: BotRunner, telegram: TelegramWorld) -> None:
    async def send(bot: Bot) -> Message:
        return await bot.send_message(ANNA, "From the product")

    with pytest.raises(Forbidden, match="can't initiate"):
        run(send, token=MAIN_BOT_TOKEN)
    telegram.say(ANNA, "/start", bot=MAIN_BOT)
    run(send, token=MAIN_BOT_TOKEN)

    assert [seen.text for seen in telegram.messages(ANNA, bot=MAIN_BOT)][-1] == "From the product"
    assert len(telegram.messages(ANNA, bot="test_support_bot")) == 1


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", json.dumps({"chat_id": ANNA, "text": "Hello"}).encode()),
        ("application/x-www-form-urlencoded", f"chat_id={ANNA}&text=Hello".encode()),
        (
            "multipart/form-data; boundary=x",
            f'--x\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n{ANNA}\r\n'
            '--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nHello\r\n--x--\r\n'.encode(),
        ),
        ("", b""),
    ],
)
def test_parameters_come_in_any_form(
    telegram: TelegramWorld, content_type: str, body: bytes
) -> None:
    address = f"{telegram.base_url}{SUPPORT_BOT_TOKEN}/sendmessage"
    if body:
        request = urllib.request.Request(address, body, {"Content-Type": content_type})
    else:
        request = urllib.request.Request(f"{address}?chat_id={ANNA}&text=Hello")

    with urllib.request.urlopen(request) as answer:
        result = json.load(answer)["result"]

    assert result["text"] == "Hello"
    assert result["chat"] == {
        "id": ANNA,
        "type": "private",
        "first_name": "Anna",
        "username": "anna",
    }


def test_an_unknown_method_is_refused_in_json(telegram: TelegramWorld) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{telegram.base_url}{SUPPORT_BOT_TOKEN}/sendLove")

    with caught.value as answer:
        assert answer.code == 404
        assert json.load(answer) == {
            "ok": False,
            "error_code": 404,
            "description": "Not Found: method not found",
        }


def test_a_mention_carries_the_person_and_nobody_else(run: BotRunner) -> None:
    async def send(bot: Bot) -> Message:
        known, unknown = f'<a href="tg://user?id={ANNA}">A</a>', '<a href="tg://user?id=9">B</a>'
        return await bot.send_message(ANNA, f"{known} {unknown}", parse_mode="HTML")

    (mention,) = run(send).entities

    assert mention.type == "text_mention"
    assert mention.user is not None
    assert mention.user.first_name == "Anna"


def test_every_call_is_on_record_with_its_time(run: BotRunner, telegram: TelegramWorld) -> None:
    async def send(bot: Bot) -> None:
        for number in range(3):
            await bot.send_message(ANNA, f"{number}")

    run(send)

    calls = telegram.calls("sendMessage", chat_id=ANNA)
    assert [call.parameters["text"] for call in calls] == ["0", "1", "2"]
    assert [call.status for call in calls] == [200, 200, 200]
    assert sorted(call.at for call in calls) == [call.at for call in calls]
