"""Fetches updates and confirms them only once they are stored; of several replicas only the one
that does the work (`lease`).

Not python-telegram-bot's own updater: its polling ends for good when Telegram refuses the token
once. Fetching with the next offset is what confirms; so storing comes first.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from structlog import get_logger
from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut

from services.bot.lease import WorkLease
from services.bot.patience import Patience
from services.bot.receiving.update_store import UpdateStore
from services.bot.sending.telegram_outcomes import seconds_of

POLL_SECONDS = 20
ANSWER_SECONDS = 5.0
"""So much later than it was asked to Telegram may answer a poll."""
WANTED = ("message", "edited_message", "callback_query", "my_chat_member")
PATIENCE = Patience(first=0.5, longest=15.0)
SUPPORT_TOKEN = "SUPPORT_BOT_TOKEN"  # noqa: S105  # its name

log = get_logger()


class Poller:
    """One long poll after another, until cancelled."""

    def __init__(
        self, bot: Bot, updates: UpdateStore, on_stored: Callable[[], None], lease: WorkLease
    ) -> None:
        self._bot = bot
        self._updates = updates
        self._lease = lease
        self._on_stored = on_stored
        self._offset: int | None = None

    async def run(self) -> None:
        """Fetch and store for ever, slower while Telegram or the database is away."""
        failures = 0
        while True:
            try:
                await self._lease.held()
                await self._lease.while_held(self._fetch())
                failures = 0
            except TimedOut:
                continue
            except Exception as error:
                failures += 1
                tell(error)
                if is_webhook_in_the_way(error):
                    await self._take_down_webhook()
                await asyncio.sleep(max(_asked_for(error), PATIENCE.after(failures)))

    async def _take_down_webhook(self) -> None:
        """The bot was reached by a webhook before; what waits there comes by polling."""
        with suppress(TelegramError):  # the next poll tells whether it worked
            await self._bot.delete_webhook(drop_pending_updates=False)

    async def _fetch(self) -> None:
        for told in await self._updates_told():
            await asyncio.to_thread(self._updates.take, told["update_id"], told)
            self._offset = told["update_id"] + 1
            self._on_stored()

    async def _updates_told(self) -> list[dict[str, Any]]:
        """What Telegram tells. Not by `get_updates`, which understands all of it or gives none."""
        asked = {"offset": self._offset, "timeout": POLL_SECONDS, "allowed_updates": WANTED}
        told: list[dict[str, Any]] = await self._bot._post(
            "getUpdates", asked, read_timeout=POLL_SECONDS + ANSWER_SECONDS
        )
        return told


def _asked_for(error: Exception) -> float:
    return seconds_of(error) if isinstance(error, RetryAfter) else 0.0


def is_webhook_in_the_way(error: Exception) -> bool:
    return isinstance(error, Conflict) and "webhook" in str(error).lower()


def tell(error: Exception, token_name: str = SUPPORT_TOKEN) -> None:
    """Log why Telegram does not do as it should."""
    match error:
        case InvalidToken():  # its own words would hold the token
            log.error(f"Telegram refuses {token_name}; check it, the bot keeps trying")
        case Conflict() if is_webhook_in_the_way(error):
            log.warning("a webhook is set; it is taken down, since this bot polls")
        case Conflict():
            log.error("another process polls this bot with the same token")
        case TelegramError():
            log.warning("Telegram is not reached", error=str(error))
        case _:
            log.exception("updates could not be stored", exc_info=error)
