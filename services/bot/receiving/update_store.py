"""Keeps what Telegram sent before it is confirmed, and tells when it has had its effect."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session
from structlog import get_logger
from telegram import Message, Update

from chassis.clock import SystemClock
from chassis.crash import crash_point
from chassis.storage.database import insert_if_absent, table_of
from chassis.storage.store import Store
from services.bot import memory
from services.bot.lease import LeaseLost, WorkLease
from services.bot.models import StoredUpdate
from services.bot.receiving.parsing import chat_of
from services.bot.sending.outbox import WAITING

DONE, FAILED = "done", "failed"
FRESH = timedelta(seconds=2)
"""Telegram tells whole seconds; of a younger message our own clock knows the moment better."""

UPDATES = table_of(StoredUpdate)
CHANGE = update(UPDATES).where(UPDATES.c.id == bindparam("row_id"))

log = get_logger()


class UpdateStore:
    """The updates of one bot. Any replica may store one; what becomes of it only the one that has
    the lease writes down: of another, that stood still meanwhile, nothing is taken any more."""

    def __init__(self, store: Store, bot_id: int, lease: WorkLease | None = None) -> None:
        self._store = store
        self._bot_id = bot_id
        self._lease = lease
        self._process = uuid4().hex

    @contextmanager
    def working(self) -> Iterator[Session]:
        """A transaction of whoever has the work, until its end. Raises LeaseLost."""
        with self._store.writing() as session:
            if self._lease is not None and not self._lease.is_ours(session):
                raise LeaseLost("another replica has taken the work over")
            yield session

    def take(self, update_id: int, told: dict[str, Any]) -> None:
        """Store an update as Telegram tells it. One that is not understood would come again and
        hold the rest up; it is stored for whoever looks into it, and has no effect."""
        now = self._store.now()
        try:
            values = _read(Update.de_json(told, None), now)
        except Exception:
            log.exception("an update was not understood", update_id=update_id)
            values = {"chat_id": 0, "body": json.dumps(told), "received_at": now}
        self._insert(update_id=update_id, stored_at=now, **values)

    def keep(self, incoming: Update) -> None:
        """Store an update; one that came before changes nothing."""
        now = self._store.now()
        self._insert(update_id=incoming.update_id, stored_at=now, **_read(incoming, now))

    def _insert(self, **values: object) -> None:
        crash_point("update.before_storing")
        with self._store.writing() as session:
            insert_if_absent(session, StoredUpdate, bot_id=self._bot_id, state=WAITING, **values)
        crash_point("update.after_storing")

    def load(self, row_id: int) -> StoredUpdate:
        """One update; from now on it counts as tried, and as begun by one process more."""
        with self.working() as session:
            row = session.get_one(StoredUpdate, row_id)
            if row.begun_by != self._process:
                row.begun, row.begun_by = row.begun + 1, self._process
            now = self._store.now()  # and not later, if the clock was set back since
            row.first_tried_at = min(row.first_tried_at or now, now)
            return row

    def remember_route(self, row_id: int, chat_id: int, route: str) -> None:
        """Decide once where a user's message goes. A wish for a new ticket was for this one."""
        with self.working() as session:
            _set(session, row_id, route=route)
            memory.forget_wish(session, chat_id)

    def remember_files(self, row_id: int, taken_in: str) -> None:
        """Decide once what became of the files of a message."""
        with self.working() as session:
            _set(session, row_id, files=taken_in)

    def try_again(self, row_id: int, at: datetime, error: str) -> None:
        """Leave an update, and its chat, for later."""
        with self.working() as session:
            _set(session, row_id, next_try_at=at, error=error, begun=0, begun_by=None)


def settle(session: Session, row_id: int, error: str | None = None) -> None:
    """An update has had its effect, in the transaction of that effect; or it never will."""
    _set(session, row_id, state=FAILED if error else DONE, error=error)


def forget_words(session: Session, row_id: int) -> None:
    """Let go of what an update says, since it is done: it had a secret."""
    _set(session, row_id, body="{}")


def _set(session: Session, row_id: int, **values: object) -> None:
    session.connection().execute(CHANGE, {"row_id": row_id, **values})


def _read(incoming: Update, now: datetime) -> dict[str, object]:
    """What there is to know of an update before it is handled."""
    return {
        "chat_id": chat_of(incoming),
        "body": json.dumps(incoming.to_dict()),
        "received_at": now - _age(incoming),
        "album": incoming.message.media_group_id if incoming.message else None,
    }


def _age(incoming: Update) -> timedelta:
    """How long ago the person did it: a message may have waited for us at Telegram."""
    message = incoming.effective_message
    if incoming.callback_query is not None or not isinstance(message, Message):
        return timedelta()
    done_at = message.edit_date or message.date
    age = SystemClock().now() - done_at.astimezone(UTC)
    return age if age >= FRESH else timedelta()
