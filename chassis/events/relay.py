"""Carries events from the outbox to the broker, each at least once.

Replicas share the outbox: on PostgreSQL a row is locked while it is published, and the others
skip it. SQLite has one process, and there the lock would be held across the network; so rows are
read, published and marked in three steps. A crash in between publishes again, which every
listener's inbox forgives.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, bindparam, or_, select, update
from sqlalchemy.orm import Session
from structlog import get_logger

from chassis.broker.publishing import ConfirmingPublisher, Fates, Letter
from chassis.broker.topology import EVENTS
from chassis.clock import Clock
from chassis.crash import crash_point
from chassis.metrics import OutboxMeters
from chassis.storage.database import Database, table_of
from chassis.storage.tables import OutboxRow

BATCH = 100
"""Published together, and so within the seconds of one publish: PostgreSQL ends a transaction that
idles for 10 s, and with it the knowledge of what was published."""
LONGEST_STEP_ASIDE = 6
"""As a power of two: 64 s."""
NEVER_SO_FAR = timedelta(seconds=2 * 2**LONGEST_STEP_ASIDE)

OUTBOX = table_of(OutboxRow)
WAITING = (
    select(OUTBOX)
    .where(OUTBOX.c.published_at.is_(None))
    .where(
        or_(
            OUTBOX.c.next_try_at.is_(None),
            OUTBOX.c.next_try_at <= bindparam("now"),
            OUTBOX.c.next_try_at > bindparam("too_far"),  # the clock was set back since
        )
    )
    .order_by(OUTBOX.c.id)
    .limit(BATCH)
)
WAITING_LOCKED = WAITING.with_for_update(skip_locked=True)
MARK = (
    update(OUTBOX)
    .where(OUTBOX.c.id.in_(bindparam("ids", expanding=True)))
    .values(published_at=bindparam("now"), last_error=None)
)

log = get_logger()


class Relay:
    """Publishes what waits. One call of `run_once` is one batch."""

    def __init__(
        self,
        database: Database,
        publisher: ConfirmingPublisher,
        clock: Clock,
        meters: OutboxMeters,
    ) -> None:
        self._database = database
        self._publisher = publisher
        self._clock = clock
        self._meters = meters

    def run_once(self) -> bool:
        """Publish a batch; True when more may be waiting. Raises PublishFailed: try again later."""
        if self._database.is_sqlite:
            with self._database.glancing() as session:
                rows = self._read(session, WAITING)
            fates = self._publish(rows)
            if rows:
                with self._marking() as session:
                    self._record(session, rows, fates)
        else:
            with self._marking() as session:
                rows = self._read(session, WAITING_LOCKED)
                fates = self._publish(rows)
                self._record(session, rows, fates)
        if fates.failure:
            raise fates.failure
        return len(rows) == BATCH

    def _marking(self) -> AbstractContextManager[Session]:
        """A mark lost in a power cut only has its event published again."""
        return self._database.writing(outlives_power_cut=False)

    def _read(self, session: Session, waiting: Select[Any]) -> Sequence[Row[Any]]:
        now = self._clock.now()
        return session.execute(waiting, {"now": now, "too_far": now + NEVER_SO_FAR}).all()

    def _publish(self, rows: Sequence[Row[Any]]) -> Fates:
        now = self._clock.now()
        oldest = (now - rows[0].created_at).total_seconds() if rows else 0
        self._meters.oldest_seconds.set(oldest)
        if not rows:
            return Fates()
        crash_point("relay.before_publish")
        fates = self._publisher.publish_all([_letter(row) for row in rows])
        if fates.taken:
            crash_point("relay.after_publish")
        return fates

    def _record(self, session: Session, rows: Sequence[Row[Any]], fates: Fates) -> None:
        now = self._clock.now()
        published = [rows[place] for place in sorted(fates.taken)]
        if published:
            ids = [row.id for row in published]
            session.connection().execute(MARK, {"ids": ids, "now": now})
        for row in published:
            self._meters.published.labels(row.type).inc()
        for row in (rows[place] for place in sorted(fates.unroutable)):
            self._meters.unroutable.labels(row.type).inc()
            log.error("an event that has listeners found no queue", type=row.type, id=row.id)
            _step_aside(session, row, now, "no queue is bound")
        for row in (rows[place] for place in sorted(fates.refused)):
            self._meters.refused.labels(row.type).inc()
            log.error("a queue refused an event: is it full?", type=row.type, id=row.id)
            _step_aside(session, row, now, "a queue refused it")


def _step_aside(session: Session, row: Row[Any], now: datetime, error: str) -> None:
    """It is tried again later and later, and holds up no other meanwhile."""
    again = now + timedelta(seconds=2 ** min(row.tries, LONGEST_STEP_ASIDE))
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row.id)
        .values(tries=row.tries + 1, next_try_at=again, last_error=error)
    )


def _letter(row: Row[Any]) -> Letter:
    headers = {"request_id": row.request_id} if row.request_id else {}
    return Letter(
        exchange=EVENTS,
        routing_key=row.type,
        body=row.body.encode(),
        message_id=str(row.event_id),
        headers=headers,
        mandatory=row.mandatory,
    )
