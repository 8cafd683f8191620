import asyncio
import time

import pytest
from telegram import Bot, Message
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from tests.service.botapi.conftest import BotRunner
from tests.support.botapi import TelegramPerson, TelegramWorld


@pytest.fixture
def anna(telegram: TelegramWorld) -> TelegramPerson:
    person = telegram.person(7, "Anna")
    person.says("/start")
    return person


@pytest.fixture(autouse=True)
def waits_are_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library warns, and warnings are errors, unless it may give waits as timedeltas."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.mark.parametrize(
    ("code", "error", "words"),
    [
        (400, BadRequest, "Chat not found"),
        (403, Forbidden, "bot was blocked by the user"),
        (429, RetryAfter, "Flood control exceeded"),
        (500, NetworkError, "Internal Server Error"),
        (502, NetworkError, "Bad Gateway"),
    ],
)
def test_the_next_calls_are_refused_as_told(
    run: BotRunner,
    telegram: TelegramWorld,
    anna: TelegramPerson,
    *,
    code: int,
    error: type[TelegramError],
    words: str,
) -> None:
    telegram.refuse("sendMessage", code, times=2, retry_after=3)

    async def send(bot: Bot) -> None:
        for _ in range(2):
            with pytest.raises(error, match=words):
                await bot.send_message(anna.id, "Hello")
        await bot.send_message(anna.id, "Hello")

    run(send)

    assert len(anna.received()) == 1
    assert [call.status for call in telegram.calls("sendMessage")] == [code, code, 200]


def test_a_fault_strikes_only_the_chat_it_names(
    run: BotRunner, telegram: TelegramWorld, anna: TelegramPerson
) -> None:
    boris = telegram.person(8, "Boris")
    boris.says("/start")
    telegram.refuse("sendMessage", 403, chat_id=boris.id, description="Forbidden: user is gone")

    async def send(bot: Bot) -> None:
        await bot.send_message(anna.id, "Hello")
        with pytest.raises(Forbidden, match="user is gone"):
            await bot.send_message(boris.id, "Hello")

    run(send)


def test_a_call_that_hangs_is_carried_out_late(
    run: BotRunner, telegram: TelegramWorld, anna: TelegramPerson
) -> None:
    telegram.hang("sendMessage", 0.2)

    async def send(bot: Bot) -> float:
        before = time.monotonic()
        await bot.send_message(anna.id, "Late")
        return time.monotonic() - before

    assert run(send) >= 0.2
    assert anna.receives("Late")


def test_a_call_may_hang_for_longer_than_the_bot_waits(
    run: BotRunner, telegram: TelegramWorld, anna: TelegramPerson
) -> None:
    telegram.hang("sendMessage", 60)

    async def send(bot: Bot) -> None:
        with pytest.raises(TimedOut):
            await bot.send_message(anna.id, "Late", read_timeout=0.1)

    run(send)

    assert anna.received() == []
    telegram.disarm()
    assert anna.receives("Late")


@pytest.mark.parametrize("has_effect", [True, False])
def test_a_cut_call_leaves_the_bot_without_an_answer(
    run: BotRunner, telegram: TelegramWorld, anna: TelegramPerson, has_effect: bool
) -> None:
    telegram.cut("sendMessage", has_effect=has_effect)

    async def send(bot: Bot) -> None:
        with pytest.raises(NetworkError, match="disconnected"):
            await bot.send_message(anna.id, "Hello")

    run(send)

    assert len(anna.received()) == int(has_effect)
    assert telegram.calls("sendMessage")[0].status is None


def test_other_chats_go_on_while_one_hangs(
    run: BotRunner, telegram: TelegramWorld, anna: TelegramPerson
) -> None:
    boris = telegram.person(8, "Boris")
    boris.says("/start")
    telegram.hang("sendMessage", 60, chat_id=anna.id)

    async def send(bot: Bot) -> Message:
        slow = asyncio.create_task(bot.send_message(anna.id, "Slow"))
        await asyncio.to_thread(telegram.wait_for_calls, "sendMessage", chat_id=anna.id)
        quick = await bot.send_message(boris.id, "Quick")
        await asyncio.to_thread(telegram.disarm)
        await slow
        return quick

    assert run(send).text == "Quick"
