"""Facts on their way out: written with the rows they speak of; the relay publishes them later."""

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
