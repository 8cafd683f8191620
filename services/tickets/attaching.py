"""Files that came with messages: the rows that name them, and what in the store no row names."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog import get_logger

from chassis.files.apart import StoreApart
from chassis.files.store import FileStore
from chassis.storage.store import Store
from contracts.tickets import KeptFile
from services.tickets.models import Attachment

ORPHANED_AFTER = timedelta(days=7)
"""A file is in the store before the row that names it: an app may repeat for a day, and what came
from Telegram waits for as long as the desk is away."""
ASKED_AT_ONCE = 500

log = get_logger()


def rows_of(attachments: Sequence[KeptFile]) -> list[Attachment]:
    """In the order in which they came."""
    return [
        Attachment(key=one.key, name=one.name, media_type=one.media_type, size=one.size)
        for one in attachments
    ]


def sweep_orphans(
    store: Store, files: FileStore | StoreApart, beginning: str, now: datetime
) -> int:
    """Remove from the store what no row names, of the keys that begin so; how many went.

    What somebody keeps meanwhile stays: it is no longer old when it is looked at again. While no
    message names any file at all everything stays: rather than that all were left by senders who
    gave up, this is not the database whose messages named them.
    """
    before = now - ORPHANED_AFTER
    old = files.kept_before(beginning, before)
    if old and not store.ask(_is_any_named):
        log.error("no message names any file: is this the right database? nothing is swept")
        return 0
    gone = 0
    for start in range(0, len(old), ASKED_AT_ONCE):
        batch = old[start : start + ASKED_AT_ONCE]
        named = store.ask(_named_among, batch)
        gone += files.remove_all([key for key in batch if key not in named], before)
    return gone


def _named_among(session: Session, keys: list[str]) -> set[str]:
    return set(session.scalars(select(Attachment.key).where(Attachment.key.in_(keys))))


def _is_any_named(session: Session) -> bool:
    return session.scalar(select(Attachment.id).limit(1)) is not None
