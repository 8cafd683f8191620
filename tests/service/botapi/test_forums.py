"""Groups whose tickets, or whatever else, have topics."""

import pytest
from telegram import Bot
from telegram.error import BadRequest, Forbidden

from tests.service.botapi.conftest import BotRunner
from tests.support.botapi import SUPPORT_BOT, TelegramWorld

FORUM = -1_000_000_000_042


def make_forum(telegram: TelegramWorld, *, is_managed: bool = True) -> None:
    telegram.person(7, "Anna")
    managers = [SUPPORT_BOT] if is_managed else []
    telegram.add_group(
        FORUM, "Desk", people=[7], bots=[SUPPORT_BOT], is_forum=True, managers=managers
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


def test_a_bot_that_was_thrown_out_may_not_write(telegram: TelegramWorld, run: BotRunner) -> None:
    make_forum(telegram)
    telegram.remove_bot(FORUM, 7, bot=SUPPORT_BOT)

    async def script(bot: Bot) -> None:
        with pytest.raises(Forbidden, match=r"(?i)kicked"):
            await bot.send_message(FORUM, "x")
        with pytest.raises(Forbidden, match=r"(?i)kicked"):
            await bot.get_chat(FORUM)

    run(script)
