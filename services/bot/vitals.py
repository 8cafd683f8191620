"""The vital signs of the bot: what it looks at, and how it is told and watched."""

import asyncio
import time
from functools import partial
from typing import Any

from prometheus_client import Gauge
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import metrics
from chassis.broker.address import BrokerAddress
from chassis.broker.consumer_guard import ConsumerGuard
from chassis.events.listener import Listener
from chassis.readiness import Readiness
from chassis.rpc.ping import ping_answer
from chassis.storage.store import Store
from chassis.vital_signs import pages, serve
from chassis.watchdog import BEAT_SECONDS, Pulse, Watchdog, end_loudly, start_thread
from contracts.passes import USERNAME
from services.bot.settings import Settings
from services.bot.subscriptions import SUBSCRIPTIONS

NAME = "bot"

at_work = Gauge("bot_at_work", "1 in the replica that does the work, 0 in one that stands by")


class Vitals:
    """The pulse and the readiness of the process, on threads that do not need its loop."""

    def __init__(self, settings: Settings, store: Store, listener: Listener) -> None:
        self._settings = settings
        self._listener = listener
        self._pulse = Pulse()
        self._readiness = Readiness()
        self._is_refused = False
        self._username: str | None = None
        self._is_to_listen = False
        self._stands_by = False
        self._readiness.add_instant("events", self._lack)
        self._readiness.add_instant("telegram", self._refusal)
        self._readiness.add("database", partial(store.glance, _answer))

    def start(self) -> None:
        """Begin to look, to watch and, on the metrics port, to be seen."""
        self._readiness.keep(start_thread, time.sleep)
        Watchdog(NAME, self._pulse).start()
        guard = ConsumerGuard(
            lambda: self._is_to_listen and not self._listener.is_listening(),
            BrokerAddress.parse(self._settings.amqp_url),
            partial(end_loudly, NAME),
            [one.queue for one in SUBSCRIPTIONS],
        )
        start_thread(partial(guard.keep, time.sleep))
        port, host = self._settings.metrics_port, self._settings.metrics_host
        serve(pages(self._readiness, self._pulse, metrics.page), port, host)

    async def beat(self) -> None:
        """Show that the loop runs, until cancelled."""
        while True:
            self._pulse.beat()
            await asyncio.sleep(BEAT_SECONDS)

    def note_refused(self, is_refused: bool) -> None:
        """Telegram refuses the token, or no longer does."""
        self._is_refused = is_refused

    def note_username(self, username: str) -> None:
        """Telegram has told who the support bot is; links into it need that."""
        self._username = username

    def note_listening(self, is_to_listen: bool) -> None:
        """From now on events are to be heard, or no longer."""
        self._is_to_listen = is_to_listen

    def note_standing_by(self, stands_by: bool) -> None:
        """Another replica does the work, and this one would be ready to, or no longer."""
        self._stands_by = stands_by
        at_work.set(not stands_by)

    def tell(self) -> dict[str, Any]:
        """What a ping is answered with."""
        if self._is_refused:
            return {"status": "token_refused"}
        is_idle = self._settings.support_bot_token is None
        answer = ping_answer(self._readiness.report(), well="idle" if is_idle else "ok")
        return answer if self._username is None else answer | {USERNAME: self._username}

    def _lack(self) -> str | None:
        if self._stands_by:
            return None
        if not self._is_to_listen:
            return "does not listen yet: the list of agents is still to come from tickets"
        if not self._listener.is_listening():
            return "is not listening: there is no connection to the broker"
        return None

    def _refusal(self) -> str | None:
        return "Telegram refuses SUPPORT_BOT_TOKEN" if self._is_refused else None


def _answer(session: Session) -> None:
    session.execute(select(1))
