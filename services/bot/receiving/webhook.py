"""Updates that Telegram brings: stored before they are answered with 200, by whichever replica got
them. Whoever does not know the secret gets nothing in, and is told nothing."""

import asyncio
import json
from collections.abc import Callable
from hmac import compare_digest
from http import HTTPStatus

from structlog import get_logger
from telegram import Bot, WebhookInfo
from telegram.error import TelegramError

from contracts.errors import Unavailable
from services.bot.lease import WorkLease
from services.bot.patience import Patience
from services.bot.receiving.poller import WANTED, tell
from services.bot.receiving.update_store import UpdateStore
from services.bot.receiving.web_server import Head
from services.bot.settings import Settings

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105
LOOK_SECONDS = 60.0
PATIENCE = Patience(first=0.5, longest=15.0)

log = get_logger()


class WebhookDoor:
    """The endpoint. `on_stored` is called after every update that was stored."""

    def __init__(self, settings: Settings, updates: UpdateStore) -> None:
        self._path = settings.webhook_path
        self._secret = settings.webhook_secret_in_force.encode()
        self._updates = updates
        self.on_stored: Callable[[], None] = lambda: None

    def refusal(self, head: Head) -> HTTPStatus | None:
        """A stranger learns that there is a door, and not by how much the secret was missed."""
        if head.path.partition("?")[0] != self._path:
            return HTTPStatus.NOT_FOUND
        if head.method != "POST":
            return HTTPStatus.METHOD_NOT_ALLOWED
        if not compare_digest(head.headers.get(SECRET_HEADER, b""), self._secret):
            log.warning("a web request without Telegram's secret was refused")
            return HTTPStatus.FORBIDDEN
        return None

    async def take(self, body: bytes) -> HTTPStatus:
        """Store an update. While the database is away Telegram is asked to come again."""
        try:
            told = json.loads(body)
            update_id = int(told["update_id"])
        except (ValueError, TypeError, KeyError):
            log.warning("what came by the webhook is no update")
            return HTTPStatus.BAD_REQUEST
        try:
            await asyncio.to_thread(self._updates.take, update_id, told)
        except Unavailable as error:
            log.warning("an update could not be stored", error=str(error))
            return HTTPStatus.SERVICE_UNAVAILABLE
        self.on_stored()
        return HTTPStatus.OK


class WebhookKeeper:
    """Tells Telegram where the door is, and looks now and then whether it still knows."""

    def __init__(self, bot: Bot, settings: Settings, lease: WorkLease) -> None:
        self._bot = bot
        self._url = settings.webhook_url or ""
        self._secret = settings.webhook_secret_in_force
        self._lease = lease
        self._is_set = False
        self._told_at: object = None

    async def run(self) -> None:
        """Keep it for ever, with patience while Telegram is away."""
        failures = 0
        while True:
            await self._lease.held()
            try:
                await self._keep()
                failures, pause = 0, LOOK_SECONDS
            except TelegramError as error:
                tell(error)
                failures += 1
                pause = PATIENCE.after(failures)
            await asyncio.sleep(pause)

    async def _keep(self) -> None:
        if self._is_set:
            info = await self._bot.get_webhook_info()
            self._tell_faults(info)
            if info.url == self._url and set(info.allowed_updates or ()) == set(WANTED):
                return
            log.warning("somebody has changed the webhook; it is set again")
        await self._bot.set_webhook(
            self._url,
            allowed_updates=WANTED,
            secret_token=self._secret,
            drop_pending_updates=False,
        )
        self._is_set = True
        log.info("updates come by the webhook")

    def _tell_faults(self, info: WebhookInfo) -> None:
        if info.last_error_date is not None and info.last_error_date != self._told_at:
            self._told_at = info.last_error_date
            log.warning(
                "Telegram could not bring an update",
                error=info.last_error_message,
                at=info.last_error_date.isoformat(),
                waiting=info.pending_update_count,
            )
