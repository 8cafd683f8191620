import asyncio
from collections.abc import Awaitable, Callable

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from botapi.server import BotApiServer
from tests.service.botapi.conftest import BotRunner, serving
from tests.support.botapi import SUPPORT_BOT, SUPPORT_BOT_TOKEN, TelegramWorld


async def greet(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    button = InlineKeyboardButton("Take", callback_data="take:1")
    await update.message.reply_html("<b>Welcome</b>", reply_markup=InlineKeyboardMarkup([[button]]))


async def take(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.callback_query is not None
    await update.callback_query.answer("Yours now")
    await update.callback_query.edit_message_text("Taken")


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    await update.message.reply_text(f"You said: {update.message.text}", do_quote=True)


def while_polling(telegram: TelegramWorld, story: Callable[[], object]) -> None:
    """Run an application as a bot process does, and the story in a thread beside it."""

    async def run() -> None:
        builder = Application.builder().token(SUPPORT_BOT_TOKEN).base_url(telegram.base_url)
        application = builder.build()
        application.add_handler(CommandHandler("start", greet))
        application.add_handler(CallbackQueryHandler(take))
        application.add_handler(MessageHandler(filters.TEXT, echo))
        async with application:
            await application.start()
            assert application.updater is not None
            await application.updater.start_polling(poll_interval=0)
            try:
                await asyncio.to_thread(story)
            finally:
                await application.updater.stop()
                await application.stop()

    asyncio.run(run())


def test_an_application_holds_a_conversation(telegram: TelegramWorld) -> None:
    anna = telegram.person(7, "Anna")

    def story() -> None:
        anna.says("/start")
        greeting = anna.receives("Welcome")
        answer = anna.presses(greeting, "Take")
        anna.receives("Taken")
        asked = anna.says("Where is <my> lesson?")
        reply = anna.receives("You said: Where is <my> lesson?")

        assert answer.text == "Yours now"
        assert reply.reply_to == asked.id
        assert anna.received()[0].earlier_texts == ("Welcome",)

    while_polling(telegram, story)

    assert telegram.pending_updates(bot=SUPPORT_BOT) == 0


def test_an_application_lives_through_an_outage() -> None:
    server = BotApiServer()

    with serving(server) as telegram:
        anna = telegram.person(7, "Anna")

        def story() -> None:
            anna.says("before")
            anna.receives("You said: before")
            server.stop()
            server.start()
            anna.says("after")
            anna.receives("You said: after", within=10)

        while_polling(telegram, story)


@pytest.fixture
def pressed(run: BotRunner, telegram: TelegramWorld) -> str:
    anna = telegram.person(7, "Anna")
    anna.says("/start")
    button = InlineKeyboardButton("Take", callback_data="take:1")

    async def send(bot: Bot) -> int:
        markup = InlineKeyboardMarkup([[button]])
        return (await bot.send_message(anna.id, "Open", reply_markup=markup)).message_id

    return telegram.press(anna.id, run(send), "Take", bot=SUPPORT_BOT)


def answering(query_id: str) -> Callable[[Bot], Awaitable[bool]]:
    return lambda bot: bot.answer_callback_query(query_id, "Done", show_alert=True)


def test_a_press_carries_its_message_and_is_answered(
    run: BotRunner, telegram: TelegramWorld, pressed: str
) -> None:
    async def poll(bot: Bot) -> Update:
        return (await bot.get_updates())[-1]

    query = run(poll).callback_query

    assert query is not None
    assert (query.id, query.data, query.from_user.first_name) == (pressed, "take:1", "Anna")
    assert query.message is not None
    assert telegram.callback_answer(pressed) is None
    run(answering(pressed))
    answer = telegram.callback_answer(pressed)
    assert answer is not None
    assert (answer.text, answer.show_alert) == ("Done", True)


def test_a_forged_press_carries_what_no_button_does(
    run: BotRunner, telegram: TelegramWorld, pressed: str
) -> None:
    message = telegram.messages(7, bot=SUPPORT_BOT)[-1]
    telegram.press(7, message.id, "drop:1", bot=SUPPORT_BOT, is_forged=True)

    async def poll(bot: Bot) -> list[str | None]:
        updates = await bot.get_updates(allowed_updates=["callback_query"])
        return [update.callback_query.data for update in updates if update.callback_query]

    assert run(poll) == ["take:1", "drop:1"]


def test_a_press_cannot_be_answered_too_late(
    run: BotRunner, telegram: TelegramWorld, pressed: str
) -> None:
    telegram.expire_callback(pressed)

    with pytest.raises(BadRequest, match="Query is too old"):
        run(answering(pressed))
    with pytest.raises(BadRequest, match="query id is invalid"):
        run(answering("1"))
