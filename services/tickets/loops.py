"""What the tickets process does of its own accord, by time."""

from datetime import datetime

from sqlalchemy.orm import Session
from structlog import get_logger

from chassis.events.outbox import is_backed_up
from chassis.files.apart import sweepable
from chassis.files.store import BEGINNINGS
from chassis.service.extensions import SharedStore
from chassis.service.loop import Loop
from chassis.storage.store import Store
from contracts.errors import Unavailable
from services.tickets import queries
from services.tickets.attaching import sweep_orphans
from services.tickets.settings import Settings
from services.tickets.usecases import lowering, news, threads

CLOSED_AT_ONCE = 100
TOLD_AT_ONCE = 25
LOWERED_AT_ONCE = 200
LOOK_SECONDS, OTHERS_FIRST_SECONDS = 1.0, 0.25
MOST_WAITING = 100
"""Events are published in the order in which they were written. While more of them wait nobody is
told of an incident, or an agent's answer would wait for thousands of others."""

log = get_logger()


class Closing(Loop):
    """Closes resolved tickets once the days in which they may reopen are over."""

    shared = SharedStore()
    interval = 60.0

    def run_once(self) -> bool:
        settings: Settings = self.container.config["settings"]
        store: Store = self.shared.store
        with store.writing() as session:
            closed = threads.close_outlived(
                session, store.now(), settings.reopen_within, CLOSED_AT_ONCE
            )
        return closed == CLOSED_AT_ONCE


class Telling(Loop):
    """Tells the requesters of an incident's tickets its news, some in each transaction, so that
    whoever writes meanwhile need not wait. Woken when news has been kept, and every second."""

    shared = SharedStore()

    def run_once(self) -> bool:
        store: Store = self.shared.store
        self.interval = LOOK_SECONDS
        if not store.glance(queries.is_news_waiting):
            return False
        if store.glance(_is_backed_up):
            self.interval = OTHERS_FIRST_SECONDS
            return False
        with store.writing() as session:
            return news.tell_news(session, store.now(), TOLD_AT_ONCE)


class Lowering(Loop):
    """Lowers the messages that an older version has written, some in each transaction."""

    shared = SharedStore()
    interval = 60.0

    def run_once(self) -> bool:
        store: Store = self.shared.store
        if not store.glance(queries.is_body_unlowered):
            return False
        with store.writing() as session:
            return lowering.lower_bodies(session, LOWERED_AT_ONCE) == LOWERED_AT_ONCE


class SweepingFiles(Loop):
    """Removes files that no message names from the store, one part of it after the other, the
    whole in a day. A store that is away costs a part its turn, until the next day: no ticket has
    to wait for what is swept."""

    shared = SharedStore()
    interval = 24 * 3600.0 / len(BEGINNINGS)

    def setup(self) -> None:
        super().setup()
        settings: Settings = self.container.config["settings"]
        self._files = sweepable(settings.files_at)

    def run_once(self) -> None:
        store: Store = self.shared.store
        now = store.now()
        try:
            sweep_orphans(store, self._files, self._turn_of(now), now)
        except Unavailable as error:
            log.warning("files are not swept", error=str(error))

    def _turn_of(self, now: datetime) -> str:
        """By the time, so that a restart does not begin anew."""
        return BEGINNINGS[int(now.timestamp() / self.interval) % len(BEGINNINGS)]


def _is_backed_up(session: Session) -> bool:
    return is_backed_up(session, MOST_WAITING)
