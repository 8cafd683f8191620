"""Groups whose tickets, or whatever else, have topics."""

import pytest
from telegram import Bot, ReplyParameters
from telegram.error import BadRequest, Forbidden

from botapi.channel import Refused
from tests.service.botapi.conftest import BotRunner
from tests.support.botapi import SUPPORT_BOT, TelegramWorld

FORUM = -1_000_000_000_042


def make_forum(telegram: TelegramWorld, *, is_managed: bool = True) -> None:
    """Anna owns it, Boris is a member."""
    telegram.person(7, "Anna")
    telegram.person(8, "Boris")
    managers = [SUPPORT_BOT] if is_managed else []
    telegram.add_group(
        FORUM, "Desk", people=[7, 8], bots=[SUPPORT_BOT], is_forum=True, managers=managers
    )


def test_a_topic_is_made_written_in_closed_and_opened_again(
    telegram: TelegramWorld, run: BotRunner
) -> None:
    make_forum(telegram)

    async def script(bot: Bot) -> None:
        assert (await bot.get_chat(FORUM)).is_forum
        topic = await bot.create_forum_topic(FORUM, "#42 Payment")
        sent = await bot.send_message(FORUM, "Card", message_thread_id=topic.message_thread_id)
        assert sent.is_topic_message
        assert sent.message_thread_id == topic.message_thread_id
        assert await bot.close_forum_topic(FORUM, topic.message_thread_id)
        with pytest.raises(BadRequest, match=r"(?i)topic_not_modified"):
            await bot.close_forum_topic(FORUM, topic.message_thread_id)
        assert await bot.reopen_forum_topic(FORUM, topic.message_thread_id)

    run(script)

    (topic,) = telegram.topics(FORUM, bot=SUPPORT_BOT)
    assert (topic.name, topic.is_closed) == ("#42 Payment", False)


def test_what_is_written_in_a_topic_says_so_and_answers_the_line_that_opened_it(
    telegram: TelegramWorld, run: BotRunner
) -> None:
    make_forum(telegram)

    async def opens(bot: Bot) -> int:
        return (await bot.create_forum_topic(FORUM, "#42")).message_thread_id

    thread_id = run(opens)
    telegram.say(7, "hello", bot=SUPPORT_BOT, chat_id=FORUM, topic=thread_id)

    async def reads(bot: Bot) -> None:
        message = (await bot.get_updates())[-1].message
        assert message is not None
        assert message.is_topic_message
        assert message.message_thread_id == thread_id
        assert message.reply_to_message is not None
        assert message.reply_to_message.forum_topic_created is not None

    run(reads)


def test_topics_are_refused_where_there_are_none_or_without_rights(
    telegram: TelegramWorld, run: BotRunner
) -> None:
    make_forum(telegram, is_managed=False)
    telegram.add_group(FORUM - 1, "Plain", people=[7], bots=[SUPPORT_BOT])

    async def script(bot: Bot) -> None:
        with pytest.raises(BadRequest, match=r"(?i)not enough rights"):
            await bot.create_forum_topic(FORUM, "#42")
        with pytest.raises(BadRequest, match=r"(?i)not a forum"):
            await bot.create_forum_topic(FORUM - 1, "#42")
        with pytest.raises(BadRequest, match=r"(?i)thread not found"):
            await bot.send_message(FORUM, "x", message_thread_id=99)
        assert (await bot.get_chat_member(FORUM, bot.id)).status == "member"

    run(script)


def test_in_a_closed_topic_only_those_write_who_may_open_it_again(
    telegram: TelegramWorld, run: BotRunner
) -> None:
    make_forum(telegram, is_managed=False)
    topic = telegram.open_topic(8, FORUM, "Boris asks", bot=SUPPORT_BOT)
    asked = telegram.say(8, "/help", bot=SUPPORT_BOT, chat_id=FORUM, topic=topic)
    telegram.turn_topic(7, FORUM, topic, is_closed=True, bot=SUPPORT_BOT)
    assert asked is not None
    quoting = ReplyParameters(asked.id)

    async def is_refused(bot: Bot) -> None:
        with pytest.raises(BadRequest, match=r"(?i)topic_closed"):
            await bot.send_message(FORUM, "x", message_thread_id=topic)
        with pytest.raises(BadRequest, match=r"(?i)topic_closed"):
            await bot.send_message(FORUM, "x", reply_parameters=quoting)
        with pytest.raises(BadRequest, match=r"(?i)not enough rights"):
            await bot.reopen_forum_topic(FORUM, topic)
        await bot.send_message(FORUM, "outside")

    run(is_refused)
    make_forum(telegram)

    async def is_allowed(bot: Bot) -> None:
        sent = await bot.send_message(FORUM, "x", reply_parameters=quoting)
        assert sent.message_thread_id == topic

    run(is_allowed)
    telegram.say(7, "the owner", bot=SUPPORT_BOT, chat_id=FORUM, topic=topic)
    telegram.say(8, "whose topic it is", bot=SUPPORT_BOT, chat_id=FORUM, topic=topic)
    telegram.person(9, "Clara")
    telegram.add_group(FORUM, "Desk", people=[7, 9], bots=[SUPPORT_BOT], is_forum=True)
    with pytest.raises(Refused, match="is closed"):
        telegram.say(9, "somebody", bot=SUPPORT_BOT, chat_id=FORUM, topic=topic)
    with pytest.raises(Refused, match="can do nothing"):
        telegram.turn_topic(9, FORUM, topic, is_closed=False, bot=SUPPORT_BOT)


def test_what_a_bot_has_opened_it_may_close_and_write_in_without_the_right(
    telegram: TelegramWorld, run: BotRunner
) -> None:
    make_forum(telegram)

    async def opens(bot: Bot) -> int:
        return (await bot.create_forum_topic(FORUM, "#42")).message_thread_id

    topic = run(opens)
    make_forum(telegram, is_managed=False)

    async def goes_on(bot: Bot) -> None:
        assert await bot.close_forum_topic(FORUM, topic)
        await bot.send_message(FORUM, "x", message_thread_id=topic)
        assert await bot.reopen_forum_topic(FORUM, topic)

    run(goes_on)


def test_with_a_topic_all_that_was_said_in_it_is_deleted(
    telegram: TelegramWorld, run: BotRunner
) -> None:
    make_forum(telegram)
    topic = telegram.open_topic(8, FORUM, "Boris asks", bot=SUPPORT_BOT)
    asked = telegram.say(8, "/help", bot=SUPPORT_BOT, chat_id=FORUM, topic=topic)
    assert asked is not None

    telegram.delete_topic(8, FORUM, topic, bot=SUPPORT_BOT)

    async def script(bot: Bot) -> None:
        with pytest.raises(BadRequest, match=r"(?i)thread not found"):
            await bot.send_message(FORUM, "x", message_thread_id=topic)
        quoting = ReplyParameters(asked.id, allow_sending_without_reply=True)
        sent = await bot.send_message(FORUM, "x", reply_parameters=quoting)
        assert (sent.reply_to_message, sent.message_thread_id) == (None, None)

    run(script)
    assert telegram.topics(FORUM, bot=SUPPORT_BOT) == []


def test_a_bot_that_was_thrown_out_may_not_write(telegram: TelegramWorld, run: BotRunner) -> None:
    make_forum(telegram)
    telegram.remove_bot(FORUM, 7, bot=SUPPORT_BOT)

    async def script(bot: Bot) -> None:
        with pytest.raises(Forbidden, match=r"(?i)kicked"):
            await bot.send_message(FORUM, "x")
        with pytest.raises(Forbidden, match=r"(?i)kicked"):
            await bot.get_chat(FORUM)

    run(script)
