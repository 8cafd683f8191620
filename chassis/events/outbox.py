"""Facts on their way out: written with the rows they speak of; the relay publishes them later."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import Update, bindparam, insert, select, update
from sqlalchemy.orm import Session
from structlog.contextvars import get_contextvars

from chassis.storage.database import ANNOUNCED, table_of
from chassis.storage.tables import OutboxRow
from contracts.event import Event

BATCH = 500
OUTBOX = table_of(OutboxRow)
ADD = insert(OUTBOX).inline()
"""Built once: nearly every change of anything puts a fact in the outbox."""
NOT_PUBLISHED = OutboxRow.published_at.is_(None)
OLDEST_WAITING = (
    select(OUTBOX.c.created_at)
    .where(OUTBOX.c.published_at.is_(None))
    .order_by(OUTBOX.c.id)
    .limit(1)
)
BACKED_UP = (
    select(OutboxRow.id)
    .where(NOT_PUBLISHED, OutboxRow.next_try_at.is_(None))
    .order_by(OutboxRow.id)
    .offset(bindparam("events"))
    .limit(1)
)


def announce(session: Session, *events: Event) -> None:
    """Put events, one at least, in the outbox of this transaction; they exist if and only if the
    rows do."""
    request_id = get_contextvars().get("request_id")
    rows = [
        {
            "event_id": event.event_id,
            "type": event.type,
            "body": event.model_dump_json(),
            "request_id": request_id,
            "mandatory": bool(event.heard_by),
            "created_at": event.occurred_at,
        }
        for event in events
    ]
    session.connection().execute(ADD, rows)
    session.info[ANNOUNCED] = True


def oldest_waiting(session: Session) -> datetime | None:
    """Since when the first event that has not been published waits; None when none does."""
    return session.scalar(OLDEST_WAITING)


def is_backed_up(session: Session, events: int) -> bool:
    """Whether more than so many events wait to be published. One that has stepped aside, as its
    queue takes none, holds up no other."""
    return session.scalar(BACKED_UP, {"events": events}) is not None


def publish_again(session: Session, event_ids: Iterable[UUID]) -> None:
    """Have the relay publish these once more; whoever has heard them does nothing."""
    for statement in publishing_again(event_ids):
        session.execute(statement)


def publishing_again(event_ids: Iterable[UUID]) -> Iterator[Update]:
    """The statements of `publish_again`, for whoever has a transaction but no session."""
    ids = sorted(event_ids)
    for start in range(0, len(ids), BATCH):
        yield (
            update(OutboxRow)
            .where(OutboxRow.event_id.in_(ids[start : start + BATCH]))
            .values(published_at=None, next_try_at=None)
        )
