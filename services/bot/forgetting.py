"""Lets go once an hour of what nobody will ask for again: a little at a time, so that nobody has to
wait for it."""

import asyncio
from datetime import timedelta

from structlog import get_logger

from chassis.storage.store import Store
from chassis.storage.sweeping import sweep
from contracts.errors import Unavailable
from services.bot.memory import forget_old
from services.bot.sending.outbox import drop_of_main_bot, drop_unasked
from services.bot.sending.senders import TOLD_BY_MAIN_BOT_WITHIN

NEWS_FOR = timedelta(days=1)
"""So long a bot without a token keeps what it would tell if it had one."""
EVERY_SECONDS = 3600.0
REST_SECONDS = 0.05

log = get_logger()


class Forgetting:
    """`handled_kept`: for how long it is remembered which events and commands were handled.
    `is_idle`: the support bot speaks to nobody."""

    def __init__(self, store: Store, handled_kept: timedelta, *, is_idle: bool) -> None:
        self._store = store
        self._handled_kept = handled_kept
        self._is_idle = is_idle

    async def run(self) -> None:
        """Until cancelled; what could not be forgotten now is forgotten next time."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await self.forget()
            except Unavailable as error:
                log.warning("what is old could not be let go of", error=str(error))
            except Exception:
                log.exception("what is old could not be let go of")

    async def forget(self) -> None:
        """Let go of all that is old. Raises Unavailable."""
        while await asyncio.to_thread(self._drop_some) + await asyncio.to_thread(self._forget_some):
            await asyncio.sleep(REST_SECONDS)

    def _drop_some(self) -> int:
        """Of what waits to be sent."""
        now = self._store.now()
        with self._store.writing() as session:
            dropped = drop_of_main_bot(session, now - TOLD_BY_MAIN_BOT_WITHIN, now)
            return dropped + (drop_unasked(session, now - NEWS_FOR, now) if self._is_idle else 0)

    def _forget_some(self) -> int:
        now = self._store.now()
        with self._store.writing() as session:
            return forget_old(session, now) + sweep(session, now - self._handled_kept)
