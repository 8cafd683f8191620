"""The senders of the two bots: made alike, and woken together when something is to be sent."""

import asyncio
from datetime import timedelta

from chassis.files.store import FileStore
from chassis.storage.store import Store
from services.bot.insisting import insist
from services.bot.lease import WorkLease
from services.bot.letters import MAIN_BOT, SUPPORT_BOT
from services.bot.sending.deliveries import Deliveries
from services.bot.sending.outbox import drop_of_main_bot
from services.bot.sending.sender import Sender, SendingGroup
from services.bot.sending.telegram_sender import BotApiSender
from services.bot.speech import Languages
from services.bot.telegram_link import introduce, make_bot

TOLD_BY_MAIN_BOT_WITHIN = timedelta(days=1)
"""What could not be told for so long, the app has shown by then."""


class Senders:
    """Those of this process."""

    def __init__(
        self,
        store: Store,
        languages: Languages,
        deliveries: Deliveries,
        *,
        files: FileStore,
        lease: WorkLease,
    ) -> None:
        self._store = store
        self._languages = languages
        self._deliveries = deliveries
        self._files = files
        self._lease = lease
        self._made: list[Sender] = []

    def add(
        self, telegram: BotApiSender, group: SendingGroup | None = None, bot: str = SUPPORT_BOT
    ) -> Sender:
        """One more, that wakes whenever something is put in the outbox. Call it on the loop."""
        sender = Sender(
            self._store,
            telegram,
            self._languages,
            self._deliveries,
            files=self._files,
            lease=self._lease,
            group=group,
            bot=bot,
        )
        self._made.append(sender)
        loop = asyncio.get_running_loop()
        self._store.database.on_announcement = lambda: self._wake(loop)
        return sender

    async def send_as_main_bot(self, token: str, base_url: str) -> None:
        """Send what is the product's bot's to tell, until cancelled. Its updates are not ours."""
        bot = make_bot(token, base_url)
        try:
            await introduce(bot, token_name="TELEGRAM_BOT_TOKEN")  # noqa: S106  # its name
            await insist(self._drop_old_of_main_bot)
            await self.add(BotApiSender(bot), bot=MAIN_BOT).run()
        finally:
            await bot.shutdown()

    def _drop_old_of_main_bot(self) -> None:
        now, dropped = self._store.now(), 1
        while dropped:
            with self._store.writing() as session:
                dropped = drop_of_main_bot(session, now - TOLD_BY_MAIN_BOT_WITHIN, now)

    def _wake(self, loop: asyncio.AbstractEventLoop) -> None:
        for sender in self._made:
            if not loop.is_closed():
                loop.call_soon_threadsafe(sender.wake)
