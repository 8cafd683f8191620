"""Carries events from the outbox to the broker, each at least once.

Replicas share the outbox: on PostgreSQL a row is locked while it is published, and the others
skip it. SQLite has one process, and there the lock would be held across the network; so rows are
read, published and marked in three steps. A crash in between publishes again, which every
listener's inbox forgives.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic

from sqlalchemy import Select, bindparam, or_, select, update
from sqlalchemy.orm import Session
from structlog import get_logger

from chassis.broker.publishing import ConfirmingPublisher, Letter, PublishFailed, Unroutable
from chassis.broker.topology import EVENTS
from chassis.clock import Clock
from chassis.crash import crash_point
from chassis.metrics import OutboxMeters
from chassis.storage.database import Database, table_of
from chassis.storage.tables import OutboxRow

BATCH = 100
BATCH_SECONDS = 4.0
"""A batch ends after this long and one publish: PostgreSQL ends a transaction that idles for 10 s,
and with it the knowledge of what was published."""
LONGEST_STEP_ASIDE = timedelta(seconds=60)

OUTBOX = table_of(OutboxRow)
WAITING = (
    select(OutboxRow)
    .where(OUTBOX.c.published_at.is_(None))
    .where(or_(OUTBOX.c.next_try_at.is_(None), OUTBOX.c.next_try_at <= bindparam("now")))
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


@dataclass
class _Outcome:
    """What became of a batch; `failure` ended it early, and the rest stays as it was."""

    published: list[int] = field(default_factory=list)
    stepped_aside: list[OutboxRow] = field(default_factory=list)
    failure: PublishFailed | None = None


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
        outcome = _Outcome()
        if self._database.is_sqlite:
            with self._database.reading() as session:
                rows = self._read(session, WAITING)
            self._publish(rows, outcome)
            if rows:
                with self._marking() as session:
                    self._record(session, outcome)
        else:
            with self._marking() as session:
                rows = self._read(session, WAITING_LOCKED)
                self._publish(rows, outcome)
                self._record(session, outcome)
        if outcome.failure:
            raise outcome.failure
        return len(rows) == BATCH

    def _marking(self) -> AbstractContextManager[Session]:
        """A mark lost in a power cut only has its event published again."""
        return self._database.writing(outlives_power_cut=False)

    def _read(self, session: Session, waiting: Select[OutboxRow]) -> list[OutboxRow]:
        return list(session.scalars(waiting, {"now": self._clock.now()}))

    def _publish(self, rows: list[OutboxRow], outcome: _Outcome) -> None:
        now = self._clock.now()
        oldest = (now - rows[0].created_at).total_seconds() if rows else 0
        self._meters.oldest_seconds.set(oldest)
        give_up_at = monotonic() + BATCH_SECONDS
        for row in rows:
            if monotonic() > give_up_at:
                return
            crash_point("relay.before_publish")
            try:
                self._publisher.publish(_letter(row))
            except Unroutable:
                outcome.stepped_aside.append(row)
            except PublishFailed as failure:
                outcome.failure = failure
                return
            else:
                crash_point("relay.after_publish")
                outcome.published.append(row.id)
                self._meters.published.labels(row.type).inc()

    def _record(self, session: Session, outcome: _Outcome) -> None:
        now = self._clock.now()
        if outcome.published:
            session.connection().execute(MARK, {"ids": outcome.published, "now": now})
        for row in outcome.stepped_aside:
            self._meters.unroutable.labels(row.type).inc()
            log.error("an event that has listeners found no queue", type=row.type, id=row.id)
            again = now + min(timedelta(seconds=2**row.tries), LONGEST_STEP_ASIDE)
            session.execute(
                update(OutboxRow)
                .where(OutboxRow.id == row.id)
                .values(tries=row.tries + 1, next_try_at=again, last_error="no queue is bound")
            )


def _letter(row: OutboxRow) -> Letter:
    headers = {"request_id": row.request_id} if row.request_id else {}
    return Letter(
        exchange=EVENTS,
        routing_key=row.type,
        body=row.body.encode(),
        message_id=str(row.event_id),
        headers=headers,
        mandatory=row.mandatory,
    )
