"""Messages of a version that did not keep them lowered become as quick to find as all others."""

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from chassis.storage.database import table_of
from services.tickets.models import TicketMessage

MESSAGES = table_of(TicketMessage)
KEEP_LOWERED = (
    update(MESSAGES)
    .where(MESSAGES.c.id == bindparam("id_told"))
    .values(lowered=bindparam("body_lowered"))
)


def lower_bodies(session: Session, limit: int) -> int:
    """Lower so many; how many there were. Replicas share the work."""
    wanted = (
        select(MESSAGES.c.id, MESSAGES.c.body)
        .where(MESSAGES.c.lowered.is_(None))
        .order_by(MESSAGES.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = [
        {"id_told": message_id, "body_lowered": body.lower()}
        for message_id, body in session.execute(wanted)
    ]
    if rows:
        session.connection().execute(KEEP_LOWERED, rows)
    return len(rows)
