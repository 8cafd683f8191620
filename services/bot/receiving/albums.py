"""An album comes as several updates; here they become one message again, as far as they are there.

What comes later than that is a message of its own, to the same ticket: nothing waits for it.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from services.bot.files.sent_files import TakenIn
from services.bot.models import StoredUpdate
from services.bot.sending.outbox import WAITING

REST = timedelta(seconds=1)
"""So long after its newest message an album counts as whole."""


def rest_of_album(session: Session, row: StoredUpdate) -> list[StoredUpdate]:
    """The other messages of an album that are handled with its first, as was decided when its files
    were taken in; before that those that wait."""
    if row.album is None:
        return []
    chosen: ColumnElement[bool]
    if row.files is not None:
        chosen = StoredUpdate.id.in_(TakenIn.read(row.files).updates)
    else:
        chosen = of_album(row) & (StoredUpdate.state == WAITING) & (StoredUpdate.id > row.id)
    return list(session.scalars(select(StoredUpdate).where(chosen).order_by(StoredUpdate.id)))


def whole_at(row: StoredUpdate, others: list[StoredUpdate]) -> datetime | None:
    """When the album may be handled; None when it need not wait."""
    if row.album is None or row.files is not None:
        return None
    return max(one.stored_at for one in (row, *others)) + REST


def handled_before(session: Session, row_id: int) -> StoredUpdate | None:
    """A message of the same album that was handled already."""
    row = session.get_one(StoredUpdate, row_id)
    if row.album is None:
        return None
    earlier = select(StoredUpdate).where(
        of_album(row), StoredUpdate.state != WAITING, StoredUpdate.id < row.id
    )
    return session.scalars(earlier.order_by(StoredUpdate.id).limit(1)).first()


def of_album(row: StoredUpdate) -> ColumnElement[bool]:
    """Whether an update has brought a message of the same album."""
    return (StoredUpdate.chat_id == row.chat_id) & (StoredUpdate.album == row.album)
