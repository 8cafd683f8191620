import asyncio
import time

import pytest
from telegram import Bot, Update
from telegram.error import Conflict

from botapi.channel import NothingHappened, Refused
from tests.service.botapi.conftest import BotRunner, new_bot
from tests.support.botapi import SUPPORT_BOT, TelegramPerson, TelegramWorld


@pytest.fixture
def anna(telegram: TelegramWorld) -> TelegramPerson:
    return telegram.person(7, "Anna", username="anna")


def test_an_update_waits_until_it_is_confirmed(run: BotRunner, anna: TelegramPerson) -> None:
    anna.says("first")
    anna.says("second")

    async def poll(bot: Bot) -> list[str | None]:
        one = await bot.get_updates(limit=1)
        both = await bot.get_updates(offset=one[0].update_id)
        rest = await bot.get_updates(offset=one[0].update_id + 1)
        again = await bot.get_updates()
        assert both[1].update_id == both[0].update_id + 1
        return [text_of(update) for batch in (one, both, rest, again) for update in batch]

    assert run(poll) == ["first", "first", "second", "second", "second"]


def test_a_negative_offset_keeps_only_the_last(run: BotRunner, anna: TelegramPerson) -> None:
    for text in ("a", "b", "c"):
        anna.says(text)

    async def poll(bot: Bot) -> list[str | None]:
        return [text_of(update) for update in await bot.get_updates(offset=-1)]

    assert run(poll) == ["c"]


def test_a_long_poll_ends_when_something_happens(
    run: BotRunner, telegram: TelegramWorld, anna: TelegramPerson
) -> None:
    async def poll(bot: Bot) -> list[str | None]:
        waiting = asyncio.create_task(bot.get_updates(timeout=20))
        await asyncio.to_thread(telegram.wait_for_calls, "getUpdates")
        await asyncio.to_thread(anna.says, "Hello")
        return [text_of(update) for update in await asyncio.wait_for(waiting, 5)]

    assert run(poll) == ["Hello"]


def test_a_long_poll_ends_empty_when_nothing_happens(run: BotRunner) -> None:
    async def poll(bot: Bot) -> tuple[Update, ...]:
        return await bot.get_updates(timeout=1)

    before = time.monotonic()

    assert run(poll) == ()
    assert time.monotonic() - before >= 1


def test_the_older_of_two_pollers_gets_a_conflict(
    run: BotRunner, telegram: TelegramWorld, anna: TelegramPerson
) -> None:
    async def poll_twice(bot: Bot) -> list[str | None]:
        older = asyncio.create_task(bot.get_updates(timeout=20))
        await asyncio.to_thread(telegram.wait_for_calls, "getUpdates")
        async with new_bot(telegram) as other:
            newer = asyncio.create_task(other.get_updates(timeout=20))
            with pytest.raises(Conflict, match="terminated by other getUpdates request"):
                await older
            await asyncio.to_thread(anna.says, "Hello")
            return [text_of(update) for update in await newer]

    assert run(poll_twice) == ["Hello"]


def test_polling_and_a_webhook_exclude_each_other(run: BotRunner, anna: TelegramPerson) -> None:
    async def switch(bot: Bot) -> int:
        await bot.set_webhook("https://desk.example/hook", allowed_updates=["message"])
        await asyncio.to_thread(anna.says, "Hello")
        with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
            await bot.get_updates()
        info = await bot.get_webhook_info()
        await bot.delete_webhook(drop_pending_updates=True)
        assert await bot.get_updates() == ()
        assert (info.url, info.allowed_updates) == ("https://desk.example/hook", ("message",))
        return info.pending_update_count

    assert run(switch) == 1


def test_only_the_kinds_asked_for_come_from_then_on(run: BotRunner, anna: TelegramPerson) -> None:
    said = anna.says("Hello")

    async def poll(bot: Bot) -> list[bool]:
        (first,) = await bot.get_updates(allowed_updates=["message"])
        await asyncio.to_thread(anna.edits, said, "Hello!")
        await asyncio.to_thread(anna.says, "There")
        rest = await bot.get_updates(offset=first.update_id + 1)
        return [update.edited_message is None for update in rest]

    assert run(poll) == [True]


def test_what_people_do_becomes_updates(run: BotRunner, anna: TelegramPerson) -> None:
    said = anna.says("/start status")
    anna.edits(said, "/status")
    anna.says("and this", reply_to=said)
    anna.blocks_the_bot()
    anna.says("back again")

    async def poll(bot: Bot) -> tuple[Update, ...]:
        return await bot.get_updates()

    start, edited, reply, left, back, again = run(poll)
    assert start.message is not None
    assert start.message.parse_entity(start.message.entities[0]) == "/start"
    assert start.effective_user is not None
    assert (start.effective_user.username, start.effective_user.language_code) == ("anna", "ru")
    assert edited.edited_message is not None
    assert edited.edited_message.text == "/status"
    assert edited.edited_message.edit_date is not None
    assert reply.message is not None
    assert reply.message.reply_to_message is not None
    assert reply.message.reply_to_message.message_id == said.id
    assert [status_of(update) for update in (left, back)] == ["kicked", "member"]
    assert text_of(again) == "back again"


def test_a_group_tells_a_bot_only_what_concerns_it(
    run: BotRunner, telegram: TelegramWorld, anna: TelegramPerson
) -> None:
    telegram.add_person(8, "Boris")
    telegram.add_group(-5, "Agents", people=[7, 8], bots=[SUPPORT_BOT])
    telegram.say(7, "chatter", chat_id=-5)
    telegram.say(8, "/tickets", chat_id=-5)
    telegram.say(8, "/tickets@other_bot", chat_id=-5)

    async def poll(bot: Bot) -> tuple[Update, ...]:
        updates = await bot.get_updates()
        await bot.send_message(-5, "None open")
        return updates

    joined, asked = run(poll)
    assert status_of(joined) == "member"
    assert text_of(asked) == "/tickets"
    assert asked.effective_chat is not None
    assert (asked.effective_chat.type, asked.effective_chat.title) == ("group", "Agents")
    assert telegram.messages(-5, bot=SUPPORT_BOT)[-1].text == "None open"


def test_what_people_cannot_do_is_refused_with_a_reason(
    telegram: TelegramWorld, anna: TelegramPerson
) -> None:
    said = anna.says("Hello")

    with pytest.raises(Refused, match="no button 'Take'"):
        telegram.press(anna.id, said.id, "Take", bot=SUPPORT_BOT)
    with pytest.raises(Refused, match="message is too long"):
        anna.says("x" * 4097)
    with pytest.raises(Refused, match="there is no person 99"):
        telegram.say(99, "Hello", bot=SUPPORT_BOT)
    with pytest.raises(NothingHappened):
        anna.receives("an answer", within=0.1)


def text_of(update: Update) -> str | None:
    return update.message.text if update.message else None


def status_of(update: Update) -> str | None:
    return update.my_chat_member.new_chat_member.status if update.my_chat_member else None
