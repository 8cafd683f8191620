"""Forgets what the chassis' tables no longer need: published events, handled events and commands.

A row of the inbox may go once its event cannot be delivered again, and one of the commands once
nobody repeats it: after days, where minutes are usual.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from chassis.storage.tables import AttemptRow, CommandRow, InboxRow, OutboxRow

BATCH = 500


def sweep(session: Session, before: datetime) -> int:
    """Delete a batch of what was over and done with before that instant; how many rows went.

    An event that is still to be published stays, however old it is.
    """
    return (
        delete_batch(session, [OutboxRow.id], OutboxRow.published_at < before)
        + delete_batch(session, [InboxRow.event_id, InboxRow.handler], InboxRow.handled_at < before)
        + delete_batch(
            session, [AttemptRow.event_id, AttemptRow.handler], AttemptRow.begun_at < before
        )
        + delete_batch(session, [CommandRow.command_id], CommandRow.done_at < before)
    )


def delete_batch(session: Session, key: list[Any], is_old: Any) -> int:
    """Delete some of a table's rows by its `key`; how many went. Whoever deletes all at once may
    take longer than a statement may, and lets others wait."""
    batch = select(*key).where(is_old).limit(BATCH)
    column = key[0] if len(key) == 1 else tuple_(*key)
    deletion = delete(key[0].class_).where(column.in_(batch))
    gone = session.execute(deletion, execution_options={"synchronize_session": False})
    return int(gone.rowcount)  # type: ignore[attr-defined]
