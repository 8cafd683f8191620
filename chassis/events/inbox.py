"""Facts on their way in: each handler takes an event into account once, however often it comes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.storage.database import insert_if_absent
from chassis.storage.tables import InboxRow


def is_first_delivery(session: Session, event_id: UUID, handler: str, now: datetime) -> bool:
    """Remember, in the handler's own transaction, that it has the event; False if it had before.

    Two deliveries at once: the second waits here for the first to commit or roll back.
    """
    return insert_if_absent(session, InboxRow, event_id=event_id, handler=handler, handled_at=now)
