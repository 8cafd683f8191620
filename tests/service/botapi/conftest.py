"""Scripts written with python-telegram-bot, run against the server of the test."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from botapi.server import BotApiServer
from tests.support.botapi import SUPPORT_BOT_TOKEN, TelegramWorld, populated

T = TypeVar("T")
Script = Callable[[Bot], Awaitable[T]]


# Loading the certificates of the world takes 50 ms for every bot, and nothing here is encrypted.
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def new_bot(world: TelegramWorld, token: str = SUPPORT_BOT_TOKEN) -> Bot:
    polling, other = (HTTPXRequest(httpx_kwargs={"verify": NO_CERTIFICATES}) for _ in range(2))
    return Bot(
        token,
        base_url=world.base_url,
        base_file_url=world.base_file_url,
        get_updates_request=polling,
        request=other,
    )


class BotRunner:
    """Runs a coroutine of one bot to its end, as plain functions do not await."""

    def __init__(self, world: TelegramWorld) -> None:
        self._world = world

    def __call__(self, script: Script[T], token: str = SUPPORT_BOT_TOKEN) -> T:
        async def run() -> T:
            async with new_bot(self._world, token) as bot:
                return await script(bot)

        return asyncio.run(run())


@contextmanager
def serving(server: BotApiServer) -> Iterator[TelegramWorld]:
    """A Telegram that is asked over the wire, as by another process."""
    with server:
        yield populated(TelegramWorld(server.url))


@pytest.fixture
def telegram() -> Iterator[TelegramWorld]:
    with serving(BotApiServer()) as world:
        yield world


@pytest.fixture
def run(telegram: TelegramWorld) -> BotRunner:
    return BotRunner(telegram)
