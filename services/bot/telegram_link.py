"""The connection to a Bot API server: made, and introduced with patience."""

import asyncio
from collections.abc import Callable
from functools import cache
from ssl import SSLContext

from httpx import create_ssl_context
from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from services.bot.receiving.poller import SUPPORT_TOKEN, tell

SEND_SECONDS = 15.0
CONNECT_SECONDS = 5.0
CONNECTIONS = 40
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 15.0


def make_bot(token: str, base_url: str) -> Bot:
    """A bot that has not spoken to Telegram yet."""
    trust = {"verify": _trusted()}
    sending = HTTPXRequest(
        connection_pool_size=CONNECTIONS,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=SEND_SECONDS,
        write_timeout=SEND_SECONDS,
        pool_timeout=CONNECT_SECONDS,
        httpx_kwargs=trust,
    )
    polling = HTTPXRequest(
        connection_pool_size=2,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=CONNECT_SECONDS,
        httpx_kwargs=trust,
    )
    return Bot(
        token,
        base_url=base_url,
        base_file_url=f"{base_url.removesuffix('/bot')}/file/bot",
        request=sending,
        get_updates_request=polling,
    )


@cache
def _trusted() -> SSLContext:
    """Whose certificates hold: read once for both bots, for it takes 20 ms."""
    return create_ssl_context()


async def introduce(
    bot: Bot,
    note_refused: Callable[[bool], None] = lambda _: None,
    token_name: str = SUPPORT_TOKEN,
) -> str:
    """Ask Telegram who we are until it answers; the username. `note_refused` hears of the token,
    which the log calls by its name."""
    wait = FIRST_WAIT_SECONDS
    while True:
        try:
            await bot.initialize()
        except TelegramError as error:
            note_refused(isinstance(error, InvalidToken))
            tell(error, token_name)
        else:
            note_refused(False)
            return bot.username
        await asyncio.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT_SECONDS)
