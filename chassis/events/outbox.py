"""Facts on their way out: written with the rows they speak of; the relay publishes them later."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.contextvars import get_contextvars

from chassis.storage.database import ANNOUNCED
from chassis.storage.tables import OutboxRow
from contracts.event import Event


def announce(session: Session, event: Event) -> None:
    """Put `event` in the outbox of this transaction; it exists if and only if the rows do."""
    session.add(
        OutboxRow(
            event_id=event.event_id,
            type=event.type,
            body=event.model_dump_json(),
            request_id=get_contextvars().get("request_id"),
            mandatory=bool(event.heard_by),
            created_at=event.occurred_at,
        )
    )
    session.info[ANNOUNCED] = True


def oldest_waiting(session: Session) -> datetime | None:
    """Since when the first event that has not been published waits; None when none does."""
    waiting = select(OutboxRow.created_at).where(OutboxRow.published_at.is_(None))
    return session.scalar(waiting.order_by(OutboxRow.id).limit(1))
