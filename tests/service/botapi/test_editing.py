import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
)
from telegram.error import BadRequest

from tests.service.botapi.conftest import BotRunner
from tests.support.botapi import SUPPORT_BOT, TelegramPerson, TelegramWorld

TAKE = InlineKeyboardMarkup([[InlineKeyboardButton("Take", callback_data="t:42")]])


@pytest.fixture
def anna(telegram: TelegramWorld) -> TelegramPerson:
    person = telegram.person(7, "Anna")
    person.says("/start")
    return person


def test_an_edit_replaces_text_and_keyboard(run: BotRunner, anna: TelegramPerson) -> None:
    async def send_and_edit(bot: Bot) -> None:
        sent = await bot.send_message(anna.id, "Open", reply_markup=TAKE)
        edited = await sent.edit_text("<i>Taken</i>", parse_mode="HTML")
        assert not isinstance(edited, bool)
        assert edited.edit_date is not None
        assert edited.reply_markup is None

    run(send_and_edit)

    (seen,) = anna.received()
    assert seen.text == "Taken"
    assert seen.marked("italic") == ["Taken"]
    assert seen.rows == ()
    assert seen.earlier_texts == ("Open",)


def test_a_keyboard_alone_can_be_edited(run: BotRunner, anna: TelegramPerson) -> None:
    async def send_and_edit(bot: Bot) -> None:
        sent = await bot.send_message(anna.id, "Open")
        await sent.edit_reply_markup(TAKE)
        await sent.edit_reply_markup(None)

    run(send_and_edit)

    assert anna.received()[0].rows == ()


def test_an_edit_that_changes_nothing_is_refused(run: BotRunner, anna: TelegramPerson) -> None:
    async def send_and_edit(bot: Bot) -> None:
        sent = await bot.send_message(anna.id, "Open", reply_markup=TAKE)
        with pytest.raises(BadRequest, match="Message is not modified"):
            await sent.edit_text("Open", reply_markup=TAKE)
        with pytest.raises(BadRequest, match="Message is not modified"):
            await sent.edit_reply_markup(TAKE)

    run(send_and_edit)


def test_only_what_is_there_and_its_own_can_be_edited(run: BotRunner, anna: TelegramPerson) -> None:
    said = anna.says("Hello")

    async def edit(bot: Bot) -> None:
        with pytest.raises(BadRequest, match="Message to edit not found"):
            await bot.edit_message_text("x", anna.id, 1)
        with pytest.raises(BadRequest, match="Message can't be edited"):
            await bot.edit_message_text("x", anna.id, said.id)

    run(edit)


def test_a_deleted_message_is_gone(run: BotRunner, anna: TelegramPerson) -> None:
    async def send_and_delete(bot: Bot) -> None:
        sent = await bot.send_message(anna.id, "Open")
        await sent.delete()
        with pytest.raises(BadRequest, match="Message to delete not found"):
            await sent.delete()

    run(send_and_delete)

    assert anna.received() == []


def test_command_menus_are_kept_by_scope(run: BotRunner, anna: TelegramPerson) -> None:
    async def set_menus(bot: Bot) -> None:
        agents = BotCommandScopeChat(anna.id)
        await bot.set_my_commands([("start", "Begin")])
        await bot.set_my_commands([("tickets", "Open tickets")], scope=agents)
        assert await bot.get_my_commands() == (BotCommand("start", "Begin"),)
        assert await bot.get_my_commands(scope=agents) == (BotCommand("tickets", "Open tickets"),)
        await bot.delete_my_commands(scope=agents)
        assert await bot.get_my_commands(scope=agents) == ()

    run(set_menus)


def test_a_menu_needs_a_chat_and_good_names(run: BotRunner) -> None:
    async def set_menus(bot: Bot) -> None:
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.set_my_commands([("start", "Begin")], scope=BotCommandScopeChat(99))
        with pytest.raises(BadRequest, match="Bot_command_invalid"):
            await bot.set_my_commands([("Start!", "Begin")])

    run(set_menus)


def test_a_chat_can_be_looked_up_and_typed_in(
    run: BotRunner, telegram: TelegramWorld, anna: TelegramPerson
) -> None:
    async def look(bot: Bot) -> str | None:
        await bot.send_chat_action(anna.id, "typing")
        return (await bot.get_chat(anna.id)).first_name

    assert run(look) == "Anna"
    assert telegram.calls("sendChatAction", bot=SUPPORT_BOT)[0].parameters["action"] == "typing"
